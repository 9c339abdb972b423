using Straightwire.Appliance.Content;
using Straightwire.Appliance.Logs;

namespace Straightwire.Appliance.Services;

/// <summary>What a plan knows of the server besides its own section.</summary>
/// <param name="Content">The content and its limits.</param>
/// <param name="PeerPrefixLength">How much of an IPv4 address makes a peer, 8 to 32 bits.</param>
/// <param name="Shards">The shards that were asked for; 0: one for each CPU.</param>
/// <param name="Mask">What of peers' addresses stands in logs.</param>
public sealed record PlanContext(
    ContentOptions Content, int PeerPrefixLength, int Shards, AddressMask Mask)
{
    /// <summary>The directory that is served; null: there is none of that name.</summary>
    public string? ContentDirectory => Directory.Exists(Content.Directory) ? Content.Directory : null;
}
