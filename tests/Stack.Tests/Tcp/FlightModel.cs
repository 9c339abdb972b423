using Straightwire.Simulation;
using Straightwire.Stack.Tcp;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What a segment acknowledges, where octets 1001 to 3000 are in flight.</summary>
public enum AckPlace
{
    /// <summary>Farther below SND.UNA than any window.</summary>
    Far,

    /// <summary>Below SND.UNA, and acknowledged before.</summary>
    Old,

    /// <summary>SND.UNA.</summary>
    Una,

    /// <summary>In what is in flight.</summary>
    InFlight,

    /// <summary>SND.NXT.</summary>
    Next,

    /// <summary>One octet more than was sent.</summary>
    Beyond,
}

/// <summary>What its timestamp is.</summary>
public enum StampKind
{
    /// <summary>None were agreed on.</summary>
    NotAgreed,

    /// <summary>Later than the last.</summary>
    Later,

    /// <summary>Earlier than the last (PAWS).</summary>
    Earlier,

    /// <summary>There is none, though they were agreed on.</summary>
    Missing,
}

/// <summary>A segment, by what RFC 9293 asks of it.</summary>
/// <param name="Flags">Its control bits.</param>
/// <param name="Length">Data bytes.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Ack">What it acknowledges, if it has the bit.</param>
/// <param name="Stamp">Its timestamp.</param>
public readonly record struct FlightSegment(
    RawFlags Flags, int Length, WindowPlace Place, AckPlace Ack, StampKind Stamp)
{
    /// <summary>Whether all these bits are set.</summary>
    public bool Has(RawFlags flags) => (Flags & flags) == flags;
}

/// <summary>
/// RFC 9293 §3.10.7.4 as a function of the segment, where data are in flight; with RFC 5961 and RFC 7323
/// §5.3.
/// </summary>
public static class FlightModel
{
    /// <summary>Bytes of a segment with data: as many as it is outside of the window by, if it is.</summary>
    public const int DataLength = 10;

    /// <summary>What must come of it.</summary>
    /// <param name="state">Before.</param>
    /// <param name="segment">What comes.</param>
    /// <param name="takesAck">Whether SND.UNA becomes what it acknowledges.</param>
    public static Arrival Predict(TcpState state, FlightSegment segment, out bool takesAck)
    {
        takesAck = false;
        Arrival nothing = new(state, 0, Reply.None);
        Arrival answered = new(state, 0, Reply.Ack);
        bool isInWindow =
            segment.Place is WindowPlace.LeftEdge or WindowPlace.Inside or WindowPlace.RightEdge;
        if (segment.Has(RawFlags.Rst))
        {
            // RFC 5961 §3.2; RFC 7323 §5.2 leaves resets out of PAWS.
            return segment.Place == WindowPlace.LeftEdge ? nothing with { Next = TcpState.Closed }
                : isInWindow ? answered
                : nothing;
        }
        if (segment.Flags == RawFlags.None || segment.Flags == RawFlags.Psh || segment.Flags == RawFlags.Urg)
        {
            // Neither SYN nor ACK: dropped (fifth check), whether what is wrong with it is found before or
            // not.
            return new Arrival(state, 0, Reply.None, Reply.Ack);
        }
        if (segment.Stamp == StampKind.Earlier)
        {
            return answered;
        }
        if (segment.Has(RawFlags.Syn))
        {
            // RFC 5961 §4.2.
            return answered;
        }
        if (segment is { Place: WindowPlace.OutsideLeft, Length: DataLength } && segment.Has(RawFlags.Fin))
        {
            // Its FIN is at RCV.NXT, and its data, all of them old, are trimmed.
            segment = segment with { Length = 0, Place = WindowPlace.LeftEdge };
        }
        else if (!isInWindow && !IsAckAtEdge(segment))
        {
            // First check. What is old may still acknowledge, as where the window is counted from the last
            // acknowledgement sent.
            takesAck = segment is { Place: WindowPlace.OutsideLeft, Length: > 0 } && IsAckNew(segment.Ack);
            TcpState next = takesAck ? AfterAck(state, segment.Ack) : state;
            return next == TcpState.Closed ? new Arrival(next, 0, Reply.None) : answered with { Next = next };
        }
        if (segment.Ack is AckPlace.Far or AckPlace.Beyond)
        {
            // RFC 5961 §5.2.
            return answered;
        }
        takesAck = IsAckNew(segment.Ack);
        return OnText(AfterAck(state, segment.Ack), segment);
    }

    // Whoever has sent a window's worth has no other number for what only acknowledges.
    private static bool IsAckAtEdge(FlightSegment segment) => !segment.Has(RawFlags.Fin)
        && segment is { Place: WindowPlace.OutsideRight, Length: 0 };

    private static bool IsAckNew(AckPlace ack) => ack is AckPlace.InFlight or AckPlace.Next;

    private static TcpState AfterAck(TcpState state, AckPlace ack) => ack != AckPlace.Next ? state
        : state switch
        {
            TcpState.FinWait1 => TcpState.FinWait2,
            TcpState.Closing => TcpState.TimeWait,
            TcpState.LastAck => TcpState.Closed,
            _ => state,
        };

    // Sixth to eighth: URG, text and FIN.
    private static Arrival OnText(TcpState state, FlightSegment segment)
    {
        bool hasFin = segment.Has(RawFlags.Fin);
        if (state == TcpState.Closed)
        {
            return new Arrival(state, 0, Reply.None);
        }
        if (state is not (TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2))
        {
            // After the peer's FIN neither can be new: ignored, and an acknowledgement may be sent.
            return segment.Length > 0 || hasFin
                ? new Arrival(state, 0, Reply.Ack, Reply.None)
                : new Arrival(state, 0, Reply.None);
        }
        bool isNext = segment.Place == WindowPlace.LeftEdge;
        TcpState next = !hasFin || !isNext ? state
            : state switch
            {
                TcpState.Established => TcpState.CloseWait,
                TcpState.FinWait1 => TcpState.Closing,
                _ => TcpState.TimeWait,
            };
        return new Arrival(
            next, isNext ? segment.Length : 0,
            segment.Length > 0 || hasFin ? Reply.Ack : Reply.None);
    }
}
