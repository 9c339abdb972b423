using System.Buffers;
using System.Globalization;
using System.Text;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// Requests as one JSON object a line. Times but for <c>ts</c> are whole microseconds; null is what is not
/// known. It is written by hand, since a busy server has hundreds of thousands of lines a second.
/// </summary>
internal sealed class AccessJson : IRecordFormat<HttpRecord>
{
    // A number that is exact wherever JSON is read has 53 bits.
    private const int ShardBits = 6;
    private const int PlaceBits = 22;
    private const int NumberBits = 53 - PlaceBits - ShardBits;

    // The time of the last line, since most lines are of one second.
    private readonly byte[] _time = new byte[32];
    private int _timeLength;
    private long _second = long.MinValue;

    /// <inheritdoc/>
    public bool Has(in HttpRecord record) => true;

    /// <inheritdoc/>
    public void Write(in HttpRecord record, IBufferWriter<byte> destination)
    {
        int texts = record.Host.Length + record.User.Length + record.Site.Length + record.Coding.Length
            + record.RequestLine.Length + record.Referer.Length + record.UserAgent.Length;
        var line = new LineWriter(destination.GetSpan(LineWriter.FixedMax + (LineWriter.BytesOfOne * texts)));
        WriteTime(record.UnixNanoseconds, ref line);
        line.Write("Z\",\"client\":\""u8);
        line.Write(record.Client);
        line.Write("\",\"peer\":\""u8);
        line.Write(record.Peer);
        line.Write("\",\"port\":"u8);
        line.Write(record.PeerPort);
        WriteRequest(in record, ref line);
        line.Write(",\"status\":"u8);
        line.Write(record.Status);
        line.Write(",\"bytes\":"u8);
        line.Write(record.Bytes);
        line.Write(",\"acked\":"u8);
        WriteKnown(record.AcknowledgedBytes, record.AcknowledgedBytes >= 0, ref line);
        line.Write(",\"duration\":"u8);
        line.Write(Microseconds(record.Duration));
        line.Write(",\"rtt\":"u8);
        WriteKnown(Microseconds(record.RoundTrip), record.RoundTrip != default, ref line);
        WriteOptional(",\"coding\":"u8, record.Coding, ref line);
        line.Write(",\"referer\":"u8);
        line.WriteJson(record.Referer);
        line.Write(",\"userAgent\":"u8);
        line.WriteJson(record.UserAgent);
        line.Write(",\"connection\":"u8);
        line.Write(NumberOf(in record));
        line.Write("}\n"u8);
        destination.Advance(line.Length);
    }

    private static void WriteRequest(in HttpRecord record, ref LineWriter line)
    {
        RequestLineParts parts = RequestLineParts.Of(record.RequestLine);
        WriteOptional(",\"user\":"u8, record.User, ref line);
        WriteOptional(",\"site\":"u8, record.Site, ref line);
        line.Write(",\"host\":"u8);
        line.WriteJson(record.Host);
        line.Write(",\"method\":"u8);
        line.WriteJson(parts.Method);
        line.Write(",\"target\":"u8);
        line.WriteJson(parts.Target);
        line.Write(",\"protocol\":"u8);
        line.WriteJson(parts.Version);
    }

    private static void WriteOptional(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ref LineWriter line)
    {
        if (!text.IsEmpty)
        {
            line.Write(name);
            line.WriteJson(text);
        }
    }

    private static void WriteKnown(long value, bool isKnown, ref LineWriter line)
    {
        if (isKnown)
        {
            line.Write(value);
        }
        else
        {
            line.Write("null"u8);
        }
    }

    private static long Microseconds(Duration time) => time.Value.Ticks / TimeSpan.TicksPerMicrosecond;

    private static long NumberOf(in HttpRecord record)
    {
        long number = record.Connection.Number & ((1L << NumberBits) - 1);
        long place = record.Connection.Place & ((1L << PlaceBits) - 1);
        return (number << (PlaceBits + ShardBits)) | (place << ShardBits) | (uint)record.Shard;
    }

    private void WriteTime(long nanoseconds, ref LineWriter line)
    {
        long second = nanoseconds / 1_000_000_000;
        if (second != _second)
        {
            _second = second;
            string text = DateTimeOffset.FromUnixTimeSeconds(second).ToString(
                "'{\"ts\":\"'yyyy-MM-dd'T'HH:mm:ss'.'", CultureInfo.InvariantCulture);
            _timeLength = Encoding.ASCII.GetBytes(text, _time);
        }
        line.Write(_time.AsSpan(0, _timeLength));
        line.WriteDigits((int)(nanoseconds % 1_000_000_000 / 1000), 6);
    }
}
