using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Ftp;

/// <content>Names: the working directory, and what can be asked of files and directories.</content>
internal sealed partial class FtpSession
{
    private const int MessageBytesMax = 2048;

    private string _directory = "/";

    // Commands that need a login have one.
    private FtpUser User => _login.User!;

    /// <summary>The user's path of one in the content.</summary>
    internal string ToUser(string contentPath) => FtpPath.FromContent(User.Root, contentPath);

    private FtpReply OnCwd(string path)
    {
        string contentPath = ToContent(path);
        if (Service.FindDirectory(contentPath) is null)
        {
            return new(550, "There is no such directory.");
        }
        _directory = path;
        return new(250, $"{ReadMessage(contentPath)}The directory is {path}.");
    }

    private FtpReply OnPwd() => new(257, $"{FtpPath.Quoted(_directory)} is the current directory.");

    // The text that a directory has for who enters it, with what is no text left out; each line has its end.
    private string ReadMessage(string contentPath)
    {
        if (Service.Options.DirectoryMessage.Length == 0
            || Service.FindFile(contentPath.TrimEnd('/') + "/" + Service.Options.DirectoryMessage)
                is not { Body.Length: > 0 and <= MessageBytesMax } file)
        {
            return "";
        }
        ContentSlice body = file.Body;
        Span<byte> bytes = stackalloc byte[(int)body.Length];
        if (Service.Memory.Prepare(in body, Service.Now) != ContentReadiness.Resident
            || !Service.Memory.TryRead(body.Region, body.Offset, bytes))
        {
            return "";
        }
        string text = Encoding.UTF8.GetString(bytes).TrimEnd();
        return string.Concat(text.Where(value => value == '\n' || !char.IsControl(value))) + "\n";
    }

    private FtpReply OnSize(string path)
    {
        string contentPath = ToContent(path);
        if (_parameters.IsAscii)
        {
            // RFC 3659 §4: the number of bytes that RETR would send, which is known only once they are sent.
            return new(550, "SIZE works in TYPE I only.");
        }
        if (Service.FindFile(contentPath) is { } file)
        {
            return FaultOf(file) ?? new(213, file.Body.Length.ToString(CultureInfo.InvariantCulture));
        }
        // Where an upload that broke off can go on.
        long? partial = User.Rights.HasFlag(FtpRights.Write)
            ? Service.Changes.PartialLength(contentPath, User.Owner)
            : null;
        return partial is { } length
            ? new(213, length.ToString(CultureInfo.InvariantCulture))
            : NotThere(contentPath);
    }

    private FtpReply OnMdtm(string path)
    {
        string contentPath = ToContent(path);
        ContentEntry? file = Service.FindFile(contentPath);
        if (file is not null && FaultOf(file) is { } fault)
        {
            return fault;
        }
        long? modified = file?.ModifiedUnixSeconds
            ?? Service.FindDirectory(contentPath)?.ModifiedUnixSeconds;
        return modified is { } seconds ? new(213, TimeOf(seconds)) : NothingThere;
    }

    private FtpReply OnMlst(string path)
    {
        string contentPath = ToContent(path);
        byte[] name = Encoding.UTF8.GetBytes(path);
        ListedName listed;
        if (Service.FindFile(contentPath) is { } file)
        {
            listed = ListedName.OfFile(name, file, User.Rights);
        }
        else if (Service.FindDirectory(contentPath) is { } directory)
        {
            listed = ListedName.OfDirectory(name, directory.ModifiedUnixSeconds, User.Rights);
        }
        else
        {
            return NothingThere;
        }
        byte[] line = new byte[ListingFormat.LengthMax(name.Length)];
        int length = ListingFormat.WriteFacts(in listed, _parameters.Facts, ListedKind.Entry, line);
        return new(250, $"Listing\n{Encoding.UTF8.GetString(line, 0, length)}\nEnd");
    }

    // A file that is there is as the index says; else it is being read anew, and what is told of it would not
    // be so.
    private FtpReply? FaultOf(ContentEntry file) => IsChanged(file, Service.Now)
        ? new(450, "The file has changed and is read anew. Try again.")
        : null;

    private static string ParentOf(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    private static FtpReply NothingThere => new(550, "There is no such file or directory.");

    private FtpReply NotThere(string contentPath) => new(550, Service.FindDirectory(contentPath) is not null
        ? "That is a directory."
        : "There is no such file.");

    private string ToContent(string path) => FtpPath.ToContent(User.Root, path);

    private static string TimeOf(long unixSeconds)
    {
        Span<byte> time = stackalloc byte[16];
        return Encoding.ASCII.GetString(time[..FtpTime.Write(unixSeconds, time)]);
    }

    // The path that an argument names, for a user who may do what is asked; else the answer is why not.
    private FtpReply? Resolve(ReadOnlySpan<byte> argument, FtpRights rights, out string path)
    {
        path = "";
        if (argument.IsEmpty)
        {
            return new(501, "A path is needed.");
        }
        if ((User.Rights & rights) != rights)
        {
            return new(550, "You may not do that.");
        }
        return FtpPath.TryResolve(_directory, argument, out path)
            ? null
            : new(553, "That is no path: UTF-8 without control characters and backslashes is.");
    }
}
