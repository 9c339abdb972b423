using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// STOR, APPE and STOU. What the upload's buffer does not take stays in the receive window, so that slow
/// storage slows the client and nobody else.
/// </summary>
internal sealed class UploadTransfer : DataTransfer, IUploadOwner
{
    private const int PieceLength = 4096;

    private readonly IUpload _upload;
    private readonly Action _onChanged;
    private readonly Pacer _pacer;
    private readonly byte[]? _translated;
    private bool _afterCr;
    private int _translatedStart;
    private int _translatedEnd;

    /// <summary>Begins to receive a file.</summary>
    /// <param name="changes">What takes the bytes.</param>
    /// <param name="request">Where to.</param>
    /// <param name="pacer">The rate.</param>
    /// <param name="isAscii">Whether lines that end with CRLF come, and LF is to be stored.</param>
    /// <param name="control">The connection that gave the command.</param>
    /// <param name="onChanged">Called when there is room again, and when it ended.</param>
    public UploadTransfer(
        IContentChanges changes,
        in UploadRequest request,
        Pacer pacer,
        bool isAscii,
        StreamId control,
        Action onChanged)
    {
        Stream = control;
        _pacer = pacer;
        _translated = isAscii ? new byte[PieceLength + 1] : null;
        _onChanged = onChanged;
        Path = request.Path;
        _upload = changes.StartUpload(request, this);
    }

    /// <inheritdoc/>
    public StreamId Stream { get; }

    /// <summary>How it ended; null while it has not.</summary>
    public ChangeResult? Result { get; private set; }

    /// <summary>The path in the content that the file has.</summary>
    public string Path { get; private set; }

    /// <inheritdoc/>
    public override bool IsUpload => true;

    /// <summary>Whether everything that was received is with the upload.</summary>
    public bool IsDrained => _translatedStart == _translatedEnd;

    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        Drain();
        return TransferProgress.Going;
    }

    /// <inheritdoc/>
    public override int Receive(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int most = received.Length;
        if (_pacer.IsActive)
        {
            most = (int)Math.Min(most, _pacer.Allowance(StartedAt, output.Now, Bytes));
            if (most < received.Length)
            {
                output.SetDeadline(Pacer.Next(output.Now));
            }
        }
        int taken = _translated is null ? _upload.Write(received[..most]) : Translate(received[..most]);
        Bytes += taken;
        return taken;
    }

    /// <summary>The client has sent everything: false when some of it has no room yet.</summary>
    public bool TryCommit()
    {
        if (_afterCr && IsDrained)
        {
            // The last byte was a CR, and no LF has come.
            _translated![0] = (byte)'\r';
            (_translatedStart, _translatedEnd) = (0, 1);
            _afterCr = false;
        }
        Drain();
        if (!IsDrained)
        {
            return false;
        }
        _upload.Commit();
        return true;
    }

    /// <inheritdoc/>
    public void OnUploadRoom() => _onChanged();

    /// <inheritdoc/>
    public void OnUploadEnded(ChangeResult result, string path)
    {
        (Result, Path) = (result, path);
        _onChanged();
    }

    /// <summary>The client is gone, or wants no more of it.</summary>
    public void Abandon() => _upload.Abandon();

    private int Translate(ReadOnlySpan<byte> received)
    {
        int taken = 0;
        while (Drain() && taken < received.Length)
        {
            ReadOnlySpan<byte> piece = received[taken..Math.Min(taken + PieceLength, received.Length)];
            AsciiText.Decode(
                piece, _translated, ref _afterCr, out int consumed, out _translatedEnd, isLast: false);
            _translatedStart = 0;
            taken += consumed;
        }
        return taken;
    }

    private bool Drain()
    {
        if (!IsDrained)
        {
            _translatedStart += _upload.Write(_translated.AsSpan(_translatedStart.._translatedEnd));
        }
        return IsDrained;
    }
}
