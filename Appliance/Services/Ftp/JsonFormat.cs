using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What FTP did, as one JSON object a line.</summary>
public sealed class JsonFormat : IRecordFormat<FtpRecord>
{
    // Every script is readable; what is not printable, quotes and what is no character are escaped.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.Create(Readable()),
    };

    /// <inheritdoc/>
    public bool Has(in FtpRecord record) => true;

    /// <inheritdoc/>
    public void Write(in FtpRecord record, IBufferWriter<byte> destination)
    {
        using (var json = new Utf8JsonWriter(destination, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.FromUnixTimeSeconds(record.UnixSeconds).UtcDateTime);
            json.WriteString("action", JsonNamingPolicy.CamelCase.ConvertName(record.Action.ToString()));
            json.WriteString("peer", record.Peer.ToString());
            json.WriteString("user", Valid(record.User));
            json.WriteBoolean("anonymous", record.IsAnonymous);
            if (record.Identity.Length > 0)
            {
                json.WriteString("identity", Valid(record.Identity));
            }
            if (record.Path.Length > 0)
            {
                json.WriteString("path", Valid(record.Path));
            }
            json.WriteNumber("bytes", record.Bytes);
            json.WriteNumber("durationMs", (long)record.Duration.TotalMilliseconds);
            json.WriteBoolean("ascii", record.IsAscii);
            json.WriteBoolean("complete", record.IsComplete);
            json.WriteNumber("reply", record.Reply);
            json.WriteEndObject();
        }
        destination.Write("\n"u8);
    }

    /// <summary>The text with U+FFFD for halves of characters, which the writer refuses.</summary>
    private static string Valid(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static TextEncoderSettings Readable()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        for (int value = 0; value <= char.MaxValue; value++)
        {
            if (!Rune.TryCreate(value, out Rune rune) || !PrintableText.Has(rune))
            {
                settings.ForbidCharacter((char)value);
            }
        }
        return settings;
    }
}
