using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>What goes wrong with frames in one direction. Probabilities are from 0 to 1, per frame.</summary>
public sealed record LinkFaults
{
    /// <summary>Nothing goes wrong.</summary>
    public static readonly LinkFaults None = new();

    /// <summary>The frame vanishes.</summary>
    public double Loss { get; init; }

    /// <summary>So many frames in a row vanish when one does; <see cref="Loss"/> is of all frames.</summary>
    public int LossBurst { get; init; } = 1;

    /// <summary>
    /// The frame arrives twice, the second time up to <see cref="ReorderingMaximum"/> later.
    /// </summary>
    public double Duplication { get; init; }

    /// <summary>
    /// The frame is held back by up to <see cref="ReorderingMaximum"/>, and others overtake it.
    /// </summary>
    public double Reordering { get; init; }

    /// <summary>How long a reordered or duplicated frame is held back at most.</summary>
    public TimeSpan ReorderingMaximum { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>
    /// One byte of an IPv4 packet becomes another one. One byte only: that, every Internet checksum detects.
    /// The Ethernet header and ARP are spared, because the frame check sequence protects them on a wire and
    /// nothing else does.
    /// </summary>
    public double Corruption { get; init; }

    /// <summary>The frame loses its end.</summary>
    public double Truncation { get; init; }

    /// <summary>Extra delay of every frame at most; frames keep their order.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>
    /// Frames with an IP packet longer than this vanish and are answered with ICMP "fragmentation needed"; 0:
    /// none.
    /// </summary>
    public int PathMtu { get; init; }

    /// <summary>They vanish and nobody is told: a black hole (RFC 2923 §2.1).</summary>
    public bool PathMtuIsSilent { get; init; }

    /// <summary>The link stalls once in this time; zero: never.</summary>
    public TimeSpan StallEvery { get; init; }

    /// <summary>How long it stalls: frames wait for the end of the stall.</summary>
    public TimeSpan StallFor { get; init; }

    /// <summary>When all faults but those of <see cref="PathMtu"/> end.</summary>
    public Instant Until { get; init; } = Instant.Never;
}
