using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>LIST, NLST and MLSD: lines, made as there is room for them.</summary>
internal sealed class ListingTransfer(DirectoryLister lister, byte[] scratch) : DataTransfer
{
    private const int PieceLength = 16_384;

    /// <inheritdoc/>
    public override TransferProgress Advance(ref StreamOutput output)
    {
        while (output.Unacknowledged <= output.SendAhead)
        {
            int position = lister.Position;
            int length = lister.Fill(scratch.AsSpan(0, PieceLength));
            if (length == 0)
            {
                return TransferProgress.Whole;
            }
            if (!output.TryWrite(scratch.AsSpan(0, length)))
            {
                lister.Position = position;
                return TransferProgress.Going;
            }
            Bytes += length;
        }
        output.SetDeadline(output.Now.Plus(RefillNanoseconds));
        return TransferProgress.Going;
    }
}
