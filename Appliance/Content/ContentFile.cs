using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>A file of a generation and the state on disk that its entry was made from.</summary>
/// <param name="Entry">What the index says of it.</param>
/// <param name="Status">What the file was.</param>
/// <param name="IsSettled">
/// Whether it had been left alone for a while when it was read. A file that is written again within one tick
/// of the file system's clock looks unchanged, so that one that was written just now is read anew at the next
/// reload.
/// </param>
internal readonly record struct ContentFile(ContentEntry Entry, FileStatus Status, bool IsSettled);
