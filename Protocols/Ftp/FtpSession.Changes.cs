using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Changes of the content: DELE, RMD, MKD, RNFR, RNTO, MFMT.</content>
internal sealed partial class FtpSession
{
    // A path of the user's view; null without RNFR.
    private string? _renameFrom;

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
        if (_service.FindFile(contentPath) is null)
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
        if (!IsPlaceForFile(path, ref output))
        {
            return;
        }
        Start(
            new ContentChange(ChangeKind.MakeDirectory, contentPath),
            FtpAction.MakeDirectory,
            257,
            $"{Quoted(path)} is made.");
    }

    private void OnRnfr(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        _renameFrom = null;
        if (!TryResolve(argument, FtpRights.Rename, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (path == "/"
            || (_service.FindFile(contentPath) is null && _service.FindDirectory(contentPath) is null))
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
        if (!TryResolve(argument, FtpRights.Rename, ref output, out string path)
            || !IsPlaceForFile(path, ref output))
        {
            return;
        }
        string target = ToContent(path);
        if (path.StartsWith(_renameFrom + "/", StringComparison.Ordinal))
        {
            Reply(553, "A directory cannot be moved into itself.", ref output);
            return;
        }

        // A file may take the place of another one, as publishing needs it, from who might delete that too.
        bool replaces = _service.FindFile(target) is not null;
        if (replaces && (!_user!.Rights.HasFlag(FtpRights.Delete)
            || _service.FindFile(ToContent(_renameFrom)) is null))
        {
            Reply(553, "The name is taken.", ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.Rename, ToContent(_renameFrom), target) { Replaces = replaces },
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
        if (!TryResolve(argument[(space + 1)..], FtpRights.Write, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (_service.FindFile(contentPath) is null)
        {
            Reply(550, NotThere(contentPath), ref output);
            return;
        }
        Start(
            new ContentChange(ChangeKind.SetModified, contentPath, ModifiedUnixSeconds: seconds),
            FtpAction.SetModified,
            213,
            $"Modify={TimeOf(seconds)}; {path}");
    }

    private void Start(in ContentChange change, FtpAction action, int code, string text)
    {
        (_change, _changeAction, _changeCode, _changeText) = (change, action, code, text);
        _isChanged = false;
        _waiting = Waiting.Change;
        _service.Changes.Start(change with { Peer = _flow.RemoteAddress }, this);
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
