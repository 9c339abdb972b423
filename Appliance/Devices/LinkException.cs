namespace Straightwire.Devices;

/// <summary>
/// A link cannot be opened, or has gone; the message is for the operator and says what to do.
/// </summary>
public sealed class LinkException(string message) : Exception(message);
