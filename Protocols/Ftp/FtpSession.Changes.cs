using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Changes of the content: DELE, RMD, MKD, RNFR, RNTO, MFMT.</content>
internal sealed partial class FtpSession
{
    // A path of the user's view; null without RNFR.
    private string? _renameFrom;
    private FtpRights _renameRight;

    private ContentChange _change;
    private FtpAction _changeAction;
    private int _changeCode;
    private string _changeText = "";
    private bool _isChanged;
    private ChangeResult _changeResult;

    /// <inheritdoc/>
    public void OnChanged(ChangeResult result)
    {
        _isChanged = true;
        _changeResult = result;
        Resume();
    }

    private bool ExecuteChange(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.Dele:
                OnDele(argument, ref output);
                return true;
            case FtpVerb.Rmd:
                OnRmd(argument, ref output);
                return true;
            case FtpVerb.Mkd:
                OnMkd(argument, ref output);
                return true;
            case FtpVerb.Rnfr:
                OnRnfr(argument, ref output);
                return true;
            case FtpVerb.Rnto:
                OnRnto(argument, ref output);
                _renameFrom = null;
                return true;
            case FtpVerb.Mfmt:
                OnMfmt(argument, ref output);
                return true;
            case FtpVerb.Mff:
                OnMff(argument, ref output);
                return true;
            default:
                return false;
        }
    }

    private void OnDele(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Delete, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (!HasFile(contentPath))
        {
            Reply(550, NotThere(contentPath), ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.DeleteFile, contentPath),
            FtpAction.Delete,
            250,
            "The file is deleted.");
    }

    private void OnRmd(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Delete, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (path == "/" || _service.FindDirectory(contentPath) is not { } directory)
        {
            Reply(550, path == "/" ? "The root stays." : "There is no such directory.", ref output);
            return;
        }
        if (directory.Children.Length > 0)
        {
            Reply(550, "The directory is not empty.", ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.RemoveDirectory, contentPath),
            FtpAction.RemoveDirectory,
            250,
            "The directory is removed.");
    }

    private void OnMkd(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.MakeDirectories, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (path == "/" || _service.FindDirectory(contentPath) is not null
            || _service.FindFile(contentPath) is not null)
        {
            Reply(550, "The name is taken.", ref output);
            return;
        }
        if (!IsPlaceFor(path, NameUse.Directory, ref output))
        {
            return;
        }
        Start(
            new ContentChange(ChangeKind.MakeDirectory, contentPath),
            FtpAction.MakeDirectory,
            257,
            $"{FtpPath.Quoted(path)} is made.");
    }

    private void OnRnfr(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        _renameFrom = null;
        if (!TryResolve(argument, FtpRights.None, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        // An upload aside is not done before it has its name, and who may write may name it.
        _renameRight = IsAside(contentPath) ? FtpRights.Write : FtpRights.Rename;
        if (!_user!.Rights.HasFlag(_renameRight))
        {
            Reply(550, "You may not do that.", ref output);
            return;
        }
        if (path == "/"
            || (!HasFile(contentPath) && _service.FindDirectory(contentPath) is null))
        {
            Reply(550, "There is no such file or directory.", ref output);
            return;
        }
        _renameFrom = path;
        Reply(350, "RNTO is next.", ref output);
    }

    private void OnRnto(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (_renameFrom is null)
        {
            Reply(503, "RNFR comes first.", ref output);
            return;
        }
        string from = ToContent(_renameFrom);
        bool isAside = IsAside(from);
        NameUse use = _service.FindDirectory(from) is not null ? NameUse.Directory : NameUse.File;
        if (!TryResolve(argument, _renameRight, ref output, out string path)
            || !IsPlaceFor(path, use, ref output))
        {
            return;
        }
        string target = ToContent(path);
        if (path.StartsWith(_renameFrom + "/", StringComparison.Ordinal))
        {
            Reply(553, "A directory cannot be moved into itself.", ref output);
            return;
        }

        // A file may take the place of another one, as publishing needs it, from who might delete that too,
        // or an upload as if it had gone there at once.
        bool replaces = _service.FindFile(target) is not null;
        if (replaces && !isAside
            && (!_user!.Rights.HasFlag(FtpRights.Delete) || _service.FindFile(from) is null))
        {
            Reply(553, "The name is taken.", ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.Rename, from, target) { Replaces = replaces },
            FtpAction.Rename,
            250,
            "It is renamed.");
    }

    private void OnMfmt(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        int space = argument.IndexOf((byte)' ');
        if (space < 0 || !FtpTime.TryParse(argument[..space], out long seconds))
        {
            Reply(501, "MFMT needs YYYYMMDDHHMMSS and a path.", ref output);
            return;
        }
        SetModified(argument[(space + 1)..], seconds, 213, "Modify=", ref output);
    }

    // The reply is "Modify=time; path" with the former in front, or a text of its own where that is empty.
    private void SetModified(
        ReadOnlySpan<byte> argument, long seconds, int code, string fact, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Write, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (!HasFile(contentPath))
        {
            Reply(550, NotThere(contentPath), ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.SetModified, contentPath, ModifiedUnixSeconds: seconds),
            FtpAction.SetModified,
            code,
            fact.Length == 0 ? "The time is set." : $"{fact}{TimeOf(seconds)}; {path}");
    }

    // A file that is served, or an upload aside of this user.
    private bool HasFile(string contentPath) =>
        _service.FindFile(contentPath) is not null || IsAside(contentPath);

    private bool IsAside(string contentPath) =>
        FtpPath.HidesAny(contentPath) && _service.Changes.HasAside(contentPath, _user!.Owner);

    private void Start(in ContentChange change, FtpAction action, int code, string text)
    {
        (_change, _changeAction, _changeCode, _changeText) = (change, action, code, text);
        _isChanged = false;
        _waiting = Waiting.Change;
        _service.Changes.Start(
            change with { Peer = _flow.RemoteAddress, Owner = _user!.Owner }, this);
    }

    private void OnChangeEnded(ref StreamOutput output)
    {
        _waiting = Waiting.Command;
        _isChanged = false;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        bool isDone = _changeResult == ChangeResult.Done;
        (int code, string text) = isDone ? (_changeCode, _changeText) : FaultOf(_changeResult);
        _service.Counters.Changes += isDone ? 1 : 0;
        Record(_changeAction, _change.NewPath ?? _change.Path, isDone, code, output.Now);
        Reply(code, text, ref output);
    }
}
