using Serilog.Events;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Options;

/// <summary>The section of the program's log.</summary>
public sealed record LogSettings
{
    /// <summary>The least level that is logged.</summary>
    [Key("The least level that is logged.")]
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>A file for the log, beside standard error.</summary>
    [Key("A file for the log, beside standard error; null: none.")]
    public string? File { get; init; }

    /// <summary>Bytes of the log file at which the next one begins.</summary>
    [Key("Bytes of the log file at which the next one begins.", Min = 65_536, Max = 1L << 40)]
    public long FileBytesMax { get; init; } = 64L << 20;

    /// <summary>Log files that are kept.</summary>
    [Key("Log files that are kept.", Min = 1, Max = 1000)]
    public int FilesKept { get; init; } = 8;

    /// <summary>Bits of an IPv4 address that logs tell.</summary>
    [Key("Of other hosts' IPv4 addresses, every log tells so many bits, and zeros after them; 32: all.",
        Min = 0, Max = 32)]
    public int Mask4 { get; init; } = 32;

    /// <summary>Bits of an IPv6 address that logs tell.</summary>
    [Key("Of other hosts' IPv6 addresses, likewise; 128: all.", Min = 0, Max = 128)]
    public int Mask6 { get; init; } = 128;
}
