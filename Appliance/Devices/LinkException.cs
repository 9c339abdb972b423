namespace Straightwire.Devices;

/// <summary>
/// A link cannot be opened, or has gone; the message is for the operator and says what to do.
/// </summary>
public sealed class LinkException(string message) : Exception(message)
{
    /// <summary>
    /// The words for an interface that is not there any more; sockets do not tell what became of it.
    /// </summary>
    public static string Deleted(string name) =>
        $"The interface {name} is gone: it was deleted, or moved to another network namespace, under the " +
        "server. Start the server when it is there again.";
}
