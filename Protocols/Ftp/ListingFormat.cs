using System.Buffers.Text;
using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Ftp;

/// <summary>A name as listings tell it.</summary>
internal readonly ref struct ListedName
{
    /// <summary>UTF-8, without control bytes: a segment, or with MLST a path.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>Bytes of the file; 0 for a directory.</summary>
    public long Length { get; init; }

    /// <summary>When it changed last, in whole seconds since 1970, UTC.</summary>
    public long ModifiedUnixSeconds { get; init; }

    /// <summary>What the user may do.</summary>
    public FtpRights Rights { get; init; }

    /// <summary>Tells of a file what its entry says.</summary>
    public static ListedName OfFile(ReadOnlySpan<byte> name, ContentEntry file, FtpRights rights) => new()
    {
        Name = name,
        Length = file.Body.Length,
        ModifiedUnixSeconds = file.ModifiedUnixSeconds,
        Rights = rights,
    };

    /// <summary>Tells of a directory, which has no length.</summary>
    public static ListedName OfDirectory(
        ReadOnlySpan<byte> name, long modifiedUnixSeconds, FtpRights rights) => new()
        {
            Name = name,
            IsDirectory = true,
            ModifiedUnixSeconds = modifiedUnixSeconds,
            Rights = rights,
        };
}

/// <summary>Facts of MLST and MLSD (RFC 3659 §7.5).</summary>
[Flags]
internal enum MlstFacts
{
    None = 0,
    Type = 1,
    Size = 2,
    Modify = 4,
    Perm = 8,
    All = 15,
}

/// <summary>How a name stands to the directory that is listed (RFC 3659 §7.5.1).</summary>
internal enum ListedKind
{
    /// <summary>It is in it, or was asked for alone.</summary>
    Entry,

    /// <summary>It is the directory itself: <c>cdir</c>.</summary>
    Current,

    /// <summary>It is the directory above: <c>pdir</c>.</summary>
    Parent,
}

/// <summary>Lines of LIST, MLSD and MLST.</summary>
internal static class ListingFormat
{
    // Half a year of 365.2425 days, the line that ls draws.
    private const long RecentSeconds = 15_778_476;

    private const int SizeWidth = 8;

    // Without the name, the longest line is one of MLSD whose size has 19 digits, 78 bytes with its end.
    private const int LengthMaxWithoutName = 96;

    private static ReadOnlySpan<byte> MonthNames => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    private static ReadOnlySpan<byte> FactNames => "typesizemodifyperm"u8;

    /// <summary>Bytes that a line of either kind takes at most, its end included.</summary>
    public static int LengthMax(int nameLength) => LengthMaxWithoutName + nameLength;

    /// <summary>
    /// Writes a line as <c>ls -l</c> does in the C locale, with its CRLF: no standard says how LIST looks,
    /// and this is what every client reads. Times are UTC, of the last half year with hour and minute,
    /// others with the year.
    /// </summary>
    /// <param name="name">What is listed.</param>
    /// <param name="nowUnixSeconds">The present, in seconds since 1970, UTC.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteLong(in ListedName name, long nowUnixSeconds, Span<byte> destination)
    {
        var line = new LineWriter(destination);
        line.Write(LongMode(name.IsDirectory, name.Rights));
        line.Write(name.IsDirectory ? "   2 ftp      ftp      "u8 : "   1 ftp      ftp      "u8);
        line.WriteRightAligned(name.Length, SizeWidth);
        line.Write(" "u8);
        WriteLongTime(ref line, name.ModifiedUnixSeconds, nowUnixSeconds);
        line.Write(" "u8);
        line.Write(name.Name);
        line.Write("\r\n"u8);
        return line.Length;
    }

