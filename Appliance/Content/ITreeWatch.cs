using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Is shown by each scan what it comes to, before it is looked at: so no change is missed between a look and
/// the watching of what was looked at. Called under the store's lock.
/// </summary>
internal interface ITreeWatch
{
    /// <summary>
    /// A scan begins; <paramref name="isWhole"/>: of everything, and the root is not yet open.
    /// </summary>
    void Begin(bool isWhole);

    /// <summary>A directory is open, and about to be listed.</summary>
    /// <param name="directory">The open directory.</param>
    /// <param name="path">Its canonical path with the final slash.</param>
    /// <param name="status">What it is.</param>
    void OnDirectory(SafeFileHandle directory, string path, in FileStatus status);

    /// <summary>A link is about to be followed.</summary>
    /// <param name="directory">The open directory that it is in.</param>
    /// <param name="path">The canonical path of that directory, with the final slash.</param>
    /// <param name="name">The bytes of the link's name.</param>
    void OnLink(SafeFileHandle directory, string path, byte[] name);

    /// <summary>
    /// What is at a path, which has no final slash but the root's, and below it was looked at: what was not
    /// shown is not there.
    /// </summary>
    void End(string path);

    /// <summary>
    /// These files are about to be served as they were found: those of which every change would be told, and
    /// none has been since, need not be looked at for each request.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="trust">Told of those; a change of one that is told later is later than this call.</param>
    void Trust(IEnumerable<ContentFile> files, Action<ContentFile> trust);

    /// <summary>Whether somebody has a file open and is writing it, as far as is known.</summary>
    /// <param name="path">Its canonical path.</param>
    /// <param name="length">Its bytes by now.</param>
    bool IsWritten(string path, long length);
}
