namespace Straightwire.Stack.Frames;

/// <summary>Keeps account of frames by who took them.</summary>
public interface IFrameAccounts
{
    /// <summary>A frame that was rented for an account has no holder any more.</summary>
    void OnFrameFreed(int account);
}
