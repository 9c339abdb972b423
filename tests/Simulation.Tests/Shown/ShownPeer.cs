namespace Straightwire.Simulation.Tests.Shown;

/// <summary>
/// One connection of a peer that sends its stream in any pieces and order: merged, cut, twice, ahead of a
/// hole; and reads the answers, or does not.
/// </summary>
internal sealed class ShownPeer(
    ScriptedPeer link, SeededRandom random, bool isOther, ushort port, ushort serverPort, byte[] stream)
{
    private static readonly int[] Cuts = [1, 2, 100, 1460, 2047, 2048, 2049, 9000, 20_000, 65_400];

    private readonly uint _iss = (uint)random.Next();
    private readonly bool _reads = random.Chance(0.7);
    private readonly int _window = random.Pick(500, 8000, 65_535);
    private uint _expected;
    private bool _isOpen;
    private bool _isOver;
    private int _acknowledged;
    private int _announced;
    private int _sent;

    /// <summary>All that it sends.</summary>
    public byte[] Stream => stream;

    /// <summary>Asks for the connection.</summary>
    public void Open() => Send(RawFlags.Syn, _iss, []);

    /// <summary>Takes a segment of the server.</summary>
    public void Take(RawSegment segment)
    {
        if (segment.Has(RawFlags.Rst))
        {
            _isOver = true;
            return;
        }
        if (segment.Has(RawFlags.Syn))
        {
            (_isOpen, _expected) = (true, segment.Seq + 1);
            _announced = segment.Window;
            Send(RawFlags.Ack, _iss + 1, []);
            return;
        }
        _acknowledged = Math.Max(_acknowledged, Math.Min((int)(segment.Ack - _iss - 1), stream.Length));
        _announced = Math.Max(_announced, _acknowledged + segment.Window);
        if (_reads && segment.Seq == _expected && segment.SequenceLength > 0)
        {
            _expected += (uint)segment.SequenceLength;
            Send(RawFlags.Ack, _iss + 1 + (uint)_sent, []);
        }
    }

    /// <summary>Sends the next piece, or one that is not the next.</summary>
    public void Step()
    {
        if (_isOver || !_isOpen)
        {
            return;
        }
        int start = random.Between(0, 9) switch
        {
            < 6 => _acknowledged,
            < 8 => _sent,
            8 => Math.Max(0, _acknowledged - random.Between(1, 3000)),
            _ => _acknowledged + random.Between(1, 20_000),
        };
        start = Math.Min(start, stream.Length);
        int end = Math.Min(start + random.Pick(Cuts), stream.Length);
        end = random.Chance(0.9) ? Math.Max(start, Math.Min(end, _announced)) : end;
        bool fin = end == stream.Length && random.Chance(0.1);
        if (end > start || fin)
        {
            _sent = Math.Max(_sent, end);
            Send(RawFlags.Ack | (fin ? RawFlags.Fin : RawFlags.Psh), _iss + 1 + (uint)start,
                stream[start..end]);
        }
    }

    private void Send(RawFlags flags, uint sequence, byte[] payload)
    {
        RawSegment segment = new()
        {
            SourcePort = port,
            DestinationPort = serverPort,
            Seq = sequence,
            Ack = flags.HasFlag(RawFlags.Ack) ? _expected : 0,
            Flags = flags,
            Window = (ushort)_window,
            Payload = payload,
        };
        if (isOther)
        {
            link.SendFromOther(segment);
        }
        else
        {
            link.Send(segment);
        }
    }
}
