using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// RETR in TYPE I: the file's own bytes as one slice, as HTTP sends them; in pieces where there is a rate.
/// </summary>
internal sealed class ContentTransfer(IContentMemory memory, in ContentSlice slice, Pacer pacer)
    : FileTransfer(memory, slice, pacer)
{
    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        long left = Slice.Length - Bytes;
        long length = left;
        if (Pacer.IsActive)
        {
            length = Math.Min(left, Pacer.Allowance(StartedAt, output.Now, Bytes));
            output.SetDeadline(Pacer.Next(output.Now));
        }
        if (length > 0 && output.TryWriteContent(Slice.Part(Bytes, length)))
        {
            Bytes += length;
        }
        if (Bytes < Slice.Length)
        {
            return TransferProgress.Going;
        }
        Release();
        return TransferProgress.Whole;
    }
}
