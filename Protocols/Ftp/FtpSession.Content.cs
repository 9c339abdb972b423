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
            // The command says that it is not told what there is.
            _contentBy = Instant.Never;
            return false;
        }
        _waiting = Waiting.Content;
        _service.TellOfContent(_id);
        return true;
    }

    private bool IsChanged(ReadOnlySpan<byte> line, Instant now)
    {
        FtpVerb verb = FtpCommand.Parse(line, out ReadOnlySpan<byte> argument);
        return verb is FtpVerb.Retr or FtpVerb.Size or FtpVerb.Mdtm or FtpVerb.Mlst
            && _user is not null
            && FtpPath.TryResolve(_directory, argument, out string path)
            && _service.FindFile(ToContent(path)) is { MayChange: true } file
            && !_service.Content.IsCurrent(file, _flow.RemoteAddress, now);
    }
}
