using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Lines: which of them are commands that are done now, and which wait or are passed over.</content>
internal sealed partial class FtpSession
{
    // How far commands that wait for a transfer are looked through for ABOR.
    private const int OvertakingBytesMax = 4096;

    // Whether a line that was too long is passed over, and how much of it was.
    private bool _isDiscarding;
    private int _discarded;
    private bool _hasQuitInView;

    // One command, or what stands in its place. Returns the bytes consumed.
    private int Take(ReadOnlySpan<byte> rest, ref StreamOutput output, out bool goesOn)
    {
        goesOn = true;
        if (_isDiscarding)
        {
            return Discard(rest, ref output);
        }
        if (_waiting == Waiting.End)
        {
            return rest.Length;
        }
        if (_waiting != Waiting.Command)
        {
            int overtaken = _waiting == Waiting.Transfer ? Overtake(rest, ref output) : 0;
            goesOn = overtaken > 0 || _waiting == Waiting.Command;
            _leavesLines = !goesOn;
            return overtaken;
        }
        if (!HasRoomForReply(ref output))
        {
            goesOn = false;
            _leavesLines = true;
            return 0;
        }
        switch (FtpLineReader.Read(rest, Service.Line, out int length, out int consumed))
        {
            case LineResult.Line when MustWaitForContent(Service.Line.AsSpan(0, length), ref output):
                goesOn = false;
                _leavesLines = true;
                return 0;
            case LineResult.Line:
                Execute(Service.Line.AsSpan(0, length), ref output);
                return consumed;
            case LineResult.TooLong:
                Service.Counters.LinesTooLong++;
                _isDiscarding = true;
                _discarded = 0;
                Answer(new(500, "The line is too long."), ref output);
                return 0;
            default:
                goesOn = false;
                return 0;
        }
    }

    private int Discard(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        int end = FtpLineReader.EndOfLine(rest);
        int length = end < 0 ? rest.Length : end;
        _isDiscarding = end < 0;
        _discarded += length;
        if (_discarded > Service.Options.LineBytes)
        {
            _isDiscarding = false;
            Answer(new(421, "That is no command.", ReplyThen.End), ref output);
        }
        return length;
    }

    // RFC 959 §4.1.3: ABOR, STAT and QUIT may come during a transfer; QUIT waits for its end (§5.1).
    private int Overtake(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        ReadOnlySpan<byte> view = rest[..Math.Min(rest.Length, OvertakingBytesMax)];
        if (FtpLineReader.HoldsAbort(view))
        {
            Service.Counters.TransfersAborted++;
            EndTransfer(new(426, "The transfer is aborted."), ref output);
            return 0;
        }
        _hasQuitInView = HoldsQuit(view);
        if (FtpLineReader.Read(view, Service.Line, out int length, out int consumed) == LineResult.Line
            && FtpCommand.Find(Service.Line.AsSpan(0, length), out _).Has(VerbTraits.Overtakes)
            && HasRoomForReply(ref output))
        {
            Answer(Status(), ref output);
            return consumed;
        }
        return 0;
    }

    private bool HoldsQuit(ReadOnlySpan<byte> view)
    {
        while (FtpLineReader.Read(view, Service.Line, out int length, out int used) == LineResult.Line)
        {
            if (FtpCommand.Parse(Service.Line.AsSpan(0, length), out _) == FtpVerb.Quit)
            {
                return true;
            }
            view = view[used..];
        }
        return false;
    }

    private static bool HasRoomForReply(ref StreamOutput output) =>
        output.Room >= ReplyRoom && output.Unacknowledged <= UnreadRepliesMax;
}
