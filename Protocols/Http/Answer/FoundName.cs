namespace Straightwire.Protocols.Http.Answer;

/// <summary>What a name stands for.</summary>
internal enum FoundName : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A file.</summary>
    File,

    /// <summary>A directory that has no index and is listed.</summary>
    Directory,

    /// <summary>What is found under another name, to which the client is sent.</summary>
    Elsewhere,
}
