using System.Buffers;
using System.Globalization;
using System.Text;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>
/// Lines in the format of wu-ftpd's xferlog(5), which log analyzers read: fourteen fields with a blank
/// between them. It knows downloads, uploads and deleted files.
/// </summary>
/// <param name="zone">The format's times are local.</param>
public sealed class XferlogFormat(TimeZoneInfo zone) : IRecordFormat<FtpRecord>
{
    /// <inheritdoc/>
    public bool Has(in FtpRecord record) =>
        record.Action is FtpAction.Download or FtpAction.Upload or FtpAction.Delete;

    /// <inheritdoc/>
    public void Write(in FtpRecord record, IBufferWriter<byte> destination)
    {
        DateTimeOffset time = TimeZoneInfo.ConvertTime(
            DateTimeOffset.FromUnixTimeSeconds(record.UnixSeconds), zone);

        // As ctime(3) writes it: the day of the month has a blank where it has one digit.
        string current = string.Create(
            CultureInfo.InvariantCulture, $"{time:ddd MMM} {time.Day,2} {time:HH:mm:ss yyyy}");
        long seconds = Math.Max(1, (long)Math.Round(record.Duration.TotalSeconds));
        char direction = record.Action switch
        {
            FtpAction.Download => 'o',
            FtpAction.Upload => 'i',
            _ => 'd',
        };

        // A guest is a user with a password who is none of the system's.
        char mode = record.IsAnonymous ? 'a' : 'g';
        string name = Field(record.IsAnonymous ? record.Identity : record.User);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{current} {seconds} {record.Peer} {record.Bytes} {Field(record.Path)} "
            + $"{(record.IsAscii ? 'a' : 'b')} _ {direction} {mode} {name} ftp 0 * "
            + $"{(record.IsComplete ? 'c' : 'i')}\n");
        Encoding.UTF8.GetBytes(line, destination);
    }

    /// <summary>
    /// A text as one field: a blank, which would end it, is an underscore, and the rest is printable; a
    /// question mark stands where there is nothing.
    /// </summary>
    private static string Field(string text) => text.Length == 0
        ? "?"
        : string.Create(text.Length, text, static (field, source) =>
        {
            for (int i = 0; i < field.Length; i++)
            {
                field[i] = char.IsWhiteSpace(source[i]) ? '_' : source[i];
            }
        }) is var joined ? PrintableText.Of(joined) : "";
}
