using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <summary>A change of the content that storage was asked for, and what it made of it.</summary>
/// <param name="session">Who asked.</param>
/// <param name="action">What it is to the log.</param>
/// <param name="path">Canonical path in the content that the log is told.</param>
/// <param name="done">The answer when it is made.</param>
internal sealed class PendingChange(FtpSession session, FtpAction action, string path, FtpReply done)
    : IChangeOwner
{
    private ChangeResult? _result;

    /// <inheritdoc/>
    public StreamId Stream => session.Id;

    /// <summary>Whether it has ended, so that <see cref="Settle"/> can be called.</summary>
    public bool HasEnded => _result is not null;

    /// <inheritdoc/>
    public void OnChanged(ChangeResult result)
    {
        _result = result;
        session.Resume();
    }

    /// <summary>It ended: counts it, tells the log, and returns the answer.</summary>
    public FtpReply Settle()
    {
        bool isDone = _result == ChangeResult.Done;
        FtpReply reply = isDone ? done : FtpReply.Of(_result!.Value);
        session.Service.Counters.Changes += isDone ? 1 : 0;
        session.Record(action, path, isDone, reply.Code);
        return reply;
    }
}
