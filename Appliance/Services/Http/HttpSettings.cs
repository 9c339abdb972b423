using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>The section of HTTP.</summary>
public sealed record HttpSettings
{
    /// <summary>Whether the content is served by HTTP.</summary>
    [Key("The content is served by HTTP.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The TCP port.</summary>
    [Key("The TCP port.", Min = 1, Max = 65_535)]
    public int Port { get; init; } = 80;

    /// <summary>The Server field of responses.</summary>
    [Key("The Server field of responses, printable ASCII of at most 128 characters; empty: none.",
        Format = KeyFormat.ServerName)]
    public string ServerName { get; init; } = "Straightwire";

    /// <summary>Bytes of a request's head.</summary>
    [Key("Bytes of a request's head; more is a 431.", Min = 1024, Max = 65_536)]
    public int HeadBytes { get; init; } = 16_384;

    /// <summary>Bytes of a request's target.</summary>
    [Key("Bytes of a request's target; more is a 414.", Min = 256, Max = 65_536)]
    public int TargetBytes { get; init; } = 8192;

    /// <summary>Field lines of a request's head.</summary>
    [Key("Field lines of a request's head; more is a 431.", Min = 8, Max = 10_000)]
    public int HeaderCount { get; init; } = 100;

    /// <summary>From a request's first byte to the end of its head.</summary>
    [Key("From a request's first byte to the end of its head; longer is a 408.", From = "100ms", To = "1h")]
    public Duration HeadTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>How long a connection without a request stays open.</summary>
    [Key("How long a connection without a request stays open.", From = "100ms", To = "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Bytes of a request's content, read and dropped.</summary>
    [Key("Bytes of a request's content that are read and dropped; more is a 413.", Min = 0, Max = 1L << 40)]
    public long BodyBytes { get; init; } = 1 << 20;

    /// <summary>From the end of a request's head to the end of its content.</summary>
    [Key("From the end of a request's head to the end of its content.", From = "100ms", To = "24h")]
    public Duration BodyTimeout { get; init; } = Duration.Parse("30s");
}
