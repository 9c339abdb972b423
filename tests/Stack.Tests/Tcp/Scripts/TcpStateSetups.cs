using Straightwire.Stack.Tcp;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>Scripts that bring a connection into each state, with nothing in flight but our FIN.</summary>
internal static class TcpStateSetups
{
    private const string FinWait1 = """
        established
        finish
        > F. 1:1(0) ack 1

        """;

    private const string CloseWait = """
        established
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2

        """;

    /// <summary>The script for a state; for SYN-RECEIVED a passive open.</summary>
    public static string For(TcpState state) => state switch
    {
        TcpState.Closed => "",
        TcpState.SynSent => """
            connect
            > S  0:0(0)
            """,
        TcpState.SynReceived => """
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            """,
        TcpState.Established => "established",
        TcpState.FinWait1 => FinWait1,
        TcpState.FinWait2 => FinWait1 + "< . 1:1(0) ack 2",
        TcpState.CloseWait => CloseWait,
        TcpState.Closing => FinWait1 + """
            < F. 1:1(0) ack 1
            > .  2:2(0) ack 2
            """,
        TcpState.LastAck => CloseWait + """
            finish
            > F. 1:1(0) ack 2
            """,
        TcpState.TimeWait => FinWait1 + """
            < F. 1:1(0) ack 2
            > .  2:2(0) ack 2
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>RCV.NXT after the script, relative.</summary>
    public static uint ReceiveNext(TcpState state) => state switch
    {
        TcpState.CloseWait or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => 2,
        _ => 1,
    };

    /// <summary>SND.UNA after the script, relative.</summary>
    public static uint SendUnacknowledged(TcpState state) => state switch
    {
        TcpState.FinWait2 or TcpState.TimeWait => 2,
        TcpState.SynSent or TcpState.SynReceived => 0,
        _ => 1,
    };

    /// <summary>SND.NXT after the script, relative.</summary>
    public static uint SendNext(TcpState state) => state switch
    {
        TcpState.FinWait1 or TcpState.FinWait2 => 2,
        TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => 2,
        _ => 1,
    };
}
