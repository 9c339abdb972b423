using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;

namespace Straightwire.Simulation.Ftp;

/// <summary>One upload of <see cref="MemoryChanges"/>: a bounded buffer that storage empties now and then.
/// </summary>
internal sealed class MemoryUpload(
    MemoryChanges changes, UploadRequest request, IUploadOwner owner, byte[] start) : IUpload
{
    private readonly List<byte> _stored = [.. start];
    private readonly List<byte> _buffer = [];
    private bool _isDrainDue;
    private bool _wantsRoom;
    private bool _isCommitted;

    /// <summary>What it is.</summary>
    public UploadRequest Request { get; } = request;

    /// <summary>Whether nothing further happens to it.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        Invariant.Assert(!_isCommitted, "nothing is written after the end of an upload");
        if (HasEnded)
        {
            return bytes.Length;
        }
        int taken = Math.Min(bytes.Length, changes.BufferBytes - _buffer.Count);
        _buffer.AddRange(bytes[..taken]);
        _wantsRoom |= taken < bytes.Length;
        ScheduleDrain();
        return taken;
    }

    /// <inheritdoc/>
    public void Commit()
    {
        Invariant.Assert(!_isCommitted, "an upload is committed once");
        _isCommitted = true;
        ScheduleDrain();
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        if (!HasEnded)
        {
            HasEnded = true;
            _stored.AddRange(_buffer);
            changes.Keep(this, [.. _stored]);
        }
    }

    /// <summary>It fails, and its owner is told so in the next pass.</summary>
    public void Fail(ChangeResult result)
    {
        if (!HasEnded)
        {
            HasEnded = true;
            changes.Keep(this, [.. _stored]);
            changes.Tell(owner.Stream, () => owner.OnUploadEnded(result, Request.Path));
        }
    }

    private void ScheduleDrain()
    {
        if (!_isDrainDue && !HasEnded)
        {
            _isDrainDue = true;
            changes.After(Drain);
        }
    }

    private void Drain()
    {
        _isDrainDue = false;
        if (HasEnded)
        {
            return;
        }
        _stored.AddRange(_buffer);
        _buffer.Clear();
        if (changes.FaultOf(Request, _stored.Count) is { } fault)
        {
            Fail(fault);
        }
        else if (_isCommitted)
        {
            HasEnded = true;
            ChangeResult result = changes.Store(Request, [.. _stored], out string path);
            changes.Tell(owner.Stream, () => owner.OnUploadEnded(result, path));
        }
        else if (_wantsRoom)
        {
            _wantsRoom = false;
            changes.Tell(owner.Stream, TellRoom);
        }
    }

    private void TellRoom()
    {
        if (!HasEnded)
        {
            owner.OnUploadRoom();
        }
    }
}
