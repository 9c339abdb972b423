namespace Straightwire.Devices.Sandbox;

/// <summary>The sandbox cannot be made or entered; the message says what to do.</summary>
public sealed class SandboxException(string message) : Exception(message);
