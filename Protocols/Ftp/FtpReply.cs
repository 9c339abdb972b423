using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Ftp;

/// <summary>What comes behind a reply.</summary>
internal enum ReplyThen : byte
{
    /// <summary>The next command is read.</summary>
    Command,

    /// <summary>More lines of the same reply follow.</summary>
    Lines,

    /// <summary>The control connection is closed.</summary>
    End,
}

/// <summary>An answer to a command (RFC 959 §4.2).</summary>
/// <param name="Code">Its number of three digits.</param>
/// <param name="Text">One line, or several with LF between them.</param>
/// <param name="Then">What comes behind it.</param>
internal readonly record struct FtpReply(int Code, string Text, ReplyThen Then = ReplyThen.Command)
{
    /// <summary>The answer to what storage has refused.</summary>
    public static FtpReply Of(ChangeResult result) => result switch
    {
        ChangeResult.NotFound => new(550, "There is no such file or directory."),
        ChangeResult.AlreadyExists => new(550, "The name is taken."),
        ChangeResult.NotEmpty => new(550, "The directory is not empty."),
        ChangeResult.NotPermitted => new(550, "The server may not do that."),
        ChangeResult.BadName => new(553, "That name cannot be had."),
        ChangeResult.BadOffset => new(554, "REST is beyond the file's end."),
        ChangeResult.TooLarge => new(552, "The file is larger than your files may be."),
        ChangeResult.OverQuota => new(552, "Your files together are larger than they may be."),
        ChangeResult.TooMany => new(552, "There are as many files or directories as there may be."),
        ChangeResult.NotServed => new(451, "It is stored, and a limit keeps it from being served."),
        ChangeResult.OutOfSpace => new(452, "Storage is full."),
        _ => new(451, "Storage failed."),
    };

    /// <summary>
    /// Writes "code text", or "code-first line", any lines, "code last line"; the inner ones begin with a
    /// blank, so that none of them looks like an end.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        int length = 0;
        ReadOnlySpan<char> rest = Text;
        for (bool isFirst = true; ; isFirst = false)
        {
            int end = rest.IndexOf('\n');
            if (isFirst || end < 0)
            {
                bool isLast = end < 0 && Then != ReplyThen.Lines;
                length += WriteCode(isLast ? ' ' : '-', destination[length..]);
            }
            else
            {
                destination[length++] = (byte)' ';
            }
            length += Encoding.UTF8.GetBytes(end < 0 ? rest : rest[..end], destination[length..]);
            "\r\n"u8.CopyTo(destination[length..]);
            length += 2;
            if (end < 0)
            {
                return length;
            }
            rest = rest[(end + 1)..];
        }
    }

    private int WriteCode(char separator, Span<byte> destination)
    {
        destination[0] = (byte)('0' + (Code / 100));
        destination[1] = (byte)('0' + (Code / 10 % 10));
        destination[2] = (byte)('0' + (Code % 10));
        destination[3] = (byte)separator;
        return 4;
    }
}
