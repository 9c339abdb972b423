using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <content>
/// Files that have changed since they were loaded: a command that tells something of one waits until its
/// name is read anew, as a request of HTTP does.
/// </content>
internal sealed partial class FtpSession
{
    // So many names are looked at in a third of a millisecond, or three where there are no descriptors.
    private const int LookedAtMax = 1000;

    // Until when the command in view waits; never when it does not.
    private Instant _contentBy = Instant.Never;

    // Whether a command has to be shown again later.
    private bool MustWaitForContent(ReadOnlySpan<byte> line, ref StreamOutput output)
    {
        if (!IsChanged(line, output.Now))
        {
            _contentBy = Instant.Never;
            return false;
        }
        if (_contentBy == Instant.Never)
        {
            _contentBy = output.Now + HttpOptions.ContentTimeout;
        }
        else if (output.Now >= _contentBy)
        {
            // The command says that it is not told what there is; a listing tells what was known last.
            _contentBy = Instant.Never;
            return false;
        }
        _waiting = Waiting.Content;
        Service.TellOfContent(Id);
        return true;
    }

    private void ShowCommandAgain()
    {
        _waiting = Waiting.Command;
        _leavesLines = true;
    }

    private bool IsChanged(ReadOnlySpan<byte> line, Instant now)
    {
        FtpVerbRule rule = FtpCommand.Find(line, out ReadOnlySpan<byte> argument);
        if (_login.User is null
            || !rule.Has(VerbTraits.FreshFile | VerbTraits.FreshFiles)
            || !FtpPath.TryResolve(_directory, rule.PathOf(argument), out string path))
        {
            return false;
        }
        string contentPath = ToContent(path);
        return rule.Has(VerbTraits.FreshFiles) && Service.FindDirectory(contentPath) is { } directory
            ? IsChanged(directory.Children, now)
            : Service.FindFile(contentPath) is { } file && IsChanged(file, now);
    }

    // Each is looked at, so that all that changed are read anew at once. A listing that is longer tells what
    // the index says, since so many looks would keep others waiting.
    private bool IsChanged(DirectoryChildren children, Instant now)
    {
        bool isChanged = false;
        for (int i = 0; i < children.Length && children.Length <= LookedAtMax; i++)
        {
            isChanged |= children[i].File is { } file && IsChanged(file, now);
        }
        return isChanged;
    }

    private bool IsChanged(ContentEntry file, Instant now) =>
        file.MayChange && !Service.Content.IsCurrent(file, _flow.RemoteAddress, now);
}