    /// <summary>
    /// Writes an entry of RFC 3659 §7.2, "type=file;size=1;modify=19990929003355;perm=r; name", without a
    /// CRLF, and without the space that a reply to MLST has before it.
    /// </summary>
    /// <param name="name">What is listed. One that is <c>/</c> can be neither deleted nor renamed.</param>
    /// <param name="facts">Which facts are told; none leaves a space and the name.</param>
    /// <param name="kind">How it stands to the directory that is listed.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteFacts(
        in ListedName name, MlstFacts facts, ListedKind kind, Span<byte> destination)
    {
        var line = new LineWriter(destination);
        if ((facts & MlstFacts.Type) != 0)
        {
            line.Write(TypeFact(name.IsDirectory, kind));
        }
        if ((facts & MlstFacts.Size) != 0 && !name.IsDirectory)
        {
            line.Write("size="u8);
            line.WriteRightAligned(name.Length, 0);
            line.Write(";"u8);
        }
        if ((facts & MlstFacts.Modify) != 0)
        {
            line.Write("modify="u8);
            line.WriteTime(name.ModifiedUnixSeconds);
            line.Write(";"u8);
        }
        if ((facts & MlstFacts.Perm) != 0)
        {
            line.Write("perm="u8);
            WritePermissions(ref line, name);
            line.Write(";"u8);
        }
        line.Write(" "u8);
        line.Write(name.Name);
        return line.Length;
    }

    /// <summary>
    /// Reads the facts that OPTS MLST chooses: what stands behind "MLST ", "type;size;" (RFC 3659 §7.9), in
    /// any case. Facts that are not known are left out, as the reply shows; none at all chooses none.
    /// </summary>
    /// <returns>False for what is no list of facts: answer 501.</returns>
    public static bool TryParseFacts(ReadOnlySpan<byte> optsArgument, out MlstFacts facts)
    {
        facts = MlstFacts.None;
        var chosen = MlstFacts.None;
        while (!optsArgument.IsEmpty)
        {
            int end = optsArgument.IndexOf((byte)';');
            ReadOnlySpan<byte> name = end < 0 ? optsArgument : optsArgument[..end];
            optsArgument = end < 0 ? default : optsArgument[(end + 1)..];
            if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                return false;
            }
            for (int i = 0; i < 4; i++)
            {
                chosen |= Ascii.EqualsIgnoreCase(name, FactName(i)) ? (MlstFacts)(1 << i) : MlstFacts.None;
            }
        }
        facts = chosen;
        return true;
    }

    /// <summary>
    /// Writes what FEAT tells, every fact and a star on the chosen ones, "type*;size*;modify*;perm;" (RFC
    /// 3659 §7.8), or what OPTS answers, the chosen ones: "type;size;". At most 32 bytes.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int WriteFactNames(MlstFacts chosen, bool forFeat, Span<byte> destination)
    {
        var line = new LineWriter(destination);
        for (int i = 0; i < 4; i++)
        {
            bool isChosen = ((int)chosen & (1 << i)) != 0;
            if (isChosen || forFeat)
            {
                line.Write(FactName(i));
                line.Write(isChosen && forFeat ? "*;"u8 : ";"u8);
            }
        }
        return line.Length;
    }

    private static ReadOnlySpan<byte> FactName(int index) => index switch
    {
        0 => FactNames[..4],
        1 => FactNames[4..8],
        2 => FactNames[8..14],
        _ => FactNames[14..],
    };

    private static ReadOnlySpan<byte> LongMode(bool isDirectory, FtpRights rights)
    {
        const FtpRights DirectoryChanges =
            FtpRights.Write | FtpRights.Delete | FtpRights.Rename | FtpRights.MakeDirectories;
        if (isDirectory)
        {
            bool canList = (rights & FtpRights.List) != 0;
            return (rights & DirectoryChanges) != 0
                ? canList ? "drwxr-xr-x"u8 : "d-wx--x--x"u8
                : canList ? "dr-xr-xr-x"u8 : "d--x--x--x"u8;
        }
        bool canRead = (rights & FtpRights.Read) != 0;
        return (rights & FtpRights.Write) != 0
            ? canRead ? "-rw-r--r--"u8 : "--w-------"u8
            : canRead ? "-r--r--r--"u8 : "----------"u8;
    }

    // "Nov 22 10:54" or "Nov 22  2026"; clients tell them by the colon, and take the former for the last
    // twelve months.
    private static void WriteLongTime(ref LineWriter line, long unixSeconds, long nowUnixSeconds)
    {
        (DateOnly date, int second) = FtpTime.Split(unixSeconds);
        line.Write(MonthNames.Slice((date.Month - 1) * 3, 3));
        line.Write(" "u8);
        line.WriteRightAligned(date.Day, 2);
        line.Write(" "u8);
        if (unixSeconds <= nowUnixSeconds && unixSeconds > nowUnixSeconds - RecentSeconds)
        {
            line.WriteTwo(second / 3600);
            line.Write(":"u8);
            line.WriteTwo(second / 60 % 60);
        }
        else
        {
            line.WriteRightAligned(date.Year, 5);
        }
    }

    private static ReadOnlySpan<byte> TypeFact(bool isDirectory, ListedKind kind) => kind switch
    {
        ListedKind.Current => "type=cdir;"u8,
        ListedKind.Parent => "type=pdir;"u8,
        _ => isDirectory ? "type=dir;"u8 : "type=file;"u8,
    };

    // RFC 3659 §7.5.5: what the letters say of files is not what they say of directories.
    private static void WritePermissions(ref LineWriter line, in ListedName name)
    {
        bool canRename = (name.Rights & FtpRights.Rename) != 0;
        bool canDelete = (name.Rights & FtpRights.Delete) != 0;
        bool canWrite = (name.Rights & FtpRights.Write) != 0;
        if (!name.IsDirectory)
        {
            line.WriteIf((name.Rights & FtpRights.Read) != 0, "r"u8);
            line.WriteIf(canWrite, "aw"u8);
            line.WriteIf(canRename, "f"u8);
            line.WriteIf(canDelete, "d"u8);
            return;
        }
        bool isRoot = name.Name.SequenceEqual("/"u8);
        line.Write("e"u8);
        line.WriteIf((name.Rights & FtpRights.List) != 0, "l"u8);
        line.WriteIf(canWrite, "c"u8);
        line.WriteIf((name.Rights & FtpRights.MakeDirectories) != 0, "m"u8);
        line.WriteIf(canDelete, "p"u8);
        line.WriteIf(canDelete && !isRoot, "d"u8);
        line.WriteIf(canRename && !isRoot, "f"u8);
    }

    private ref struct LineWriter(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Write(scoped ReadOnlySpan<byte> text)
        {
            text.CopyTo(_destination[Length..]);
            Length += text.Length;
        }

        public void WriteIf(bool condition, ReadOnlySpan<byte> text)
        {
            if (condition)
            {
                Write(text);
            }
        }

        public void WriteTime(long unixSeconds) =>
            Length += FtpTime.Write(unixSeconds, _destination[Length..]);

        public void WriteTwo(int value)
        {
            FtpTime.WriteTwo(value, _destination[Length..]);
            Length += 2;
        }

        public void WriteRightAligned(long value, int width)
        {
            Span<byte> digits = stackalloc byte[20];
            bool fits = Utf8Formatter.TryFormat(value, digits, out int written);
            Invariant.Assert(fits, "a number has at most 20 characters");
            for (int blanks = width - written; blanks > 0; blanks--)
            {
                _destination[Length++] = (byte)' ';
            }
            Write(digits[..written]);
        }
    }
}
