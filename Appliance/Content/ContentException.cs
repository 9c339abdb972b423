namespace Straightwire.Appliance.Content;

/// <summary>The content cannot be served; the message says why and what to do.</summary>
public sealed class ContentException(string message) : Exception(message);
