using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Content that is made while it is sent, piece by piece, and of which there is never more in memory than a
/// piece. Belongs to one answer; on its shard's thread.
/// </summary>
internal interface IHttpBody
{
    /// <summary>Longest piece in bytes. Whoever makes bodies makes none whose parts need more.</summary>
    const int PieceLength = 8192;

    /// <summary>Whether nothing comes after what was made.</summary>
    bool IsComplete { get; }

    /// <summary>Begins; before that nothing is done, since an answer may find no room.</summary>
    /// <param name="reader">
    /// The connection that is notified (<see cref="IStreamNetwork.Notify"/>) when there is more.
    /// </param>
    void Begin(StreamId reader);

    /// <summary>Makes what comes next; returns its bytes, 0 while it is waited for, and at the end.</summary>
    /// <param name="piece"><see cref="PieceLength"/> bytes, which somebody else has after the call.</param>
    int Fill(Span<byte> piece);

    /// <summary>What was made last found no room: it is what comes next.</summary>
    void SetBack();

    /// <summary>The connection is gone: nobody reads what is still being made.</summary>
    void Stop();
}
