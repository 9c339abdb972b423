using System.ComponentModel;
using Serilog.Events;

namespace Straightwire.Appliance.Configuration;

/// <summary>Logs.</summary>
public sealed record LogSettings
{
    /// <summary>The least level that is logged.</summary>
    [Description("The least level that is logged.")]
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>A file for the log, beside standard error.</summary>
    [Description("A file for the log, beside standard error; null: none.")]
    public string? File { get; init; }

    /// <summary>Bytes of the log file at which the next one begins.</summary>
    [Description("Bytes of the log file at which the next one begins.")]
    [Limits(65_536, 1L << 40)]
    public long FileBytesMax { get; init; } = 64L << 20;

    /// <summary>Log files that are kept.</summary>
    [Description("Log files that are kept.")]
    [Limits(1, 1000)]
    public int FilesKept { get; init; } = 8;
}
