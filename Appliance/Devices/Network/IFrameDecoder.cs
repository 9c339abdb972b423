namespace Straightwire.Devices.Network;

/// <summary>Tells people what a frame is.</summary>
public interface IFrameDecoder
{
    /// <summary>One line about a frame, Ethernet header first; of a malformed one too.</summary>
    string Describe(ReadOnlySpan<byte> frame);
}
