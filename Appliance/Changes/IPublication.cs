using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>Something that is on the storage and not yet served.</summary>
internal interface IPublication
{
    /// <summary>The paths that it touched.</summary>
    IEnumerable<string> Paths { get; }

    /// <summary>Whose connection asked for it.</summary>
    IpAddress Peer { get; }

    /// <summary>A generation shows it, or none does; under the gate.</summary>
    void OnPublished(bool isServed, long generation);

    /// <summary>That failed in a way that nobody foresaw; under the gate.</summary>
    void OnFault();
}
