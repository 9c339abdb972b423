using Straightwire.Stack.Tcp;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What arrives.</summary>
public enum ArrivingSegment
{
    /// <summary>RST.</summary>
    Reset,

    /// <summary>SYN.</summary>
    Syn,

    /// <summary>SYN and ACK.</summary>
    SynAck,

    /// <summary>An empty ACK of SND.UNA.</summary>
    Ack,

    /// <summary>An empty ACK of SND.NXT.</summary>
    AckOfEverything,

    /// <summary>Data with an ACK of SND.UNA.</summary>
    Data,

    /// <summary>FIN with an ACK of SND.UNA.</summary>
    Fin,

    /// <summary>Data without the ACK bit.</summary>
    DataWithoutAck,

    /// <summary>Data with an ACK beyond SND.NXT.</summary>
    AckOfTheFuture,

    /// <summary>Data with an ACK farther below SND.UNA than any window.</summary>
    AckOfThePast,
}

/// <summary>Where it begins.</summary>
public enum WindowPlace
{
    /// <summary>Ten octets before RCV.NXT.</summary>
    OutsideLeft,

    /// <summary>At RCV.NXT.</summary>
    LeftEdge,

    /// <summary>Beyond RCV.NXT, far from the end.</summary>
    Inside,

    /// <summary>At the last octet of the window.</summary>
    RightEdge,

    /// <summary>At the first octet beyond the window.</summary>
    OutsideRight,
}

/// <summary>What is sent back.</summary>
public enum Reply
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An ACK of RCV.NXT.</summary>
    Ack,

    /// <summary>RST.</summary>
    Reset,

    /// <summary>SYN-ACK.</summary>
    SynAck,
}

/// <summary>What must come of it; more than one reply where the RFC leaves it open.</summary>
public sealed record Arrival(TcpState Next, long Delivered, params Reply[] Replies)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Next}, {Delivered} bytes, reply {string.Join(" or ", Replies)}";
}

/// <summary>RFC 9293 §3.10.7.4 with RFC 5961, as a function.</summary>
public static class ArrivalModel
{
    /// <summary>Bytes of a segment with data: all of one that is left of the window are old.</summary>
    public const int DataLength = 10;

    /// <summary>What must come of a segment.</summary>
    public static Arrival Predict(TcpState state, ArrivingSegment kind, WindowPlace place) =>
        state == TcpState.SynReceived ? InSynReceived(kind, place) : Synchronized(state, kind, place);

    private static bool IsInWindow(WindowPlace place) =>
        place is WindowPlace.LeftEdge or WindowPlace.Inside or WindowPlace.RightEdge;

    private static Arrival Synchronized(TcpState state, ArrivingSegment kind, WindowPlace place)
    {
        Arrival nothing = new(state, 0, Reply.None);
        Arrival acknowledged = new(state, 0, Reply.Ack);
        switch (kind)
        {
            case ArrivingSegment.Reset:
                // RFC 5961 §3.2.
                return place == WindowPlace.LeftEdge ? nothing with { Next = TcpState.Closed }
                    : IsInWindow(place) ? acknowledged
                    : nothing;
            case ArrivingSegment.Syn when state == TcpState.TimeWait:
                // RFC 6191 §2: beyond the old sequence numbers it is a new connection. At RCV.NXT itself,
                // either will do.
                return place == WindowPlace.OutsideLeft ? acknowledged
                    : place == WindowPlace.LeftEdge ? acknowledged
                    : new Arrival(TcpState.SynReceived, 0, Reply.SynAck);
            case ArrivingSegment.Syn or ArrivingSegment.SynAck:
                // RFC 5961 §4.2.
                return acknowledged;
        }
        // Whoever has sent a window's worth has no other number for what only acknowledges.
        bool isAckAtEdge = place == WindowPlace.OutsideRight
            && kind is (ArrivingSegment.Ack or ArrivingSegment.AckOfEverything);
        if (!IsInWindow(place) && !isAckAtEdge)
        {
            // Without ACK, SYN and RST a segment is nonsense, and may be dropped before anything is looked
            // at.
            return kind == ArrivingSegment.DataWithoutAck ? new Arrival(
                state, 0, Reply.Ack, Reply.None) : acknowledged;
        }
        return kind switch
        {
            ArrivingSegment.DataWithoutAck => nothing,
            ArrivingSegment.AckOfTheFuture or ArrivingSegment.AckOfThePast => acknowledged,
            ArrivingSegment.Ack => nothing,
            ArrivingSegment.AckOfEverything => nothing with { Next = AfterOurFin(state) },
            ArrivingSegment.Data => OnData(state, place),
            _ => OnFin(state, place),
        };
    }

    private static TcpState AfterOurFin(TcpState state) => state switch
    {
        TcpState.FinWait1 => TcpState.FinWait2,
        TcpState.Closing => TcpState.TimeWait,
        TcpState.LastAck => TcpState.Closed,
        _ => state,
    };

    private static Arrival OnData(TcpState state, WindowPlace place) => IsReceiving(state)
        ? new Arrival(state, place == WindowPlace.LeftEdge ? DataLength : 0, Reply.Ack)
        : new Arrival(state, 0, Reply.Ack, Reply.None);

    private static Arrival OnFin(TcpState state, WindowPlace place)
    {
        if (!IsReceiving(state))
        {
            return new Arrival(state, 0, Reply.Ack, Reply.None);
        }
        if (place != WindowPlace.LeftEdge)
        {
            return new Arrival(state, 0, Reply.Ack);
        }
        TcpState next = state switch
        {
            TcpState.Established => TcpState.CloseWait,
            TcpState.FinWait1 => TcpState.Closing,
            _ => TcpState.TimeWait,
        };
        return new Arrival(next, 0, Reply.Ack);
    }

    private static bool IsReceiving(TcpState state) =>
        state is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    private static Arrival InSynReceived(ArrivingSegment kind, WindowPlace place)
    {
        Arrival nothing = new(TcpState.SynReceived, 0, Reply.None);
        // What is outside of the window may be answered or, as long as nobody has proved his address, not.
        Arrival refused = new(TcpState.SynReceived, 0, Reply.None, Reply.Ack, Reply.Reset);
        switch (kind)
        {
            case ArrivingSegment.Reset:
                return place == WindowPlace.LeftEdge ? nothing with { Next = TcpState.Closed } : refused;
            case ArrivingSegment.Syn:
                return new Arrival(TcpState.SynReceived, 0, Reply.SynAck, Reply.Ack);
            case ArrivingSegment.SynAck:
                return new Arrival(TcpState.SynReceived, 0, Reply.SynAck, Reply.Ack, Reply.Reset);
            case ArrivingSegment.DataWithoutAck:
                return refused;
        }
        if (!IsInWindow(place))
        {
            return refused;
        }
        return kind switch
        {
            // RFC 9293 §3.10.7.4, fifth check, SYN-RECEIVED.
            ArrivingSegment.AckOfTheFuture or ArrivingSegment.AckOfThePast =>
                new Arrival(TcpState.SynReceived, 0, Reply.Reset),
            ArrivingSegment.Data => OnData(TcpState.Established, place),
            ArrivingSegment.Fin => OnFin(TcpState.Established, place),
            _ => new Arrival(TcpState.Established, 0, Reply.None),
        };
    }
}
