using System.Runtime.InteropServices;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// A record of HTTP as bytes that can be kept: the numbers, and behind them the texts in their order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StoredRecord
{
    private long _unixNanoseconds;
    private long _bytes;
    private long _acknowledgedBytes;
    private Duration _duration;
    private Duration _roundTrip;
    private IpAddress _client;
    private IpAddress _peer;
    private StreamId _connection;
    private int _status;
    private ushort _peerPort;
    private int _lineLength;
    private int _hostLength;
    private int _refererLength;
    private int _userAgentLength;
    private int _userLength;
    private int _siteLength;
    private int _codingLength;

    private static readonly int FixedLength = MemoryMarshal.AsBytes<StoredRecord>(new StoredRecord[1]).Length;

    /// <summary>Bytes that a record takes.</summary>
    public static int LengthOf(in HttpRecord record) =>
        FixedLength + record.RequestLine.Length + record.Host.Length + record.Referer.Length
        + record.UserAgent.Length + record.User.Length + record.Site.Length + record.Coding.Length;

    /// <summary>Writes a record into as many bytes as it takes.</summary>
    public static void Write(in HttpRecord record, Span<byte> destination)
    {
        ref StoredRecord stored = ref MemoryMarshal.AsRef<StoredRecord>(destination);
        stored._unixNanoseconds = record.UnixNanoseconds;
        stored._bytes = record.Bytes;
        stored._acknowledgedBytes = record.AcknowledgedBytes;
        stored._duration = record.Duration;
        stored._roundTrip = record.RoundTrip;
        stored._client = record.Client;
        stored._peer = record.Peer;
        stored._connection = record.Connection;
        stored._status = record.Status;
        stored._peerPort = record.PeerPort;
        Span<byte> texts = destination[FixedLength..];
        stored._lineLength = Append(record.RequestLine, ref texts);
        stored._hostLength = Append(record.Host, ref texts);
        stored._refererLength = Append(record.Referer, ref texts);
        stored._userAgentLength = Append(record.UserAgent, ref texts);
        stored._userLength = Append(record.User, ref texts);
        stored._siteLength = Append(record.Site, ref texts);
        stored._codingLength = Append(record.Coding, ref texts);
    }

    /// <summary>Writes into a record how its answer ended.</summary>
    public static void End(Span<byte> bytes, long acknowledgedBytes, Duration duration, Duration roundTrip)
    {
        ref StoredRecord stored = ref MemoryMarshal.AsRef<StoredRecord>(bytes);
        stored._acknowledgedBytes = acknowledgedBytes;
        stored._duration = duration;
        stored._roundTrip = roundTrip;
    }

    /// <summary>The record that was written, its addresses as logs may have them.</summary>
    public static HttpRecord Read(ReadOnlySpan<byte> bytes, AddressMask mask, out IpAddress peer)
    {
        ref readonly StoredRecord stored = ref MemoryMarshal.AsRef<StoredRecord>(bytes);
        peer = stored._peer;
        ReadOnlySpan<byte> texts = bytes[FixedLength..];
        HttpRecord record = default;
        record.UnixNanoseconds = stored._unixNanoseconds;
        record.Bytes = stored._bytes;
        record.AcknowledgedBytes = stored._acknowledgedBytes;
        record.Duration = stored._duration;
        record.RoundTrip = stored._roundTrip;
        record.Client = mask.Of(stored._client);
        record.Peer = mask.Of(stored._peer);
        record.Connection = stored._connection;
        record.Status = stored._status;
        record.PeerPort = stored._peerPort;
        record.RequestLine = Take(stored._lineLength, ref texts);
        record.Host = Take(stored._hostLength, ref texts);
        record.Referer = Take(stored._refererLength, ref texts);
        record.UserAgent = Take(stored._userAgentLength, ref texts);
        record.User = Take(stored._userLength, ref texts);
        record.Site = Take(stored._siteLength, ref texts);
        record.Coding = Take(stored._codingLength, ref texts);
        return record;
    }

    private static int Append(ReadOnlySpan<byte> text, ref Span<byte> texts)
    {
        text.CopyTo(texts);
        texts = texts[text.Length..];
        return text.Length;
    }

    private static ReadOnlySpan<byte> Take(int length, scoped ref ReadOnlySpan<byte> texts)
    {
        ReadOnlySpan<byte> text = texts[..length];
        texts = texts[length..];
        return text;
    }
}
