namespace Straightwire.Simulation;

/// <summary>
/// Follows all connections over a simulated cable from its frames alone: what was sent again, what of it the
/// network has lost, held back or doubled, and whether each side keeps within what its peer has said that it
/// takes.
/// </summary>
public sealed class TcpWatch : ILinkWatch
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedLink _client;
    private readonly Dictionary<(bool, ushort, ushort), List<WatchedStream>> _streams = [];
    private readonly Dictionary<(bool, ushort, ushort), int> _scales = [];
    private readonly Dictionary<(bool, ushort, ushort), uint> _synWindows = [];
    private readonly Dictionary<byte[], WatchedSegment> _segments = new(ReferenceEqualityComparer.Instance);

    /// <summary>Watches both ends of the cable between two stacks.</summary>
    public TcpWatch(TwoStacks stacks)
    {
        _world = stacks.World;
        _client = stacks.ClientLink;
        stacks.ClientLink.Watch = stacks.ServerLink.Watch = this;
    }

    /// <summary>Takes a line for each segment that is sent or arrives; null: nobody does.</summary>
    public TextWriter? Trace { get; init; }

    /// <summary>What a stack did that it must not do; empty: nothing.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Data bytes sent for the first time.</summary>
    public long Fresh { get; private set; }

    /// <summary>Data bytes sent again.</summary>
    public long Again { get; private set; }

    /// <summary>Data bytes of segments that have arrived after others that were sent later.</summary>
    public long Late { get; private set; }

    /// <summary>The longest window that anybody has offered, bytes.</summary>
    public long WindowMax { get; private set; }

    /// <summary>Data bytes of segments that have not arrived, or not unharmed.</summary>
    public long Lost => _segments.Values.Sum(segment => segment.Arrivals == 0 ? (long)segment.Length : 0);

    /// <summary>Segments without data that have not arrived, or not unharmed.</summary>
    public long AcksLost => _segments.Values.Count(segment => segment is { Arrivals: 0, Length: 0 });

    /// <summary>Segments that have arrived more than once, or after later ones.</summary>
    public long Disturbed { get; private set; }

    /// <inheritdoc/>
    public void OnSent(SimulatedLink end, byte[] frame)
    {
        if (WatchedSegment.Read(frame) is not { } segment)
        {
            return;
        }
        _segments.Add(frame, segment);
        bool isClient = end == _client;
        if (segment.IsCapable && (segment.Length == 0 || segment.Has(RawFlags.Syn)))
        {
            Violations.Add($"{segment} is ECN-capable without data (RFC 3168 §6.1.1, §6.1.4)");
        }
        Note(isClient ? "client sends" : "server sends", segment);
        if (segment.Has(RawFlags.Syn))
        {
            Begin(isClient, segment);
        }
        else if (!segment.Has(RawFlags.Rst) && (segment.Length > 0 || segment.Has(RawFlags.Fin)))
        {
            SendData(isClient, segment);
        }
    }

    /// <inheritdoc/>
    public void OnArrived(SimulatedLink end, byte[] frame)
    {
        if (!_segments.TryGetValue(frame, out WatchedSegment? segment))
        {
            return;
        }
        Note(end == _client ? "    client has" : "    server has", segment);
        bool isLate = segment.Stream is { } stream && segment.Order < stream.NewestArrived;
        if (isLate || segment.Arrivals > 0)
        {
            Disturbed++;
            Late += segment.Length;
        }
        segment.Arrivals++;
        if (segment.Stream is { } own)
        {
            own.NewestArrived = Math.Max(own.NewestArrived, segment.Order);
        }
        TakeAcknowledgment(end == _client, segment);
    }

    private void Note(string what, WatchedSegment segment) =>
        Trace?.WriteLine(FormattableString.Invariant($"{_world.Now.Nanoseconds / 1e9:F6} {what} {segment}"));

    private void Begin(bool isClient, WatchedSegment segment)
    {
        (ushort from, ushort to) = segment.Ports;
        _scales[(isClient, from, to)] = segment.Scale;
        List<WatchedStream> streams = StreamsOf(isClient, from, to);
        if (streams.Exists(stream => stream.Iss == segment.Sequence))
        {
            return;
        }
        WatchedStream begun = new(segment.Sequence);
        streams.Add(begun);
        if (segment.Has(RawFlags.Ack) && _synWindows.TryGetValue((!isClient, to, from), out uint window))
        {
            // What came before it was a SYN, whose window is never scaled (RFC 7323 §2.2).
            begun.Allow(segment.Sequence + 1, window);
        }
    }

    private void SendData(bool isClient, WatchedSegment segment)
    {
        (ushort from, ushort to) = segment.Ports;
        if (StreamsOf(isClient, from, to).FindLast(own => own.Has(segment.Sequence)) is not { } stream)
        {
            Violations.Add($"{from} to {to} sends {segment.Sequence}, which is no number of it");
            return;
        }
        segment.Stream = stream;
        segment.Order = stream.Segments++;
        int again = stream.Send(segment, out bool isAllowed);
        if (again > 0 && segment.IsCapable)
        {
            Violations.Add($"{segment} is ECN-capable and sent again (RFC 3168 §6.1.5)");
        }
        Again += again;
        Fresh += segment.Length - again;
        if (!isAllowed)
        {
            Violations.Add($"{from} to {to} sends beyond the window of its peer");
        }
    }

    private void TakeAcknowledgment(bool toClient, WatchedSegment segment)
    {
        (ushort from, ushort to) = segment.Ports;
        bool isSyn = segment.Has(RawFlags.Syn);
        if (isSyn)
        {
            _synWindows[(!toClient, from, to)] = segment.Window;
        }
        if (!segment.Has(RawFlags.Ack))
        {
            return;
        }
        int theirs = _scales.GetValueOrDefault((!toClient, from, to), -1);
        int ours = _scales.GetValueOrDefault((toClient, to, from), -1);
        int scale = isSyn || theirs < 0 || ours < 0 ? 0 : theirs;
        long window = (long)segment.Window << scale;
        WindowMax = Math.Max(WindowMax, window);
        WatchedStream? stream =
            StreamsOf(toClient, to, from).FindLast(own => own.Has(segment.Acknowledgment));
        stream?.Allow(segment.Acknowledgment, window);
    }

    private List<WatchedStream> StreamsOf(bool isClient, ushort from, ushort to)
    {
        if (!_streams.TryGetValue((isClient, from, to), out List<WatchedStream>? streams))
        {
            _streams[(isClient, from, to)] = streams = [];
        }
        return streams;
    }
}
