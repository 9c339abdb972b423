using System.Buffers;
using System.Text;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Tests.Http;
using Straightwire.Simulation;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>
/// What an idle control connection costs: the managed memory that is reachable after a collection, of the
/// service's sessions and what they hold. Beyond it a connection has its place in the tables of TCP, which
/// are there from the start.
/// </summary>
[NonParallelizable]
public sealed class SessionMemoryTests
{
    private const int SessionCount = 1000;
    private const int SessionBytesMax = 4096;

    [Test]
    public void A_thousand_idle_sessions_cost_four_kilobytes_each_at_most()
    {
        FtpWorld world = new();
        FtpService service = new(
            world.Service.Options,
            world.Changes,
            world.Stacks.ServerContent,
            world.Stacks.Server.Tcp,
            world.Changes,
            world.Passwords,
            new SilentLog(),
            world.Clock,
            1);
        FramePool pool = new(64, 1024);
        RecordingSink sink = new(pool, []);
        var sessions = new IStreamSession[SessionCount];
        LogIn(service, sink, 1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < SessionCount; i++)
        {
            sessions[i] = LogIn(service, sink, i + 2);
        }
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / SessionCount;
        TestContext.Out.WriteLine($"{each} bytes each");
        Assert.That(each, Is.Positive.And.LessThanOrEqualTo(SessionBytesMax));
        Assert.That(service.ClientCount, Is.EqualTo(SessionCount + 1));
        GC.KeepAlive(sessions);
        GC.KeepAlive(service);
    }

    // Logged in, somewhere else than at first, with a listing behind it: as a client that is left open
    // stands.
    private static IStreamSession LogIn(FtpService service, RecordingSink sink, int number)
    {
        Instant now = Instant.Zero.PlusMilliseconds(1000);
        FlowKey flow = new(
            TwoStacks.ServerAddress,
            21,
            new Ipv4Address(0xC613_0000 + (uint)number),
            (ushort)(1024 + number));
        IStreamSession session = service.Accept(new StreamInfo(flow, now))!;
        StreamOutput output = new(sink, number, now);
        session.OnConnected(ref output);
        byte[] commands = Encoding.ASCII.GetBytes(
            "USER anonymous\r\nPASS me@example.org\r\nTYPE I\r\nCWD /pub/sub\r\nSTAT /pub\r\n"
            + "SIZE deep.txt\r\n");
        int consumed = 0;
        while (consumed < commands.Length)
        {
            int taken = session.OnReceived(commands.AsSpan(consumed), ref output);
            Assert.That(taken, Is.Positive);
            consumed += taken;
        }
        ArrayBufferWriter<byte> replies = new();
        sink.Acknowledge(replies);
        Assert.That(Encoding.ASCII.GetString(replies.WrittenSpan), Does.EndWith("213 4\r\n"));
        return session;
    }

    private sealed class SilentLog : IFtpLog
    {
        public void Write(in FtpRecord record)
        {
        }
    }
}
