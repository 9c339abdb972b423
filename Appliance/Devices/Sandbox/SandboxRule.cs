namespace Straightwire.Devices.Sandbox;

/// <summary>One permission of the sandbox; what has none is refused.</summary>
/// <param name="Path">A file, or a directory for all beneath it; what is not there grants nothing.</param>
/// <param name="Access">What may be done.</param>
public readonly record struct SandboxRule(string Path, SandboxAccess Access);
