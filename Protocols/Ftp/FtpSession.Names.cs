using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Names: the working directory, and what can be asked of files and directories.</content>
internal sealed partial class FtpSession
{
    private const int MessageBytesMax = 2048;

    private string _directory = "/";

    private bool ExecuteName(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.Cwd:
                OnCwd(argument, ref output);
                return true;
            case FtpVerb.Cdup:
                if (IsBare(argument, ref output))
                {
                    OnCwd(".."u8, ref output);
                }
                return true;
            case FtpVerb.Pwd:
                if (IsBare(argument, ref output))
                {
                    Reply(257, $"{FtpPath.Quoted(_directory)} is the current directory.", ref output);
                }
                return true;
            case FtpVerb.Size:
                OnSize(argument, ref output);
                return true;
            case FtpVerb.Mdtm:
                OnMdtm(argument, ref output);
                return true;
            case FtpVerb.Mlst:
                OnMlst(argument, ref output);
                return true;
            case FtpVerb.List or FtpVerb.Nlst or FtpVerb.Mlsd:
                OnList(verb, argument, ref output);
                _restart = 0;
                return true;
            case FtpVerb.Stat:
                OnStat(argument, ref output);
                return true;
            default:
                return ExecuteChange(verb, argument, ref output);
        }
    }

    private void OnCwd(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.None, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (_service.FindDirectory(contentPath) is null)
        {
            Reply(550, "There is no such directory.", ref output);
            return;
        }
        _directory = path;
        string done = $"The directory is {path}.";
        if (ReadMessage(contentPath) is { } message)
        {
            ReplyLines(250, [.. message.Split('\n'), done], ref output);
        }
        else
        {
            Reply(250, done, ref output);
        }
    }

    // The text that a directory has for who enters it, with what is no text left out.
    private string? ReadMessage(string contentPath)
    {
        if (_service.Options.DirectoryMessageFile.Length == 0
            || _service.FindFile(contentPath.TrimEnd('/') + "/" + _service.Options.DirectoryMessageFile)
                is not { Body.Length: > 0 and <= MessageBytesMax } file)
        {
            return null;
        }
        ContentSlice body = file.Body;
        Span<byte> bytes = stackalloc byte[(int)body.Length];
        if (_service.Memory.Prepare(in body, _service.Now) != ContentReadiness.Resident
            || !_service.Memory.TryRead(body.Region, body.Offset, bytes))
        {
            return null;
        }
        string text = Encoding.UTF8.GetString(bytes).TrimEnd();
        return string.Concat(text.Where(value => value == '\n' || !char.IsControl(value)));
    }

    private void OnSize(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.Read, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        if (_isAscii)
        {
            // RFC 3659 §4: the number of bytes that RETR would send, which is known only once they are sent.
            Reply(550, "SIZE works in TYPE I only.", ref output);
        }
        else if (_service.FindFile(contentPath) is { } file)
        {
            if (!IsAsKnown(file, ref output))
            {
                return;
            }
            Reply(213, file.Body.Length.ToString(CultureInfo.InvariantCulture), ref output);
        }
        else if (_user!.Rights.HasFlag(FtpRights.Write)
            && _service.Changes.PartialLength(contentPath, _user.Owner) is { } length)
        {
            // Where an upload that broke off can go on.
            Reply(213, length.ToString(CultureInfo.InvariantCulture), ref output);
        }
        else
        {
            Reply(550, NotThere(contentPath), ref output);
        }
    }

    private void OnMdtm(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.List, ref output, out string path))
        {
            return;
        }
        string contentPath = ToContent(path);
        ContentEntry? file = _service.FindFile(contentPath);
        if (file is not null && !IsAsKnown(file, ref output))
        {
            return;
        }
        long? modified = file?.ModifiedUnixSeconds
            ?? _service.FindDirectory(contentPath)?.ModifiedUnixSeconds;
        Reply(
            modified is null ? 550 : 213,
            modified is { } seconds ? TimeOf(seconds) : "There is no such file or directory.",
            ref output);
    }

    private void OnMlst(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryResolve(argument, FtpRights.List, ref output, out string path, mayBeEmpty: true))
        {
            return;
        }
        string contentPath = ToContent(path);
        byte[] name = Encoding.UTF8.GetBytes(path);
        ListedName listed;
        if (_service.FindFile(contentPath) is { } file)
        {
            listed = ListedName.OfFile(name, file, _user!.Rights);
        }
        else if (_service.FindDirectory(contentPath) is { } directory)
        {
            listed = ListedName.OfDirectory(name, directory.ModifiedUnixSeconds, _user!.Rights);
        }
        else
        {
            Reply(550, "There is no such file or directory.", ref output);
            return;
        }
        byte[] line = new byte[ListingFormat.LengthMax(name.Length)];
        int length = ListingFormat.WriteFacts(in listed, _facts, ListedKind.Entry, line);
        ReplyLines(250, ["Listing", Encoding.UTF8.GetString(line, 0, length), "End"], ref output);
    }

    // A file that is there is as the index says; else it is being read anew, and what is told of it would not
    // be so.
    private bool IsAsKnown(ContentEntry file, ref StreamOutput output)
    {
        if (!file.MayChange || _service.Content.IsCurrent(file, _flow.RemoteAddress, output.Now))
        {
            return true;
        }
        Reply(450, "The file has changed and is read anew. Try again.", ref output);
        return false;
    }

    private static string ParentOf(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    private string NotThere(string contentPath) => _service.FindDirectory(contentPath) is not null
        ? "That is a directory."
        : "There is no such file.";

    private string ToContent(string path) => FtpPath.ToContent(_user!.Root, path);

    private string TimeOf(long unixSeconds)
    {
        Span<byte> time = stackalloc byte[16];
        return Encoding.ASCII.GetString(time[..FtpTime.Write(unixSeconds, time)]);
    }

    // The path that an argument names, for a user who may do what is asked; else the reply is given.
    private bool TryResolve(
        ReadOnlySpan<byte> argument,
        FtpRights rights,
        ref StreamOutput output,
        out string path,
        bool mayBeEmpty = false)
    {
        path = "";
        if (argument.IsEmpty && !mayBeEmpty)
        {
            Reply(501, "A path is needed.", ref output);
        }
        else if ((_user!.Rights & rights) != rights)
        {
            Reply(550, "You may not do that.", ref output);
        }
        else if (!FtpPath.TryResolve(_directory, argument, out path))
        {
            Reply(553, "That is no path: UTF-8 without control characters and backslashes is.", ref output);
        }
        else
        {
            return true;
        }
        return false;
    }
}
