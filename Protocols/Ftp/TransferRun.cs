using System.Globalization;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// One transfer's life: it waits for its data connection, passes over it, ends, and is counted and logged.
/// </summary>
/// <param name="session">Whose it is.</param>
/// <param name="action">What it is to the log.</param>
/// <param name="transfer">What passes.</param>
/// <param name="path">Canonical path in the content of the file or directory.</param>
/// <param name="announcement">The text of the reply with which it begins.</param>
/// <param name="acceptBy">Until when the data connection has to be there.</param>
internal sealed class TransferRun(
    FtpSession session,
    FtpAction action,
    DataTransfer transfer,
    string path,
    string announcement,
    Instant acceptBy)
{
    /// <summary>The code of the reply with which a transfer begins.</summary>
    public const int BegunCode = 150;

    /// <summary>The code of the reply that tells of a whole transfer.</summary>
    public const int WholeCode = 226;

    private string _path = path;
    private bool _isRunning;

    /// <summary>Whether the client sends.</summary>
    public bool IsUpload => transfer.IsUpload;

    /// <summary>Whether text is translated as it passes.</summary>
    public bool IsAscii { get; init; }

    /// <summary>When it has waited for too long; never once the data connection is there.</summary>
    public Instant Due => _isRunning ? Instant.Never : acceptBy;

    /// <summary>
    /// Looks at what has become of the data connection and of the upload. The answer is null while nothing
    /// has, <see cref="BegunCode"/> when bytes begin to pass, and anything else at the end.
    /// </summary>
    public FtpReply? Look(FtpData data, Instant now)
    {
        if (transfer is UploadTransfer { Result: { } result } upload)
        {
            return ReplyTo(result, upload.Path, now);
        }
        switch (data.End)
        {
            case DataEnd.None when data.IsOpen && !_isRunning:
                _isRunning = true;
                transfer.StartedAt = now;
                data.Begin(transfer);
                return new(BegunCode, announcement);
            case DataEnd.Whole when !transfer.IsUpload:
                return new(WholeCode, TotalsOf(now));
            case DataEnd.NotOpened:
                session.Service.Counters.DataConnectionsFailed++;
                return new(425, "The data connection cannot be opened.");
            case DataEnd.Broken:
                return new(426, "The data connection broke.");
            case DataEnd.Silent:
                return new(426, "No data came for too long.");
            case DataEnd.Failed:
                return new(451, "The file cannot be read any more.");
            default:
                return null;
        }
    }

    /// <summary>It is over, and was answered so: counts it and tells the log.</summary>
    public void Finish(int code, FtpData? data, Instant now)
    {
        bool isWhole = code == WholeCode;
        long bytes = isWhole ? transfer.Bytes : data?.Bytes ?? 0;
        FtpCounters counters = session.Service.Counters;
        switch (action)
        {
            case FtpAction.Download:
                counters.Downloads += isWhole ? 1 : 0;
                counters.DownloadBytes += bytes;
                session.DownloadBytes += bytes;
                break;
            case FtpAction.Upload:
                counters.Uploads += isWhole ? 1 : 0;
                counters.UploadBytes += bytes;
                session.UploadBytes += bytes;
                break;
            default:
                counters.Listings += isWhole ? 1 : 0;
                break;
        }
        TimeSpan duration = _isRunning ? now - transfer.StartedAt : TimeSpan.Zero;
        session.Record(action, _path, isWhole, code, bytes, duration, IsAscii);
    }

    /// <summary>Nobody wants it any more: gives back what it holds.</summary>
    public void Abandon()
    {
        (transfer as UploadTransfer)?.Abandon();
        transfer.Release();
    }

    private FtpReply ReplyTo(ChangeResult result, string storedPath, Instant now)
    {
        // Another upload may have taken the name that STOU was told.
        string otherName = storedPath == _path ? "" : $" FILE: {session.ToUser(storedPath)}";
        _path = storedPath;
        return result == ChangeResult.Done
            ? new(WholeCode, TotalsOf(now) + otherName)
            : FtpReply.Of(result);
    }

    private string TotalsOf(Instant now)
    {
        double seconds = Math.Max((now - transfer.StartedAt).TotalSeconds, 1e-6);
        double rate = transfer.Bytes / seconds / 1e6;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Transfer complete: {transfer.Bytes} bytes in {seconds:0.000} s ({rate:0.00} MB/s).");
    }
}
