using Straightwire.Appliance.Passwords;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// <see cref="LabScript"/> for FTP: a user who may change everything, one who may only add files to /sub,
/// and anonymous. A script finds besides: $ftp, $login and $adder (name:password), get (curl, quiet,
/// failing), and lf (lftp: commands, then what it is to open).
/// </summary>
internal static class FtpLab
{
    /// <summary>The server's URL without a final slash.</summary>
    public const string Url = "ftp://198.18.0.2";

    private const string Preamble = """
        ftp=ftp://198.18.0.2 login=publisher:secret adder=adder:secret
        get() { curl -sS -m 60 --fail "$@"; }
        lf() {
          lftp -c "set cmd:fail-exit yes; set net:max-retries 5; set net:timeout 5
            set mirror:set-permissions no; set net:reconnect-interval-base 1
            set net:reconnect-interval-multiplier 1
            open ${2-$ftp}; $1"
        }

        """;

    private static readonly Lazy<string> Hash = new(() => PasswordHash.Create("secret", 100_000).ToString());

    /// <summary>The options that make the users.</summary>
    public static string[] UserOptions =>
    [
        .. User(0, "publisher", "read", "list", "write", "delete", "rename", "makeDirectories"),
        .. User(1, "adder", "read", "list", "write"),
        "--set", "ftp.users.1.root=/sub",
    ];

    /// <summary>A script beside a server that is ready.</summary>
    public static ScriptResult Serve(TemporaryContent content, string script, params string[] options) =>
        Serve(content, TimeSpan.FromMinutes(2), script, options);

    /// <summary>The same, which may take as long as it is told.</summary>
    public static ScriptResult Serve(
        TemporaryContent content, TimeSpan limit, string script, params string[] options)
    {
        Directory.CreateDirectory(Path.Combine(content.Www, "sub"));
        return LabScript.Serve(content, limit, Preamble + script, [.. UserOptions, .. options]);
    }

    /// <summary>A script that starts and ends servers itself; serve takes more options.</summary>
    public static ScriptResult Namespace(TemporaryContent content, string script)
    {
        Directory.CreateDirectory(Path.Combine(content.Www, "sub"));
        string users = string.Join(' ', UserOptions.Select(option => $"'{option}'"));
        return LabScript.Namespace(content, $"{Preamble}users=({users})\n{script}");
    }

    /// <summary>
    /// Fills the content with what client programs expect: files of 0 bytes and of some megabytes, a text of
    /// known age with lines that end either way, a name that is hard to quote, directories in a directory,
    /// and an empty one.
    /// </summary>
    public static void Fill(TemporaryContent content)
    {
        content.Add("large.bin", 5_000_003);
        content.Add("empty.bin", 0);
        string text = Path.Combine(content.Www, "text.txt");
        File.WriteAllText(text, "line 1\nline 2\r\nline 3\n");
        File.SetLastWriteTimeUtc(text, new DateTime(2020, 2, 29, 12, 34, 56, DateTimeKind.Utc));
        File.WriteAllText(Path.Combine(content.Www, "spaces \"quotes\" ü€ and ;facts.txt"), "odd\n");
        Directory.CreateDirectory(Path.Combine(content.Www, "empty"));
        string deep = Directory.CreateDirectory(Path.Combine(content.Www, "sub", "deep")).FullName;
        File.WriteAllText(Path.Combine(deep, "file.txt"), "deep\n");
        File.WriteAllText(Path.Combine(content.Www, "sub", "beside.txt"), "beside\n");
    }

    private static IEnumerable<string> User(int place, string name, params string[] rights)
    {
        string key = $"ftp.users.{place}";
        string[] values =
        [
            $"{key}.name={name}", $"{key}.passwordHash={Hash.Value}",
            .. rights.Select((right, i) => $"{key}.rights.{i}={right}"),
        ];
        return values.SelectMany(value => new[] { "--set", value });
    }
}
