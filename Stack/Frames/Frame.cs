namespace Straightwire.Stack.Frames;

/// <summary>
/// A received frame, Ethernet header first, without FCS. Its bytes stand in the link's memory
/// (<see cref="Link.ILinkDevice.Bytes"/>) until the next <see cref="Link.ILinkDevice.Receive"/>.
/// </summary>
/// <param name="Buffer">Where, in the link's own terms.</param>
/// <param name="Length">Bytes; up to 64 KB and headers from a link that merges segments.</param>
/// <param name="Checksum">What the link knows of the transport checksum.</param>
public readonly record struct Frame(long Buffer, int Length, ReceiveChecksum Checksum);
