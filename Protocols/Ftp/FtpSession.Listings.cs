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

    private void OnList(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        ListingKind kind = verb switch
        {
            FtpVerb.Mlsd => ListingKind.Facts,
            FtpVerb.Nlst => ListingKind.Names,
            _ => ListingKind.Long,
        };
        ReadOnlySpan<byte> target = kind == ListingKind.Facts ? argument : WithoutOptions(argument);
        if (!TryResolve(target, FtpRights.List, ref output, out string path, mayBeEmpty: true))
        {
            return;
        }
        if (FindListed(kind, path, target, ref output) is { } lister && TryPrepareData(ref output))
        {
            BeginTransfer(
                FtpAction.List,
                new ListingTransfer(lister, _service.Scratch),
                ToContent(path),
                $"Here comes the listing of {path}.",
                ref output);
        }
    }

    private void OnStat(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (argument.IsEmpty)
        {
            TellStatus(ref output);
            return;
        }
        ReadOnlySpan<byte> target = WithoutOptions(argument);
        if (TryResolve(target, FtpRights.List, ref output, out string path, mayBeEmpty: true)
            && FindListed(ListingKind.Long, path, target, ref output) is { } lister)
        {
            Send(213, Encoding.UTF8.GetBytes($"213-Status of {path}:\r\n"), ref output);
            _lister = lister;
            _waiting = Waiting.Listing;
            ContinueListing(ref output);
        }
    }

    private void ContinueListing(ref StreamOutput output)
    {
        while (output.Unacknowledged <= 2 * ListingPieceLength)
        {
            int position = _lister!.Position;
            int length = _lister.Fill(_service.Scratch.AsSpan(0, ListingPieceLength));
            if (length == 0)
            {
                _lister = null;
                _waiting = Waiting.Command;
                Reply(213, "End.", ref output);
                return;
            }
            if (!output.TryWrite(_service.Scratch.AsSpan(0, length)))
            {
                _lister.Position = position;
                return;
            }
        }
    }

    // What is to be listed: a directory's names, those of them that match, or one name; else the reply is
    // given.
    private DirectoryLister? FindListed(
        ListingKind kind, string path, ReadOnlySpan<byte> target, ref StreamOutput output)
    {
        string contentPath = ToContent(path);
        if (_service.FindDirectory(contentPath) is { } directory)
        {
            ReadOnlySpan<byte> prefix = target.IsEmpty || target[^1] == (byte)'/'
                ? target
                : [.. target, (byte)'/'];
            return Lister(kind, directory.Path, directory.Children, prefix, []);
        }
        if (kind == ListingKind.Facts)
        {
            // RFC 3659 §7.2.1: MLSD lists directories only.
            bool isFile = _service.FindFile(contentPath) is not null;
            string text = isFile ? "MLSD needs a directory." : "There is no such directory.";
            Reply(isFile ? 501 : 550, text, ref output);
            return null;
        }
        int slash = target.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> beforeName = target[..(slash + 1)];
        byte[] name = Encoding.UTF8.GetBytes(path[(path.LastIndexOf('/') + 1)..]);
        string parent = ParentOf(contentPath);
        if (_service.FindFile(contentPath) is { } file)
        {
            return Lister(kind, parent, [new DirectoryChild(name, file)], beforeName, []);
        }
        if (GlobPattern.IsPattern(name) && _service.FindDirectory(parent) is { } searched)
        {
            return Lister(kind, searched.Path, searched.Children, beforeName, name);
        }
        Reply(550, "There is no such file or directory.", ref output);
        return null;
    }

    private DirectoryLister Lister(
        ListingKind kind,
        string directory,
        DirectoryChildren children,
        ReadOnlySpan<byte> prefix,
        byte[] pattern) => new(_service, kind, children)
        {
            Directory = directory.EndsWith('/') ? directory : directory + "/",
            Rights = _user!.Rights,
            UnixSeconds = _service.Clock.UnixSeconds(_service.Now),
            Facts = _facts,
            Prefix = kind == ListingKind.Names ? prefix.ToArray() : [],
            Pattern = pattern,
        };

    // Clients pass options of ls, which has none here: -a, -l, -al.
    private static ReadOnlySpan<byte> WithoutOptions(ReadOnlySpan<byte> argument)
    {
        while (argument.Length > 1 && argument[0] == (byte)'-' && char.IsAsciiLetter((char)argument[1]))
        {
            int space = argument.IndexOf((byte)' ');
            argument = space < 0 ? [] : argument[(space + 1)..].TrimStart((byte)' ');
        }
        return argument;
    }
}
