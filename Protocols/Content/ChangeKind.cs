namespace Straightwire.Protocols.Content;

/// <summary>What is to change.</summary>
public enum ChangeKind
{
    /// <summary>A file is deleted.</summary>
    DeleteFile,

    /// <summary>An empty directory goes.</summary>
    RemoveDirectory,

    /// <summary>An empty directory is made.</summary>
    MakeDirectory,

    /// <summary>A file or directory gets another path, which no directory has.</summary>
    Rename,

    /// <summary>A file's modification time is set.</summary>
    SetModified,
}
