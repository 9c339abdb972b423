using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <summary>What has become of what was sent on a connection.</summary>
/// <param name="AcknowledgedBytes">Data bytes that the peer has acknowledged, in all.</param>
/// <param name="RoundTrip">The smoothed round trip (RFC 6298); 0: none was measured.</param>
public readonly record struct StreamProgress(long AcknowledgedBytes, Duration RoundTrip);
