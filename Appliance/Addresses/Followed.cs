using Straightwire.Stack.Ip;

namespace Straightwire.Appliance.Addresses;

/// <summary>What comes of another look at the interface.</summary>
/// <param name="State">Who the server is from now on; the same object when nothing of it has changed.</param>
/// <param name="Lines">What has changed, for the operator.</param>
/// <param name="End">Why the server cannot go on, and what to do; null: it goes on.</param>
public readonly record struct Followed(
    NetworkState State, IReadOnlyList<FollowLine> Lines, string? End = null);
