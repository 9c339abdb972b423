using Straightwire.Devices.Native;

namespace Straightwire.Devices.Files;

/// <summary>How a system call ended.</summary>
/// <param name="Error">Its errno; 0 when it succeeded.</param>
public readonly record struct FileOutcome(int Error)
{
    internal const int Exists = 17;
    internal const int CrossDevice = 18;
    internal const int NoCall = 38;
    internal const int NotSupported = 95;
    private const int NotDirectory = 20;
    private const int IsDirectory = 21;
    private const int NoFileOfSystem = 23;
    private const int NoFileOfProcess = 24;
    private const int FileTooLarge = 27;
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int NameTooLong = 36;
    private const int DirectoryNotEmpty = 39;
    private const int TooManyLinks = 40;
    private const int StaleHandle = 116;
    private const int QuotaExceeded = 122;

    /// <summary>It did what it was asked for.</summary>
    public static readonly FileOutcome Ok;

    /// <summary>A write for which there is no room: what tests let storage answer.</summary>
    public static readonly FileOutcome NoSpace = new(NoSpaceLeft);

    /// <summary>The kind of its end.</summary>
    public FileResult Result => Error switch
    {
        0 => FileResult.Ok,
        NativeError.NoEntry or NotDirectory => FileResult.NotFound,
        Exists or IsDirectory => FileResult.AlreadyExists,
        DirectoryNotEmpty => FileResult.NotEmpty,
        NativeError.NotPermitted or NativeError.AccessDenied or ReadOnlyFileSystem =>
            FileResult.NotPermitted,
        NativeError.Invalid or NameTooLong or TooManyLinks => FileResult.BadName,
        FileTooLarge => FileResult.TooLarge,
        NoSpaceLeft or QuotaExceeded => FileResult.OutOfSpace,
        _ => FileResult.Failed,
    };

    /// <summary>
    /// Whether it failed for want of something that may be there a moment later: a descriptor, memory, an
    /// answer of the storage.
    /// </summary>
    public bool IsPassing => Error is NativeError.Interrupted or NativeError.InputOutput
        or NativeError.TryAgain or NativeError.NoMemory or NoFileOfSystem or NoFileOfProcess or StaleHandle;

    /// <summary>Whether the call did what was asked.</summary>
    public bool IsOk => Error == 0;

    /// <summary>The C library's words for its errno, and its number.</summary>
    public string Reason => NativeError.Describe(Error);
}
