using System.Diagnostics;
using System.Globalization;
using Straightwire.Devices;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Addresses;

/// <summary>
/// Keeps two servers of one host from one address: each holds an abstract Unix name that says what it has
/// (<see cref="AddressClaim"/>), and reads those of the others before. The network does not tell of a second
/// one, since an ARP probe does not come back to the interface that it left by.
/// </summary>
public static class AddressLock
{
    private static readonly TimeSpan GuardTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GuardPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Takes a claim; the descriptor that holds it until the process ends.</summary>
    /// <param name="claim">What the server has.</param>
    /// <param name="interfaceName">The interface, for people.</param>
    /// <exception cref="LinkException">Another server has part of it; the message names it.</exception>
    public static int Take(AddressClaim claim, string interfaceName)
    {
        // Of two that start at the same moment, one is first.
        int guard = TakeGuard(claim.Index, interfaceName);
        try
        {
            if (Conflict(claim, AbstractName.Taken(), interfaceName) is { } conflict)
            {
                throw new LinkException(conflict);
            }
            return AbstractName.TryTake(claim.ToString())
                ?? throw new LinkException(
                    $"The name {claim} of Unix sockets is taken: a process that is no server has it " +
                    "('ss --unix --all').");
        }
        finally
        {
            AbstractName.Release(guard);
        }
    }

    /// <summary>Who else has part of a claim, and what to do; null: nobody.</summary>
    public static string? Conflict(AddressClaim claim, IEnumerable<string> taken, string interfaceName)
    {
        foreach (string name in taken)
        {
            if (AddressClaim.TryParse(name, out AddressClaim other) && claim.Overlap(other) is { } both)
            {
                string way = claim.Address == other.Address
                    ? "end it, or give this one another address (network.address) or, where the kernel has " +
                        "the address too, "
                    : "whoever follows the interface's addresses may come to have one with it: name the " +
                        "addresses of both (network.address), end it, or give this one ";
                return
                    $"Another straightwire, process {TextOf(other.Process)}, has {both} of {other.Address} " +
                    $"on {interfaceName}: {way}other ports (http.port, ftp.port, ftp.passivePorts, " +
                    "ftp.activePort, metrics.port).";
            }
        }
        return null;
    }

    private static string TextOf(int process) => process.ToString(CultureInfo.InvariantCulture);

    private static int TakeGuard(uint index, string interfaceName)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"straightwire-start/{index}");
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (AbstractName.TryTake(name) is { } guard)
            {
                return guard;
            }
            if (Stopwatch.GetElapsedTime(started) > GuardTimeout)
            {
                throw new LinkException(
                    $"Another process has held the name {name} of Unix sockets for 2 s, as a server on " +
                    $"{interfaceName} does for a moment of its start: end it ('ss --unix --all').");
            }
            Thread.Sleep(GuardPause);
        }
    }
}
