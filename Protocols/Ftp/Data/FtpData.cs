using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>How a data connection's transfer ended.</summary>
internal enum DataEnd
{
    /// <summary>It has not ended yet.</summary>
    None,

    /// <summary>The client has all that was sent, or all that it sent has come.</summary>
    Whole,

    /// <summary>The connection could not be opened.</summary>
    NotOpened,

    /// <summary>The connection broke before everything had passed.</summary>
    Broken,

    /// <summary>The client sent nothing for too long.</summary>
    Silent,

    /// <summary>The file could not be read to its end.</summary>
    Failed,
}

/// <summary>
/// One data connection: waits for its client or is opened to it, carries one transfer, and tells the control
/// session what becomes of it.
/// </summary>
internal sealed class FtpData(FtpSession session, FtpService service) : IStreamSession
{
    private const long SampleNanoseconds = 100_000_000;
    private const long LingerBytesMax = 16 << 20;

    private static readonly Duration LingerTime = Duration.OfMilliseconds(30_000);

    private StreamId _id;
    private DataTransfer? _transfer;
    private bool _isAllQueued;
    private bool _isAllReceived = true;
    private bool _isPeerFinished;
    private bool _isAbortAsked;
    private bool _isOver;
    private long _unacknowledged;
    private Instant _heardAt;
    private LingeringClose _close;
    private bool _lingers;

    /// <summary>Whether the client is connected.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether it ever was, so that nobody is expected any more.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>How the transfer ended.</summary>
    public DataEnd End { get; private set; }

    /// <summary>Bytes that the client has, as far as is known, or that came from it.</summary>
    public long Bytes => _transfer is null ? 0 : Math.Max(0, _transfer.Bytes - _unacknowledged);

    /// <summary>The connection is being opened, and can be given up by its name.</summary>
    public void OnOpening(StreamId id) => _id = id;

    /// <summary>Begins the transfer as soon as the connection is there.</summary>
    public void Begin(DataTransfer transfer)
    {
        _transfer = transfer;
        service.Network.Notify(_id);
    }

    /// <summary>Breaks the connection off, if it is there. The session is told no more.</summary>
    public void Abort()
    {
        _isOver = true;
        _isAbortAsked = true;
        service.Network.Notify(_id);
        _transfer?.Release();
    }

    /// <summary>An upload's buffer has room again.</summary>
    public void Resume() => service.Network.Notify(_id);

    /// <inheritdoc/>
    /// <remarks>Before this an expected connection has no name, and a notice would be lost.</remarks>
    public void OnConnected(ref StreamOutput output)
    {
        _id = output.Id;
        WasOpened = true;
        if (_isAbortAsked)
        {
            output.Abort();
            return;
        }
        IsOpen = true;
        _heardAt = output.Now;
        session.Resume();
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        if (_isOver)
        {
            return PassOver(received.Length, ref output);
        }
        if (_transfer is null)
        {
            // The command may still be under way.
            _isAllReceived = false;
            return 0;
        }
        _heardAt = output.Now;
        if (!_transfer.IsUpload)
        {
            return received.Length;
        }
        int taken = _transfer.Receive(received, ref output);
        _isAllReceived = taken == received.Length;
        Settle(ref output);
        return taken;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output) => Advance(ref output);

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output)
    {
        if (_isAbortAsked)
        {
            output.Abort();
        }
        else if (_transfer is { IsUpload: true })
        {
            _transfer.Advance(ref output);
            Watch(ref output);
            Settle(ref output);
        }
        else
        {
            Advance(ref output);
        }
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
        _isPeerFinished = true;
        _heardAt = output.Now;
        Settle(ref output);
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
        if (_isOver)
        {
            EndAfterTime(ref output);
            return;
        }
        if (_transfer is null)
        {
            return;
        }
        if (_transfer.IsUpload)
        {
            if (!_isPeerFinished && _isAllReceived
                && output.Now.Since(_heardAt) >= service.Options.DataTimeout.Nanoseconds)
            {
                Over(DataEnd.Silent);
                output.Abort();
                return;
            }
            // Bytes that waited for their turn are shown again.
            service.Network.Notify(_id);
            Watch(ref output);
        }
        else
        {
            Advance(ref output);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The control session decides when the transfer has gone on for long enough.</remarks>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
        IsOpen = false;
        if (_isOver)
        {
            return;
        }
        if (end == StreamEnd.Closed && _isAllQueued)
        {
            _unacknowledged = 0;
            Over(DataEnd.Whole);
            return;
        }
        Over(end == StreamEnd.ContentFault ? DataEnd.Failed : WasOpened ? DataEnd.Broken : DataEnd.NotOpened);
    }

    // A client that has all sends its FIN, and takes for it as long as TCP waits. What one sends instead
    // prolongs nothing.
    private int PassOver(int length, ref StreamOutput output)
    {
        if (!_lingers)
        {
            _lingers = true;
            _close = new LingeringClose(output.Now, LingerTime, LingerTime, LingerTime, LingerBytesMax);
            output.SetDeadline(_close.Due);
        }
        return _close.Take(length, output.Now);
    }

    private void EndAfterTime(ref StreamOutput output)
    {
        if (!_lingers)
        {
            return;
        }
        if (output.Now >= _close.Due && _close.IsOver(in output))
        {
            output.Abort();
        }
        else
        {
            output.SetDeadline(_close.Due);
        }
    }

    private void Advance(ref StreamOutput output)
    {
        if (_isOver || _transfer is null)
        {
            return;
        }
        if (!_isAllQueued)
        {
            Watch(ref output);
            switch (_transfer.Advance(ref output))
            {
                case TransferProgress.Whole:
                    _isAllQueued = true;
                    output.Finish();
                    break;
                case TransferProgress.Failed:
                    Over(DataEnd.Failed);
                    output.Abort();
                    return;
            }
        }
        _unacknowledged = output.Unacknowledged;
        if (_isAllQueued && _unacknowledged == 0)
        {
            Over(DataEnd.Whole);
        }
        else if (_isAllQueued)
        {
            Watch(ref output);
        }
    }

    // An upload is whole when FIN has come and everything before it was taken.
    private void Settle(ref StreamOutput output)
    {
        if (!_isPeerFinished || _isOver)
        {
            return;
        }
        if (_transfer is UploadTransfer upload && _isAllReceived && upload.TryCommit())
        {
            output.Finish();
            Over(DataEnd.Whole);
        }
    }

    private void Watch(ref StreamOutput output)
    {
        _unacknowledged = output.Unacknowledged;
        output.SetDeadline(output.Now.Plus(SampleNanoseconds));
    }

    private void Over(DataEnd end)
    {
        _isOver = true;
        End = end;
        _transfer?.Release();
        session.Resume();
    }
}
