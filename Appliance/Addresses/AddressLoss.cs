namespace Straightwire.Appliance.Addresses;

/// <summary>
/// What happens when the server's address, which is the kernel's too, is taken from the host.
/// </summary>
public enum AddressLoss
{
    /// <summary>The interface's next address is taken, or waited for.</summary>
    Follow,

    /// <summary>The server ends, with a sentence and status 3.</summary>
    End,
}
