using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// One end of a simulated cable. What it sends arrives at the other end after the delay, and with its faults.
/// </summary>
public sealed class SimulatedLink : IPlainLink
{
    private const int TransmitQueueMax = 64;

    private readonly SimulatedWorld _world;
    private readonly SeededRandom _random;
    private readonly Queue<byte[]> _arrived = new();
    private readonly List<byte[]> _shown = [];
    private readonly byte[] _reserved = new byte[RawFrame.EthernetLength + ushort.MaxValue];
    private SimulatedLink? _peer;
    private Instant _lineFreeAt;
    private Instant _lastArrival;
    private int _burstLeft;

    private SimulatedLink(SimulatedWorld world, LinkFaults faults)
    {
        _world = world;
        _random = new SeededRandom(world.Random.Next());
        Faults = faults;
    }

    /// <summary>What goes wrong with the frames that this end sends; may change at any time.</summary>
    public LinkFaults Faults { get; set; }

    /// <summary>A router on the way of what this end sends; null: the cable is all of it.</summary>
    public Bottleneck? Bottleneck { get; set; }

    /// <summary>Which frames vanish whatever the faults are; null: none.</summary>
    public Predicate<byte[]>? Loses { get; set; }

    /// <summary>Who looks at what this end sends and receives; null: nobody does.</summary>
    public ILinkWatch? Watch { get; set; }

    /// <summary>How long a frame is under way.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Bits a second; 0: any number.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Frames that this end was given.</summary>
    public long FramesSent { get; private set; }

    /// <inheritdoc/>
    public int Mtu { get; init; } = 1500;

    /// <summary>Makes both ends of a cable.</summary>
    public static (SimulatedLink A, SimulatedLink B) Join(
        SimulatedWorld world, LinkFaults fromA, LinkFaults fromB, TimeSpan delay, long bitsPerSecond =
            0, int mtu = 1500)
    {
        SimulatedLink a = new(world, fromA) { Delay = delay, BitsPerSecond = bitsPerSecond, Mtu = mtu };
        SimulatedLink b = new(world, fromB) { Delay = delay, BitsPerSecond = bitsPerSecond, Mtu = mtu };
        a._peer = b;
        b._peer = a;
        return (a, b);
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        _shown.Clear();
        while (_shown.Count < frames.Length && _arrived.TryDequeue(out byte[]? frame))
        {
            frames[_shown.Count] = new Frame(_shown.Count, frame.Length, ReceiveChecksum.Unverified);
            _shown.Add(frame);
            Watch?.OnArrived(this, frame);
        }
        return _shown.Count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _shown[(int)frame.Buffer];

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now)
    {
        long queue = TransmitQueueMax * SerializationOf(RawFrame.EthernetLength + Mtu);
        if (_lineFreeAt.Since(now) > queue)
        {
            // The line is behind by a whole queue: refuse, and have something happen when there is room
            // again.
            _world.Schedule(_lineFreeAt.Plus(-queue), static () => { });
            return default;
        }
        return _reserved.AsSpan(0, RawFrame.EthernetLength + Mtu);
    }

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
    {
        FramesSent++;
        _lineFreeAt = (_lineFreeAt > now ? _lineFreeAt : now).Plus(SerializationOf(length));
        byte[] frame = _reserved[..length];
        Watch?.OnSent(this, frame);
        if (Bottleneck is { } router)
        {
            _world.Schedule(_lineFreeAt, () => router.Take(frame, left => Carry(left, _world.Now)));
            return;
        }
        Carry(frame, _lineFreeAt);
    }

    /// <summary>Sends a frame that is complete; false when the line is behind.</summary>
    public bool TrySend(ReadOnlySpan<byte> frame, Instant now)
    {
        Span<byte> reserved = Reserve(now);
        if (reserved.IsEmpty)
        {
            return false;
        }
        frame.CopyTo(reserved);
        Commit(frame.Length, checksumStart: 0, checksumOffset: 0, now);
        return true;
    }

    /// <inheritdoc/>
    public void Flush(Instant now)
    {
    }

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

    private long SerializationOf(int bytes) =>
        BitsPerSecond == 0 ? 0 : bytes * 8_000_000_000L / BitsPerSecond;

    private void Carry(byte[] frame, Instant departure)
    {
        LinkFaults faults =
            departure < Faults.Until ? Faults : LinkFaults.None with
            {
                PathMtu = Faults.PathMtu,
                PathMtuIsSilent = Faults.PathMtuIsSilent,
            };
        if (faults.PathMtu > 0 && frame.Length - RawFrame.EthernetLength > faults.PathMtu)
        {
            if (!faults.PathMtuIsSilent)
            {
                Arrive(this, RawFrame.FragmentationNeeded(frame, faults.PathMtu), departure + Delay);
            }
            return;
        }
        if (Loses?.Invoke(frame) == true)
        {
            return;
        }
        if (_burstLeft > 0 && faults.Loss > 0)
        {
            _burstLeft--;
            return;
        }
        if (_random.Chance(faults.Loss / faults.LossBurst))
        {
            _burstLeft = faults.LossBurst - 1;
            return;
        }
        Instant arrival = EndOfStall(faults, departure + Delay);
        arrival = arrival.Plus(RandomPart(faults.Jitter));
        arrival = arrival < _lastArrival ? _lastArrival : arrival;
        if (_random.Chance(faults.Duplication))
        {
            Arrive(_peer!, Damaged(frame, faults), arrival.Plus(RandomPart(faults.ReorderingMaximum)));
        }
        if (_random.Chance(faults.Reordering))
        {
            Arrive(_peer!, Damaged(frame, faults), arrival.Plus(RandomPart(faults.ReorderingMaximum)));
            return;
        }
        _lastArrival = arrival;
        Arrive(_peer!, Damaged(frame, faults), arrival);
    }

    private static Instant EndOfStall(LinkFaults faults, Instant instant)
    {
        if (faults.StallEvery == TimeSpan.Zero)
        {
            return instant;
        }
        long phase = instant.Nanoseconds % (faults.StallEvery.Ticks * 100);
        long stall = faults.StallFor.Ticks * 100;
        return phase < stall ? instant.Plus(stall - phase) : instant;
    }

    private void Arrive(SimulatedLink end, byte[] frame, Instant at) =>
        _world.Schedule(at, () => end._arrived.Enqueue(frame));

    private long RandomPart(TimeSpan most) => (long)(_random.Next() % (ulong)((most.Ticks * 100) + 1));

    private byte[] Damaged(byte[] frame, LinkFaults faults)
    {
        if (_random.Chance(faults.Truncation))
        {
            return frame[.._random.Between(1, frame.Length - 1)];
        }
        if (RawFrame.IsIpv4(frame) && _random.Chance(faults.Corruption))
        {
            byte[] damaged = (byte[])frame.Clone();
            damaged[_random.Between(RawFrame.EthernetLength, frame.Length - 1)] ^= (byte)_random.Between(
                1, 255);
            return damaged;
        }
        return frame;
    }
}
