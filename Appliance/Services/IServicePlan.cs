using Straightwire.Devices.Sandbox;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services;

/// <summary>
/// A service as its options make it, before anything is opened: what validation, doctor, the sandbox, the
/// frame filters and the banner ask of it. Only <see cref="Open"/> touches the world.
/// </summary>
public interface IServicePlan
{
    /// <summary>Its section of the configuration, and what the names of its metrics begin with.</summary>
    string Name { get; }

    /// <summary>Whether it is to run; if not, only <see cref="Faults"/> is asked.</summary>
    bool IsEnabled { get; }

    /// <summary>The ports that are its own.</summary>
    IReadOnlyList<PlannedPort> Ports { get; }

    /// <summary>Most shards that it can run on.</summary>
    int ShardMax => int.MaxValue;

    /// <summary>
    /// What is wrong between its options, each of which is right by itself: the key, with ':' between its
    /// parts, and a sentence.
    /// </summary>
    IEnumerable<(string Key, string Message)> Faults() => [];

    /// <summary>What it opens while it serves: logs, keys, content that it changes.</summary>
    IEnumerable<SandboxRule> Files() => [];

    /// <summary>The memory that it takes when all of it is in use.</summary>
    IEnumerable<MemoryPart> Memory() => [];

    /// <summary>The descriptors that it has open then.</summary>
    IEnumerable<DescriptorPart> Descriptors() => [];

    /// <summary>What it says of the content's files when they are loaded; null: nothing.</summary>
    IContentRules? ContentRules => null;

    /// <summary>Where it is found at an address, as clients write it; null: they have no such text.</summary>
    string? UrlAt(IpAddress address) => null;

    /// <summary>Whole lines about it for the log: at its start, and at another address.</summary>
    /// <param name="own">The server's address and its network.</param>
    IEnumerable<string> Describe(IpPrefix own);

    /// <summary>
    /// Makes what only a privilege can, while there is one: a file in a directory that nobody may write.
    /// </summary>
    /// <exception cref="IOException">That cannot be done.</exception>
    void BeforeSeal()
    {
    }

    /// <summary>Opens what all shards share: threads begin and files are opened here.</summary>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    IService Open(in ServiceHost host);
}
