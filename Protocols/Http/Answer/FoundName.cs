namespace Straightwire.Protocols.Http.Answer;

/// <summary>What a name stands for.</summary>
internal enum FoundName : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A file.</summary>
    File,

    /// <summary>What is found under another name, to which the client is sent.</summary>
    Elsewhere,
}
