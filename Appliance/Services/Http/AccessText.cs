using System.Buffers;
using System.Globalization;
using System.Text;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// Requests as Apache's logs have them: the Common Log Format (<c>%h %l %u %t "%r" %&gt;s %b</c>), or the
/// Combined one, which has Referer and User-Agent behind it. Times are UTC.
/// </summary>
/// <param name="isCombined">Whether it is the Combined one.</param>
/// <param name="port">
/// The server's port, where lines begin with the host that was asked for (<c>%v:%p</c>); null: they do not.
/// </param>
internal sealed class AccessText(bool isCombined, int? port) : IRecordFormat<HttpRecord>
{
    // The time of the last line, since most lines are of one second.
    private readonly byte[] _time = new byte[32];
    private int _timeLength;
    private long _second = long.MinValue;

    /// <inheritdoc/>
    public bool Has(in HttpRecord record) => true;

    /// <inheritdoc/>
    public void Write(in HttpRecord record, IBufferWriter<byte> destination)
    {
        int texts = record.Host.Length + record.User.Length + record.RequestLine.Length
            + record.Referer.Length + record.UserAgent.Length;
        var line = new LineWriter(destination.GetSpan(LineWriter.FixedMax + (LineWriter.BytesOfOne * texts)));
        if (port is { } number)
        {
            line.WriteText(NameOf(record.Host), isWord: true);
            line.Write(":"u8);
            line.Write(number);
            line.Write(" "u8);
        }
        line.Write(record.Client);
        line.Write(" - "u8);
        line.WriteText(record.User, isWord: true);
        WriteTime(record.UnixNanoseconds / 1_000_000_000, ref line);
        line.WriteText(record.RequestLine);
        line.Write("\" "u8);
        line.Write(record.Status);
        line.Write(" "u8);
        // What has left, where that is known.
        long bytes = record.AcknowledgedBytes >= 0 ? record.AcknowledgedBytes : record.Bytes;
        if (bytes == 0)
        {
            line.Write("-"u8);
        }
        else
        {
            line.Write(bytes);
        }
        if (isCombined)
        {
            line.Write(" \""u8);
            line.WriteText(record.Referer);
            line.Write("\" \""u8);
            line.WriteText(record.UserAgent);
            line.Write("\""u8);
        }
        line.Write("\n"u8);
        destination.Advance(line.Length);
    }

    // An authority without its port.
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        return colon > authority.LastIndexOf((byte)']') ? authority[..colon] : authority;
    }

    private void WriteTime(long second, ref LineWriter line)
    {
        if (second != _second)
        {
            _second = second;
            string text = DateTimeOffset.FromUnixTimeSeconds(second).ToString(
                " '['dd/MMM/yyyy:HH:mm:ss '+0000] \"'", CultureInfo.InvariantCulture);
            _timeLength = Encoding.ASCII.GetBytes(text, _time);
        }
        line.Write(_time.AsSpan(0, _timeLength));
    }
}
