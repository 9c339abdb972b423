using System.Globalization;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <content>Transfers: RETR, STOR, APPE, STOU, ABOR, and how they end.</content>
internal sealed partial class FtpSession
{
    private const int UniqueNamesMax = 1000;

    private DataTransfer? _transfer;
    private FtpAction _action;
    private string _transferPath = "";
    private string _announcement = "";
    private bool _isTransferAscii;

    // Whether the data connection is there and bytes pass.
    private bool _isRunning;
    private Instant _acceptBy;
    private long _downloadBytes;
    private long _uploadBytes;

    private bool ExecuteTransfer(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.Pasv:
                OnPasv(argument, ref output);
                return true;
            case FtpVerb.Epsv:
                OnEpsv(argument, ref output);
                return true;
            case FtpVerb.Port:
                OnPort(argument, ref output);
                return true;
            case FtpVerb.Eprt:
                OnEprt(argument, ref output);
                return true;
            case FtpVerb.Retr:
                OnRetr(argument, ref output);
                _restart = 0;
                return true;
            case FtpVerb.Stor:
                OnStore(argument, UploadMode.Store, _restart, ref output);
                _restart = 0;
                return true;
            case FtpVerb.Appe:
                OnStore(argument, UploadMode.Append, 0, ref output);
                _restart = 0;
                return true;
            case FtpVerb.Stou:
                OnStore(argument.IsEmpty ? "upload"u8 : argument, UploadMode.Unique, 0, ref output);
                _restart = 0;
                return true;
            case FtpVerb.Abor:
                Reply(226, "Nothing is under way.", ref output);
                DropData();
                return true;
            default:
                return false;
        }
    }

    private void ResetTransfer()
    {
        _isOnlyEpsv = false;
        _restart = 0;
    }

    private void OnRetr(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Read, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (_service.FindFile(contentPath) is not { } file)
        {
            Reply(550, NotThere(contentPath), ref output);
            return;
        }
        if (!IsAsKnown(file, ref output))
        {
            return;
        }
        if (_restart > file.Body.Length || (_isAscii && _restart > 0))
        {
            // RFC 3659 §5.3; an offset into a translated text would have to be counted from its begin.
            string text = _isAscii ? "REST works in TYPE I only." : "REST is beyond the file's end.";
            Reply(554, text, ref output);
            return;
        }
        if (!TryPrepareData(ref output))
        {
            return;
        }
        long length = file.Body.Length - _restart;
        Pacer pacer = new(_service.Options.BytesPerSecond);
        DataTransfer transfer = _isAscii
            ? new AsciiTransfer(_service.Memory, file.Body, pacer, _service.Scratch)
            : new ContentTransfer(_service.Memory, file.Body.Part(_restart, length), pacer);
        string kind = _isAscii ? "ASCII" : "BINARY";
        BeginTransfer(
            FtpAction.Download,
            transfer,
            contentPath,
            _isAscii
                ? $"Opening {kind} mode data connection for {path}."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Opening {kind} mode data connection for {path} ({length} bytes)."),
            ref output);
    }

    private void OnStore(ReadOnlySpan<byte> argument, UploadMode mode, long offset, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Write, ref output, out string path)
            || !IsPlaceFor(path, mode == UploadMode.Unique ? NameUse.File : NameUse.Upload, ref output))
        {
            return;
        }
        if (_isAscii && offset > 0)
        {
            Reply(554, "REST works in TYPE I only.", ref output);
            return;
        }
        if (mode == UploadMode.Unique && !TryFindFreeName(ref path))
        {
            Reply(450, "No free name was found.", ref output);
            return;
        }
        if (!TryPrepareData(ref output))
        {
            return;
        }
        string contentPath = ToContent(path);
        UploadRequest request =
            new(contentPath, mode, offset, _user!.Owner) { Peer = _flow.RemoteAddress };
        UploadTransfer transfer = new(
            _service.Changes, request, new Pacer(_service.Options.BytesPerSecond), _isAscii, _id,
            OnUploadChanged);
        BeginTransfer(
            FtpAction.Upload,
            transfer,
            contentPath,
            // RFC 1123 §4.1.2.9 gives the form for STOU.
            mode == UploadMode.Unique ? $"FILE: {path}" : $"Opening data connection for {path}.",
            ref output);
    }

    // Something can be there: it has a name that is served, or that an upload may have, in a directory, that
    // no directory has, and it would not be more than there may be.
    private bool IsPlaceFor(string path, NameUse use, ref StreamOutput output)
    {
        string contentPath = ToContent(path);
        string visible = use == NameUse.Upload ? ParentOf(path) : path;
        ChangeResult judged = _service.Changes.Check(contentPath, use);
        if (path == "/" || FtpPath.HidesAny(visible))
        {
            Reply(553, "No file can have that name.", ref output);
        }
        else if (judged != ChangeResult.Done)
        {
            (int code, string text) = FaultOf(judged);
            Reply(code, text, ref output);
        }
        else if (_service.FindDirectory(ParentOf(contentPath)) is null)
        {
            Reply(553, "The directory does not exist.", ref output);
        }
        else if (_service.FindDirectory(contentPath) is not null)
        {
            Reply(553, "That is a directory.", ref output);
        }
        else
        {
            return true;
        }
        return false;
    }

    private bool TryFindFreeName(ref string path)
    {
        string candidate = path;
        for (int i = 1; i <= UniqueNamesMax; i++)
        {
            if (_service.FindFile(ToContent(candidate)) is null)
            {
                path = candidate;
                return true;
            }
            candidate = string.Create(CultureInfo.InvariantCulture, $"{path}.{i}");
        }
        return false;
    }

    private void BeginTransfer(
        FtpAction action, DataTransfer transfer, string path, string announcement, ref StreamOutput output)
    {
        (_action, _transfer, _transferPath, _announcement) = (action, transfer, path, announcement);
        _isTransferAscii = _isAscii || action == FtpAction.List;
        _isRunning = false;
        _hasQuitInView = false;
        _acceptBy = output.Now + _service.Options.AcceptTimeout;
        _waiting = Waiting.Transfer;
        ContinueTransfer(ref output);
    }

    private void OnUploadChanged()
    {
        _data?.Resume();
        Resume();
    }

    // Looks at what has become of the data connection and of the upload.
    private void ContinueTransfer(ref StreamOutput output)
    {
        FtpData data = _data!;
        if (_transfer is UploadTransfer { Result: { } result } upload)
        {
            EndUpload(result, upload.Path, ref output);
            return;
        }
        switch (data.End)
        {
            case DataEnd.None when data.IsOpen && !_isRunning:
                _isRunning = true;
                _transfer!.StartedAt = output.Now;
                Reply(150, _announcement, ref output);
                data.Begin(_transfer);
                break;
            case DataEnd.Whole when _transfer is not { IsUpload: true }:
                EndTransfer(226, TotalsOf(output.Now), ref output);
                break;
            case DataEnd.NotOpened:
                _service.Counters.DataConnectionsFailed++;
                Fail(425, "The data connection cannot be opened.", ref output);
                break;
            case DataEnd.Broken:
                Fail(426, "The data connection broke.", ref output);
                break;
            case DataEnd.Silent:
                Fail(426, "No data came for too long.", ref output);
                break;
            case DataEnd.Failed:
                Fail(451, "The file cannot be read any more.", ref output);
                break;
        }
    }

    private void EndUpload(ChangeResult result, string path, ref StreamOutput output)
    {
        // Another upload may have taken the name that STOU was told.
        string otherName = path == _transferPath
            ? ""
            : $" FILE: {FtpPath.FromContent(_user!.Root, path)}";
        _transferPath = path;
        if (result == ChangeResult.Done)
        {
            EndTransfer(226, TotalsOf(output.Now) + otherName, ref output);
            return;
        }
        (int code, string text) = FaultOf(result);
        Fail(code, text, ref output);
    }

    private void Fail(int code, string text, ref StreamOutput output)
    {
        _service.Counters.TransfersFailed++;
        EndTransfer(code, text, ref output);
    }

    private string TotalsOf(Instant now)
    {
        double seconds = Math.Max((now - _transfer!.StartedAt).TotalSeconds, 1e-6);
        double rate = _transfer.Bytes / seconds / 1e6;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Transfer complete: {_transfer.Bytes} bytes in {seconds:0.000} s ({rate:0.00} MB/s).");
    }

    private void EndTransfer(int code, string text, ref StreamOutput output)
    {
        RecordTransfer(code == 226, code, output.Now);
        if (code != 226)
        {
            BreakOff();
        }
        _transfer = null;
        _data = null;
        _passivePort = 0;
        _waiting = Waiting.Command;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        Reply(code, text, ref output);
        Resume();
    }

    private void RecordTransfer(bool isComplete, int code, Instant now)
    {
        if (_transfer is null)
        {
            return;
        }
        long bytes = isComplete ? _transfer.Bytes : _data?.Bytes ?? 0;
        FtpCounters counters = _service.Counters;
        switch (_action)
        {
            case FtpAction.Download:
                counters.Downloads += isComplete ? 1 : 0;
                counters.DownloadBytes += bytes;
                _downloadBytes += bytes;
                break;
            case FtpAction.Upload:
                counters.Uploads += isComplete ? 1 : 0;
                counters.UploadBytes += bytes;
                _uploadBytes += bytes;
                break;
            default:
                counters.Listings += isComplete ? 1 : 0;
                break;
        }
        TimeSpan duration = _isRunning ? now - _transfer.StartedAt : TimeSpan.Zero;
        Record(_action, _transferPath, isComplete, code, now, bytes, duration, _isTransferAscii);
    }

    // Ends whatever passes, or waits to pass, over a data connection.
    private void BreakOff()
    {
        (_transfer as UploadTransfer)?.Abandon();
        _transfer?.Release();
        DropData();
    }

    private static (int Code, string Text) FaultOf(ChangeResult result) => result switch
    {
        ChangeResult.NotFound => (550, "There is no such file or directory."),
        ChangeResult.AlreadyExists => (550, "The name is taken."),
        ChangeResult.NotEmpty => (550, "The directory is not empty."),
        ChangeResult.NotPermitted => (550, "The server may not do that."),
        ChangeResult.BadName => (553, "That name cannot be had."),
        ChangeResult.BadOffset => (554, "REST is beyond the file's end."),
        ChangeResult.TooLarge => (552, "The file is larger than your files may be."),
        ChangeResult.OverQuota => (552, "Your files together are larger than they may be."),
        ChangeResult.TooMany => (552, "There are as many files or directories as there may be."),
        ChangeResult.NotServed => (451, "It is stored, and a limit keeps it from being served."),
        ChangeResult.OutOfSpace => (452, "Storage is full."),
        _ => (451, "Storage failed."),
    };
}
