using System.Globalization;
using System.Text;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Writes a listing of connections into memory of fixed size: a line each, as a table or as JSON. What has no
/// room is not written, and nothing of it.
/// </summary>
internal ref struct ConnectionWriter(Span<byte> buffer)
{
    private const int StateWidth = 12;
    private const int EndpointWidth = 21;
    private const int LossWidth = 8;
    private const decimal NanosecondsPerSecond = 1e9m;
    private const decimal NanosecondsPerMillisecond = 1e6m;

    private static readonly string[] States = ConnectionNames.All<TcpState>();
    private static readonly string[] Losses = ConnectionNames.All<LossMode>();

    private readonly Span<byte> _buffer = buffer;
    private bool _isFull;

    /// <summary>Bytes that were written.</summary>
    public int Length { get; private set; }

    /// <summary>What comes before the first connection.</summary>
    public void WriteHead(bool isJson)
    {
        if (isJson)
        {
            Write("{\"connections\":[");
            return;
        }
        WriteLeft("state", StateWidth);
        WriteLeft(" local", EndpointWidth + 1);
        WriteLeft(" peer", EndpointWidth + 1);
        WriteLeft(" loss", LossWidth + 1);
        foreach (ConnectionColumn column in ConnectionColumn.All)
        {
            Write(" ");
            int start = Length;
            Write(column.Heading);
            ShiftRight(start, column.Width);
        }
        Write("\n");
    }

    /// <summary>What comes behind the last one: how many there are.</summary>
    public void WriteTail(bool isJson, in ConnectionTotals totals)
    {
        Write(isJson ? "\n],\"listed\":" : "# ");
        Write(totals.Listed);
        Write(isJson ? ",\"matching\":" : " listed of ");
        Write(totals.Matching);
        Write(isJson ? ",\"all\":" : " that match, of ");
        Write(totals.All);
        Write(isJson ? "}\n" : " connections\n");
    }

    /// <summary>Writes a connection; false, and nothing, where it has no room.</summary>
    public bool TryWrite(in ConnectionFacts facts, int shard, bool isJson, bool isFirst)
    {
        int before = Length;
        if (isJson)
        {
            WriteJson(facts, shard, isFirst);
        }
        else
        {
            WriteLine(facts);
        }
        if (!_isFull)
        {
            return true;
        }
        (_isFull, Length) = (false, before);
        return false;
    }

    private void WriteJson(in ConnectionFacts facts, int shard, bool isFirst)
    {
        ref readonly TcpConnection block = ref facts.Block;
        Write(isFirst ? "\n{\"state\":\"" : ",\n{\"state\":\"");
        Write(NameOf(States, (int)block.State));
        Write("\",\"local_address\":\"");
        Write(block.Flow.LocalAddress.ToString());
        Write("\",\"local_port\":");
        Write(block.Flow.LocalPort);
        Write(",\"peer_address\":\"");
        Write(block.Flow.RemoteAddress.ToString());
        Write("\",\"peer_port\":");
        Write(block.Flow.RemotePort);
        Write(",\"shard\":");
        Write(shard);
        Write(",\"loss\":\"");
        Write(NameOf(Losses, (int)block.Loss));
        Write("\"");
        foreach (ConnectionColumn column in ConnectionColumn.All)
        {
            Write(",\"");
            Write(column.Name);
            Write("\":");
            WriteValue(column.Of(facts), column.IsTime, "null", "0.#########", NanosecondsPerSecond);
        }
        Write("}");
    }

    private void WriteLine(in ConnectionFacts facts)
    {
        ref readonly TcpConnection block = ref facts.Block;
        WriteLeft(NameOf(States, (int)block.State), StateWidth);
        WriteEndpoint(block.Flow.LocalAddress, block.Flow.LocalPort);
        WriteEndpoint(block.Flow.RemoteAddress, block.Flow.RemotePort);
        Write(" ");
        WriteLeft(NameOf(Losses, (int)block.Loss), LossWidth);
        foreach (ConnectionColumn column in ConnectionColumn.All)
        {
            Write(" ");
            int start = Length;
            WriteValue(column.Of(facts), column.IsTime, "-", "0.000", NanosecondsPerMillisecond);
            ShiftRight(start, column.Width);
        }
        Write("\n");
    }

    private void WriteValue(long? value, bool isTime, string none, string format, decimal unit)
    {
        if (value is not { } number)
        {
            Write(none);
        }
        else if (isTime)
        {
            Write(number / unit, format);
        }
        else
        {
            Write(number);
        }
    }

    private void WriteEndpoint(IpAddress address, ushort port)
    {
        Write(" ");
        int start = Length;

        // RFC 3986 §3.2.2: brackets, so that the port is told from an address with colons.
        Write(address.IsIpv4 ? $"{address}:" : $"[{address}]:");
        Write(port);
        Pad(EndpointWidth - (Length - start));
    }

    // A number that has no name yet is told as one.
    private static string NameOf(string[] names, int number) =>
        number < names.Length ? names[number] : number.ToString(CultureInfo.InvariantCulture);

    private void WriteLeft(string text, int width)
    {
        Write(text);
        Pad(width - text.Length);
    }

    // A number stands at the right of its column, and one that is longer than that moves the others.
    private void ShiftRight(int start, int width)
    {
        int length = Length - start;
        int shift = Math.Max(0, width - length);
        Pad(shift);
        if (!_isFull && shift > 0)
        {
            _buffer.Slice(start, length).CopyTo(_buffer[(start + shift)..]);
            _buffer.Slice(start, shift).Fill((byte)' ');
        }
    }

    private void Pad(int count)
    {
        Span<byte> rest = _buffer[Length..];
        int blanks = Math.Clamp(count, 0, rest.Length);
        rest[..blanks].Fill((byte)' ');
        Length += blanks;
        _isFull |= blanks < count;
    }

    private void Write(string text)
    {
        _isFull |= !Encoding.ASCII.TryGetBytes(text, _buffer[Length..], out int written);
        Length += written;
    }

    private void Write<T>(T value, string format = "")
        where T : IUtf8SpanFormattable
    {
        _isFull |= !value.TryFormat(
            _buffer[Length..], out int written, format, CultureInfo.InvariantCulture);
        Length += written;
    }
}
