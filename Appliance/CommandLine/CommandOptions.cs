using System.CommandLine;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services;

namespace Straightwire.Appliance.CommandLine;

/// <summary>The options of the command line, and which configuration key each of them sets.</summary>
public sealed class CommandOptions
{
    private readonly List<(Option<string?> Option, string Key)> _settings = [];
    private readonly List<(Option<bool> Option, CommandSetting Setting)> _switches = [];

    /// <summary>Makes the options of the program and its services.</summary>
    /// <param name="kinds">The services that the program has.</param>
    public CommandOptions(IReadOnlyList<ServiceKind> kinds)
    {
        AddSetting("--link", "KIND", "link:kind", "auto, tap, packet, xdp or pcap (auto).");
        AddSetting(
            "--interface", "NAME", "link:interface", "The interface to take, or to share (none: a TAP).");
        AddSetting("--address", "ADDRESS/LENGTH", "network:address",
            "The server's address (the interface's; 198.18.0.2/24 on a TAP).");
        AddSetting(
            "--host-address", "ADDRESS/LENGTH", "link:hostAddress", "The host's address (198.18.0.1/24).");
        AddSetting("--gateway", "ADDRESS", "network:gateway",
            "The way to other networks (the interface's; the host on a TAP).");
        AddSetting("--mac", "MAC", "network:mac", "The server's Ethernet address.");
        foreach (CommandSetting setting in kinds.SelectMany(kind => kind.CommandSettings))
        {
            if (setting.ValueName is { } value)
            {
                AddSetting(setting.Name, value, setting.Key, setting.Description);
            }
            else
            {
                Option<bool> option = new(setting.Name) { Description = setting.Description };
                _switches.Add((option, setting));
            }
        }
        AddSetting("--tap", "NAME", "link:name", "The name of the TAP interface (straightwire).");
        AddSetting("--mtu", "BYTES", "link:mtu", "The link's MTU (the interface's; 1500 on a TAP).");
        AddSetting("--log-level", "LEVEL", "log:level", "verbose, debug, information, warning or error.");
        AddSetting("--log-file", "FILE", "log:file", "A log file beside standard error.");
        AddSetting("--pcap", "FILE", "server:pcap", "Write all frames in and out to FILE as pcapng.");
        foreach (Option option in Everywhere)
        {
            option.Recursive = true;
        }

        // The parser takes an option that it does not know for the directory.
        Directory.Validators.Add(result =>
        {
            string directory = result.Tokens[0].Value.Split('=')[0];
            if (directory.StartsWith('-'))
            {
                string meant = Suggestions.Among(directory, Everywhere.Select(option => option.Name));
                result.AddError($"unknown option {directory}{meant}");
            }
        });
    }

    /// <summary>The directory to serve.</summary>
    public Argument<string?> Directory { get; } = new("DIR")
    {
        Description = "The directory to serve (content).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Which configuration file is read.</summary>
    public Option<string?> Config { get; } = new("--config", "-c")
    {
        HelpName = "FILE",
        Description = "Read a JSON configuration, as config/appliance.json.",
    };

    /// <summary>Any key of the configuration.</summary>
    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Set any key of the configuration, as tcp.connections=1000. May be repeated.",
    };

    /// <summary>Tell of every frame.</summary>
    public Option<bool> Trace { get; } = new("--trace")
    {
        Description = "Tell of every frame in and out in a line of the log.",
    };

    /// <summary>Whether the process keeps its privileges.</summary>
    public Option<bool> NoSandbox { get; } = new("--no-sandbox")
    {
        Description = "Keep the process's privileges, and let it open any file: for debuggers and profilers.",
    };

    /// <summary>Whether the configuration is checked and no more.</summary>
    public Option<bool> Validate { get; } = new("--validate")
    {
        Description = "Check command line and configuration, print ok or every fault, and end.",
    };

    /// <summary>Print the configuration only.</summary>
    public Option<bool> PrintConfig { get; } = new("--print-config")
    {
        Description = "Print the configuration in force and end.",
    };

    /// <summary>Print the schema only.</summary>
    public Option<bool> PrintSchema { get; } = new("--print-schema")
    {
        Description = "Print the JSON schema of the configuration and end.",
    };

    /// <summary>Print all keys only.</summary>
    public Option<bool> PrintDefaults { get; } = new("--print-defaults")
    {
        Description = "Print a configuration of every key, with what it is, and end.",
    };

    /// <summary>Print the licenses only.</summary>
    public Option<bool> Licenses { get; } = new("--licenses")
    {
        Description = "Print the licenses of the program and of all that is in it, and end.",
    };

    /// <summary>Set by lab on the command line of the process that it starts inside the namespace.</summary>
    public Option<bool> Inside { get; } = new(InsideName) { Hidden = true };

    /// <summary>The name of <see cref="Inside"/>.</summary>
    public const string InsideName = "--inside";

    /// <summary>The options that every command takes.</summary>
    public IEnumerable<Option> Everywhere =>
    [
        Config, Set, .. _settings.Select(s => s.Option), .. _switches.Select(s => s.Option), NoSandbox, Trace,
        Validate, PrintConfig, PrintSchema, PrintDefaults, Licenses,
    ];

    /// <summary>Adds the keys that the command line sets; returns what is wrong with it, or null.</summary>
    public string? Collect(ParseResult result, Dictionary<string, string?> overrides)
    {
        foreach (string pair in result.GetValue(Set) ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                return $"--set {pair}: KEY=VALUE is expected, as tcp.connections=1000";
            }
            string key = pair[..equals].Trim('/').Replace('.', ':').Replace('/', ':');
            overrides[key] = pair[(equals + 1)..];
        }
        foreach ((Option<string?> option, string key) in _settings)
        {
            if (result.GetValue(option) is { } value)
            {
                overrides[key] = value;
            }
        }
        foreach ((_, CommandSetting setting) in _switches.Where(each => result.GetValue(each.Option)))
        {
            overrides[setting.Key] = setting.Value;
        }
        if (result.GetValue(Trace))
        {
            overrides["server:trace"] = "true";
        }
        if (result.GetValue(NoSandbox))
        {
            overrides["server:sandbox"] = "false";
        }
        if (result.GetValue(Directory) is { } directory)
        {
            overrides["content:directory"] = directory;
        }
        return null;
    }

    private void AddSetting(string name, string valueName, string key, string description) =>
        _settings.Add((new Option<string?>(name) { HelpName = valueName, Description = description }, key));
}
