using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Logs;
using Straightwire.Devices.Sandbox;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>FTP, as the section ftp says.</summary>
/// <param name="settings">The section.</param>
/// <param name="context">What it has to do with besides.</param>
public sealed class FtpPlan(FtpSettings settings, PlanContext context) : IServicePlan
{
    private const int StandardPort = 21;
    private const long DescriptorsOfUpload = 2;

    /// <summary>The options of the command line that set its keys.</summary>
    public static IReadOnlyList<CommandSetting> CommandSettings { get; } =
    [
        new("--ftp-port", "ftp:port", "The TCP port of FTP (21).") { ValueName = "PORT" },
        new("--no-ftp", "ftp:enabled", "Serve no FTP.") { Value = "false" },
    ];

    /// <inheritdoc/>
    public string Name => "ftp";

    /// <inheritdoc/>
    public bool IsEnabled => settings.Enabled;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedPort> Ports =>
    [
        PlannedPort.Tcp("ftp/port", settings.Port),
        new("ftp/passivePorts", new ServicePort(IpProtocol.Tcp, Passive), PortUse.Expects),
        .. settings.Active
            ? (PlannedPort[])[PlannedPort.Tcp("ftp/activePort", settings.ActivePort, PortUse.Opens)]
            : [],
    ];

    /// <inheritdoc/>
    /// <remarks>Each needs a passive port.</remarks>
    public int ShardMax => Passive.Last - Passive.First + 1;

    /// <summary>What the protocol is told.</summary>
    internal FtpOptions Options =>
        FtpMapping.ToFtp(settings) with { PeerPrefixLength = context.PeerPrefixLength };

    /// <summary>The limits on uploads; null where nobody may change anything.</summary>
    internal UploadOptions? Uploads => IsEnabled && settings.Users.Any(user => user.MayChange)
        ? FtpMapping.ToUploads(settings.Uploads) with { PeerPrefixLength = context.PeerPrefixLength }
        : null;

    /// <summary>The logs of transfers.</summary>
    internal TransferLogOptions Logs =>
        settings.Logs with { PeerPrefixLength = context.PeerPrefixLength, Mask = context.Mask };

    /// <summary>What else its server has to do with.</summary>
    internal PlanContext Context => context;

    private PortSpan Passive => FtpMapping.PassiveOf(settings);

    private IEnumerable<string> LogFiles => ((string?[])[settings.Logs.Xferlog, settings.Logs.Json])
        .OfType<string>()
        .Select(Path.GetFullPath);

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Faults() =>
        FtpRules.Check(settings, context.ContentDirectory, context.Shards);

    /// <inheritdoc/>
    public IEnumerable<SandboxRule> Files()
    {
        if (Uploads is not null && context.ContentDirectory is { } content)
        {
            yield return new(content, SandboxAccess.Change);
        }
        foreach (string log in LogFiles)
        {
            yield return LogPlace.RuleOf(log);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<MemoryPart> Memory() => Uploads is { } uploads
        ? [new("uploads", (long)uploads.BlockCount * uploads.BlockBytes, "ftp.uploads.blocks")]
        : [];

    /// <inheritdoc/>
    public IEnumerable<DescriptorPart> Descriptors() =>
    [
        new("uploads", DescriptorsOfUpload * (Uploads?.Uploads ?? 0), "ftp.uploads.uploads"),
    ];

    /// <inheritdoc/>
    public string UrlAt(IpAddress address) => ServiceUrl.Of("ftp", address, settings.Port, StandardPort);

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) =>
        [$"Serving {UrlAt(own.Address)} ({settings.UsersText()})"];

    /// <inheritdoc/>
    public void BeforeSeal()
    {
        foreach (string log in LogFiles)
        {
            LogPlace.Touch(log);
        }
    }

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new FtpServer(this, host);
}
