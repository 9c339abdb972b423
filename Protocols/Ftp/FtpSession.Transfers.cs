using System.Globalization;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Transfers: RETR, STOR, APPE, STOU, ABOR, and how they end.</content>
internal sealed partial class FtpSession
{
    private const int UniqueNamesMax = 1000;

    private FtpReply? OnRetr(string path)
    {
        string contentPath = ToContent(path);
        if (Service.FindFile(contentPath) is not { } file)
        {
            return NotThere(contentPath);
        }
        if (FaultOf(file) is { } isChanged)
        {
            return isChanged;
        }
        bool isAscii = _parameters.IsAscii;
        long offset = _parameters.Restart;
        if (offset > file.Body.Length || (isAscii && offset > 0))
        {
            // RFC 3659 §5.3; an offset into a translated text would have to be counted from its begin.
            return isAscii ? NoAsciiRestart : FtpReply.Of(ChangeResult.BadOffset);
        }
        if (_endpoint.Open() is { } fault)
        {
            return fault;
        }
        long length = file.Body.Length - offset;
        Pacer pacer = new(Service.Options.BytesPerSecond);
        return isAscii
            ? Begin(
                FtpAction.Download,
                new AsciiTransfer(Service.Memory, file.Body, pacer, Service.Scratch),
                contentPath,
                $"Opening ASCII mode data connection for {path}.",
                isAscii)
            : Begin(
                FtpAction.Download,
                new ContentTransfer(Service.Memory, file.Body.Part(offset, length), pacer),
                contentPath,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Opening BINARY mode data connection for {path} ({length} bytes)."),
                isAscii);
    }

    private FtpReply? OnStore(string path, UploadMode mode, long offset)
    {
        bool isAscii = _parameters.IsAscii;
        if (FaultOfPlace(path, mode == UploadMode.Unique ? NameUse.File : NameUse.Upload) is { } noPlace)
        {
            return noPlace;
        }
        if (isAscii && offset > 0)
        {
            return NoAsciiRestart;
        }
        if (mode == UploadMode.Unique && !TryFindFreeName(ref path))
        {
            return new(450, "No free name was found.");
        }
        if (_endpoint.Open() is { } fault)
        {
            return fault;
        }
        string contentPath = ToContent(path);
        UploadRequest request = new(contentPath, mode, offset, User.Owner) { Peer = _flow.RemoteAddress };
        UploadTransfer transfer = new(
            Service.Changes, request, new Pacer(Service.Options.BytesPerSecond), isAscii, Id,
            OnUploadChanged);
        return Begin(
            FtpAction.Upload,
            transfer,
            contentPath,
            // RFC 1123 §4.1.2.9 gives the form for STOU.
            mode == UploadMode.Unique ? $"FILE: {path}" : $"Opening data connection for {path}.",
            isAscii);
    }

    private FtpReply OnAbor()
    {
        _endpoint.Drop();
        return new(226, "Nothing is under way.");
    }

    private static FtpReply NoAsciiRestart => new(554, "REST works in TYPE I only.");

    // Something can be there: it has a name that is served, or that an upload may have, in a directory, that
    // no directory has, and it would not be more than there may be. Null then.
    private FtpReply? FaultOfPlace(string path, NameUse use)
    {
        string contentPath = ToContent(path);
        string visible = use == NameUse.Upload ? ParentOf(path) : path;
        ChangeResult judged = Service.Changes.Check(contentPath, use);
        if (path == "/" || FtpPath.HidesAny(visible))
        {
            return new(553, "No file can have that name.");
        }
        if (judged != ChangeResult.Done)
        {
            return FtpReply.Of(judged);
        }
        if (Service.FindDirectory(ParentOf(contentPath)) is null)
        {
            return new(553, "The directory does not exist.");
        }
        return Service.FindDirectory(contentPath) is null ? null : new(553, "That is a directory.");
    }

    private bool TryFindFreeName(ref string path)
    {
        string candidate = path;
        for (int i = 1; i <= UniqueNamesMax; i++)
        {
            if (Service.FindFile(ToContent(candidate)) is null)
            {
                path = candidate;
                return true;
            }
            candidate = string.Create(CultureInfo.InvariantCulture, $"{path}.{i}");
        }
        return false;
    }

    private FtpReply? Begin(
        FtpAction action, DataTransfer transfer, string path, string announcement, bool isAscii)
    {
        _run = new TransferRun(
            this, action, transfer, path, announcement, Service.Now + Service.Options.AcceptTimeout)
        {
            IsAscii = isAscii,
        };
        _hasQuitInView = false;
        _waiting = Waiting.Transfer;
        return null;
    }

    private void OnUploadChanged()
    {
        _endpoint.Connection?.Resume();
        Resume();
    }

    private void ContinueTransfer(ref StreamOutput output)
    {
        if (_run!.Look(_endpoint.Connection!, output.Now) is not { } reply)
        {
            return;
        }
        switch (reply.Code)
        {
            case TransferRun.BegunCode:
                Answer(in reply, ref output);
                break;
            case TransferRun.WholeCode:
                EndTransfer(in reply, ref output);
                break;
            default:
                FailTransfer(in reply, ref output);
                break;
        }
    }

    private void FailTransfer(in FtpReply reply, ref StreamOutput output)
    {
        Service.Counters.TransfersFailed++;
        EndTransfer(in reply, ref output);
    }

    private void EndTransfer(in FtpReply reply, ref StreamOutput output)
    {
        _run!.Finish(reply.Code, _endpoint.Connection, output.Now);
        if (reply.Code != TransferRun.WholeCode)
        {
            BreakOff();
        }
        _run = null;
        _endpoint.Release();
        AwaitCommand(output.Now);
        Answer(in reply, ref output);
        Resume();
    }
}
