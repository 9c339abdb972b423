namespace Straightwire.Stack.Link;

/// <summary>What a kick did.</summary>
/// <param name="Taken">Segments taken, from the first pending one on; their memory is free again.</param>
/// <param name="Faulted">
/// The first segment not taken cannot be sent, because its content is gone (EFAULT): its owner is reset and
/// it is dropped. When false, the link is full and the rest waits; to receive
/// may make room.
/// </param>
public readonly record struct TransmitResult(int Taken, bool Faulted);
