using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Watching;

/// <summary>File systems that other machines or programs change without a notice here.</summary>
internal static class SilentFileSystems
{
    // statfs(2).
    private static readonly Dictionary<ulong, string> Names = new()
    {
        [0x6969] = "NFS",
        [0x517B] = "SMB",
        [0xFE534D42] = "SMB",
        [0xFF534D42] = "CIFS",
        [0x65735546] = "FUSE",
        [0x01021997] = "9p",
        [0x00C36400] = "Ceph",
        [0x5346414F] = "AFS",
        [0x73757245] = "Coda",
        [0x0BD00BD0] = "Lustre",
        [0x47504653] = "GPFS",
    };

    /// <summary>The kind of file system that a directory is on; null: it is none of these.</summary>
    public static string? NameOf(SafeFileHandle directory) =>
        Names.GetValueOrDefault(FileTree.FileSystemOf(directory));
}
