using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Content;

/// <summary>Is told, on the shard's thread, of an upload.</summary>
public interface IUploadOwner
{
    /// <summary>The connection that ends when telling it fails.</summary>
    StreamId Stream => default;

    /// <summary>After <see cref="IUpload.Write"/> took less than all: there is room again.</summary>
    void OnUploadRoom();

    /// <summary>
    /// It ended: after <see cref="IUpload.Commit"/>, or by a failure before it; never after
    /// <see cref="IUpload.Abandon"/>.
    /// </summary>
    /// <param name="result">How it ended.</param>
    /// <param name="path">The path that the file has, which <see cref="UploadMode.Unique"/> chose.</param>
    void OnUploadEnded(ChangeResult result, string path);
}
