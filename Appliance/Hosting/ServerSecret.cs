using Straightwire.Appliance.Options;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Digests;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// The server's one secret: 32 random bytes in a file, from which every key is derived by a label. Hosts that
/// shall act as one have a copy of the file.
/// </summary>
public sealed class ServerSecret
{
    /// <summary>Bytes of the secret and of its file.</summary>
    public const int Length = 32;

    /// <summary>The value of server.state for a secret of this start.</summary>
    public const string OfThisStart = "none";

    private const string FileName = "secret";
    private const string DefaultDirectory = "/var/lib/straightwire";

    // The service manager names the directory that it keeps for a service (systemd.exec(5)).
    private const string ManagersVariable = "STATE_DIRECTORY";

    private readonly byte[] _bytes;

    private ServerSecret(byte[] bytes, string? lost) => (_bytes, Lost) = (bytes, lost);

    /// <summary>Takes a secret from where it was handed on.</summary>
    public static ServerSecret Of(byte[] bytes, string? lost) => new(bytes, lost);

    /// <summary>
    /// Why it does not survive this start, as a sentence's begin; null when it does, or is not meant to.
    /// </summary>
    public string? Lost { get; }

    /// <summary>Its bytes, to be handed on.</summary>
    public byte[] Bytes => [.. _bytes];

    /// <summary>
    /// Reads the secret of a configuration, and makes it when there is none yet.
    /// </summary>
    /// <exception cref="IOException">The configured directory cannot be used.</exception>
    public static ServerSecret Open(ApplianceOptions options) => options.Server.State switch
    {
        OfThisStart => new(Draw(), null),
        null => OpenDefault(),
        string directory => new(Take(Path.GetFullPath(directory)), null),
    };

    /// <summary>The key of a purpose; 32 bytes.</summary>
    public byte[] KeyOf(string label)
    {
        byte[] key = new byte[Sha256.Length];
        new HmacSha256(_bytes).Of(System.Text.Encoding.UTF8.GetBytes(label), key);
        return key;
    }

    private static ServerSecret OpenDefault()
    {
        string? named = Environment.GetEnvironmentVariable(ManagersVariable)?.Split(':')[0];
        string directory = string.IsNullOrEmpty(named) ? DefaultDirectory : named;
        try
        {
            return new(Take(directory), null);
        }
        catch (IOException e)
        {
            return new(Draw(), e.Message);
        }
    }

    private static byte[] Take(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (File.Exists(directory))
        {
            throw new IOException($"server.state: {directory} is a file, and a directory is expected");
        }
        if (Directory.Exists(path))
        {
            throw new IOException($"server.state: {path} is a directory: remove it, and a secret is made");
        }
        try
        {
            if (!File.Exists(path))
            {
                Make(directory, path);
            }
            byte[] bytes = File.ReadAllBytes(path);
            return bytes.Length == Length ? bytes : throw new IOException(
                $"{path} is no secret of {Length} bytes: remove it, and another is made");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"server.state: {e.Message.TrimEnd('.')}", e);
        }
    }

    // The file is there whole or not at all, also when two servers start at once.
    private static void Make(string directory, string path)
    {
        const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory, OwnersFile | UnixFileMode.UserExecute);
        }
        string temporary = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Draw());
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }

    private static byte[] Draw()
    {
        byte[] bytes = new byte[Length];
        SystemRandom.Fill(bytes);
        return bytes;
    }
}
