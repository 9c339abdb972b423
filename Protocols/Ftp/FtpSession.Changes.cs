using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Changes of the content: DELE, RMD, MKD, RNFR, RNTO, MFMT.</content>
internal sealed partial class FtpSession
{
    // A path of the user's view; null unless RNFR was the command before.
    private string? _renameFrom;
    private FtpRights _renameRight;

    private FtpReply? OnDele(string path)
    {
        string contentPath = ToContent(path);
        return HasFile(contentPath)
            ? Begin(
                new ContentChange(ChangeKind.DeleteFile, contentPath),
                FtpAction.Delete,
                new(250, "The file is deleted."))
            : NotThere(contentPath);
    }

    private FtpReply? OnRmd(string path)
    {
        if (path == "/")
        {
            return new(550, "The root stays.");
        }
        string contentPath = ToContent(path);
        if (Service.FindDirectory(contentPath) is not { } directory)
        {
            return new(550, "There is no such directory.");
        }
        return directory.Children.Length > 0
            ? FtpReply.Of(ChangeResult.NotEmpty)
            : Begin(
                new ContentChange(ChangeKind.RemoveDirectory, contentPath),
                FtpAction.RemoveDirectory,
                new(250, "The directory is removed."));
    }

    private FtpReply? OnMkd(string path)
    {
        string contentPath = ToContent(path);
        if (path == "/" || Service.FindDirectory(contentPath) is not null
            || Service.FindFile(contentPath) is not null)
        {
            return FtpReply.Of(ChangeResult.AlreadyExists);
        }
        return FaultOfPlace(path, NameUse.Directory) ?? Begin(
            new ContentChange(ChangeKind.MakeDirectory, contentPath),
            FtpAction.MakeDirectory,
            new(257, $"{FtpPath.Quoted(path)} is made."));
    }

    private FtpReply OnRnfr(string path)
    {
        string contentPath = ToContent(path);
        // An upload aside is not done before it has its name, and who may write may name it.
        _renameRight = IsAside(contentPath) ? FtpRights.Write : FtpRights.Rename;
        if (!User.Rights.HasFlag(_renameRight))
        {
            return new(550, "You may not do that.");
        }
        if (path == "/" || (!HasFile(contentPath) && Service.FindDirectory(contentPath) is null))
        {
            return NothingThere;
        }
        _renameFrom = path;
        return new(350, "RNTO is next.");
    }

    private FtpReply? OnRnto(string? renameFrom, ReadOnlySpan<byte> argument)
    {
        if (renameFrom is null)
        {
            return new(503, "RNFR comes first.");
        }
        string from = ToContent(renameFrom);
        bool isAside = IsAside(from);
        NameUse use = Service.FindDirectory(from) is not null ? NameUse.Directory : NameUse.File;
        if ((Resolve(argument, _renameRight, out string path) ?? FaultOfPlace(path, use)) is { } fault)
        {
            return fault;
        }
        string target = ToContent(path);
        if (path.StartsWith(renameFrom + "/", StringComparison.Ordinal))
        {
            return new(553, "A directory cannot be moved into itself.");
        }

        // A file may take the place of another one, as publishing needs it, from who might delete that too,
        // or an upload as if it had gone there at once.
        bool replaces = Service.FindFile(target) is not null;
        if (replaces && !isAside
            && (!User.Rights.HasFlag(FtpRights.Delete) || Service.FindFile(from) is null))
        {
            return new(553, "The name is taken.");
        }
        return Begin(
            new ContentChange(ChangeKind.Rename, from, target) { Replaces = replaces },
            FtpAction.Rename,
            new(250, "It is renamed."));
    }

    private FtpReply? OnMfmt(ReadOnlySpan<byte> argument)
    {
        int space = argument.IndexOf((byte)' ');
        return space >= 0 && FtpTime.TryParse(argument[..space], out long seconds)
            ? SetModified(argument[(space + 1)..], seconds)
            : new(501, "MFMT needs YYYYMMDDHHMMSS and a path.");
    }

    // The answer is "Modify=time; path" where it is not another one.
    private FtpReply? SetModified(ReadOnlySpan<byte> argument, long seconds, FtpReply? done = null)
    {
        if (Resolve(argument, FtpRights.Write, out string path) is { } fault)
        {
            return fault;
        }
        string contentPath = ToContent(path);
        return HasFile(contentPath)
            ? Begin(
                new ContentChange(ChangeKind.SetModified, contentPath, ModifiedUnixSeconds: seconds),
                FtpAction.SetModified,
                done ?? new(213, $"Modify={TimeOf(seconds)}; {path}"))
            : NotThere(contentPath);
    }

    // A file that is served, or an upload aside of this user.
    private bool HasFile(string contentPath) =>
        Service.FindFile(contentPath) is not null || IsAside(contentPath);

    private bool IsAside(string contentPath) =>
        FtpPath.HidesAny(contentPath) && Service.Changes.HasAside(contentPath, User.Owner);

    private FtpReply? Begin(in ContentChange change, FtpAction action, FtpReply done)
    {
        _change = new PendingChange(this, action, change.NewPath ?? change.Path, done);
        _waiting = Waiting.Change;
        Service.Changes.Start(change with { Peer = _flow.RemoteAddress, Owner = User.Owner }, _change);
        return null;
    }

    private void EndChange(ref StreamOutput output)
    {
        FtpReply reply = _change!.Settle();
        _change = null;
        AwaitCommand(output.Now);
        Answer(in reply, ref output);
    }
}
