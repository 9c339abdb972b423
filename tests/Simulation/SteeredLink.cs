using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// One of the queues of a link: what comes over the link is steered to one of them, and what each of them
/// sends leaves over the link.
/// </summary>
public sealed class SteeredLink : IPlainLink
{
    // Flows move so often when they do.
    private const int ChangeMilliseconds = 40;

    // Protocol, addresses and ports of a packet without options.
    private const int FlowStart = 23, FlowEnd = 38;

    private readonly Junction _junction;
    private readonly Queue<byte[]> _arrived = new();
    private readonly List<byte[]> _shown = [];

    private SteeredLink(Junction junction) => _junction = junction;

    /// <summary>Frames that were steered here.</summary>
    public long FramesSteered { get; private set; }

    /// <inheritdoc/>
    public int Mtu => _junction.Link.Mtu;

    /// <summary>Makes the queues of a link.</summary>
    public static SteeredLink[] Split(IPlainLink link, int count, Steering steering, SeededRandom random)
    {
        Junction junction = new(link, steering, random);
        junction.Queues = [.. Enumerable.Range(0, count).Select(_ => new SteeredLink(junction))];
        return junction.Queues;
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        _junction.Distribute(now);
        _shown.Clear();
        while (_shown.Count < frames.Length && _arrived.TryDequeue(out byte[]? frame))
        {
            frames[_shown.Count] = new Frame(_shown.Count, frame.Length, ReceiveChecksum.Unverified);
            _shown.Add(frame);
        }
        return _shown.Count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _shown[(int)frame.Buffer];

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now) => _junction.Link.Reserve(now);

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now) =>
        _junction.Link.Commit(length, checksumStart, checksumOffset, now);

    /// <inheritdoc/>
    public void Flush(Instant now) => _junction.Link.Flush(now);

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
    }

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Take(byte[] frame)
    {
        FramesSteered++;
        _arrived.Enqueue(frame);
    }

    private sealed class Junction(IPlainLink link, Steering steering, SeededRandom random)
    {
        private readonly Frame[] _frames = new Frame[64];
        private readonly ulong _salt = random.Next();

        public IPlainLink Link { get; } = link;

        public SteeredLink[] Queues { get; set; } = [];

        public void Distribute(Instant now)
        {
            int count;
            do
            {
                count = Link.Receive(_frames, now);
                foreach (ref readonly Frame frame in _frames.AsSpan(0, count))
                {
                    byte[] bytes = Link.Bytes(in frame).ToArray();
                    Queues[(int)(Choose(bytes, now) % (ulong)Queues.Length)].Take(bytes);
                }
            }
            while (count == _frames.Length);
        }

        private ulong Choose(byte[] frame, Instant now)
        {
            if (steering == Steering.Random)
            {
                return random.Next();
            }
            ulong hash = _salt;
            if (steering == Steering.Changing)
            {
                hash += (ulong)(now.Nanoseconds / (ChangeMilliseconds * 1_000_000L));
            }
            for (int i = FlowStart; i + 1 < Math.Min(FlowEnd, frame.Length); i += 2)
            {
                hash += BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(i));
                hash = new SeededRandom(hash).Next();
            }
            return hash;
        }
    }
}
