using Straightwire.Devices.Network;

namespace Straightwire.Devices.Xdp;

/// <summary>How a queue is driven, in the words of <see cref="LinkGrant.Mode"/>.</summary>
internal static class XdpMode
{
    /// <summary>The driver runs the program, and sends and receives in our memory.</summary>
    public const string ZeroCopy = "zero copy, native";

    /// <summary>The driver runs the program, and the kernel copies.</summary>
    public const string Copy = "copy mode, native";

    /// <summary>The kernel runs the program on a finished socket buffer, and copies.</summary>
    public const string Generic = "copy mode, generic";

    /// <summary>The driver runs the program; whether it copies is seen by trying.</summary>
    public const string Native = "native";
}
