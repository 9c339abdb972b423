using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>LIST, NLST, MLSD, and STAT with a path.</content>
internal sealed partial class FtpSession
{
    private const int ListingPieceLength = 8192;

    private DirectoryLister? _lister;

    private FtpReply? OnList(FtpVerb verb, ReadOnlySpan<byte> target, string path)
    {
        ListingKind kind = verb switch
        {
            FtpVerb.Mlsd => ListingKind.Facts,
            FtpVerb.Nlst => ListingKind.Names,
            _ => ListingKind.Long,
        };
        if ((FindListed(kind, path, target, out DirectoryLister? lister) ?? _endpoint.Open()) is { } fault)
        {
            return fault;
        }
        return Begin(
            FtpAction.List,
            new ListingTransfer(lister!, Service.Scratch),
            ToContent(path),
            $"Here comes the listing of {path}.",
            isAscii: true);
    }

    private FtpReply? OnStat(ReadOnlySpan<byte> target, string path)
    {
        if (FindListed(ListingKind.Long, path, target, out _lister) is { } fault)
        {
            return fault;
        }
        _waiting = Waiting.Listing;
        return new(213, $"Status of {path}:", ReplyThen.Lines);
    }

    private void ContinueListing(ref StreamOutput output)
    {
        while (output.Unacknowledged <= 2 * ListingPieceLength)
        {
            int position = _lister!.Position;
            int length = _lister.Fill(Service.Scratch.AsSpan(0, ListingPieceLength));
            if (length == 0)
            {
                _lister = null;
                _waiting = Waiting.Command;
                Answer(new(213, "End."), ref output);
                return;
            }
            if (!output.TryWrite(Service.Scratch.AsSpan(0, length)))
            {
                _lister.Position = position;
                return;
            }
        }
    }

    // What is to be listed: a directory's names, those of them that match, or one name; else the answer is
    // why nothing.
    private FtpReply? FindListed(
        ListingKind kind, string path, ReadOnlySpan<byte> target, out DirectoryLister? lister)
    {
        lister = null;
        string contentPath = ToContent(path);
        if (Service.FindDirectory(contentPath) is { } directory)
        {
            ReadOnlySpan<byte> prefix = target.IsEmpty || target[^1] == (byte)'/'
                ? target
                : [.. target, (byte)'/'];
            lister = Lister(kind, directory.Path, directory.Children, prefix, []);
            return null;
        }
        if (kind == ListingKind.Facts)
        {
            // RFC 3659 §7.2.1: MLSD lists directories only.
            return Service.FindFile(contentPath) is not null
                ? new(501, "MLSD needs a directory.")
                : new(550, "There is no such directory.");
        }
        int slash = target.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> beforeName = target[..(slash + 1)];
        byte[] name = Encoding.UTF8.GetBytes(path[(path.LastIndexOf('/') + 1)..]);
        string parent = ParentOf(contentPath);
        if (Service.FindFile(contentPath) is { } file)
        {
            lister = Lister(kind, parent, [new DirectoryChild(name, file)], beforeName, []);
        }
        else if (GlobPattern.IsPattern(name) && Service.FindDirectory(parent) is { } searched)
        {
            lister = Lister(kind, searched.Path, searched.Children, beforeName, name);
        }
        return lister is null ? NothingThere : null;
    }

    private DirectoryLister Lister(
        ListingKind kind,
        string directory,
        DirectoryChildren children,
        ReadOnlySpan<byte> prefix,
        byte[] pattern) => new(Service, kind, children)
        {
            Directory = directory.EndsWith('/') ? directory : directory + "/",
            Rights = User.Rights,
            UnixSeconds = Service.Clock.UnixSeconds(Service.Now),
            Facts = _parameters.Facts,
            Prefix = kind == ListingKind.Names ? prefix.ToArray() : [],
            Pattern = pattern,
        };
}
