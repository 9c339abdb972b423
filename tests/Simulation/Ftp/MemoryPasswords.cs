using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Ftp;

/// <summary>
/// Passwords whose hash is an equals sign and the password, checked in virtual time, one after the other.
/// </summary>
public sealed class MemoryPasswords(SimulatedWorld world) : IPasswords
{
    private readonly Queue<(Instant At, bool IsRight, IPasswordOwner Owner)> _waiting = [];

    /// <summary>How long one check takes.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Checks that may wait.</summary>
    public int WaitingMax { get; set; } = 16;

    /// <summary>Is done each time before an owner is told.</summary>
    public Action? BeforeTelling { get; set; }

    /// <summary>Checks asked for.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public bool TryVerify(string? hash, string password, IpAddress peer, IPasswordOwner owner)
    {
        Calls++;
        if (_waiting.Count >= WaitingMax)
        {
            return false;
        }
        Instant at = world.Now + (Delay * (_waiting.Count + 1));
        _waiting.Enqueue((at, hash == "=" + password, owner));
        world.Schedule(at, static () => { });
        return true;
    }

    /// <inheritdoc/>
    public void Poll(IStreamNetwork network, Instant now)
    {
        while (_waiting.TryPeek(out (Instant At, bool IsRight, IPasswordOwner Owner) first)
            && first.At <= world.Now)
        {
            _waiting.Dequeue();
            network.Isolate(first.Owner.Stream, now, first, told =>
            {
                BeforeTelling?.Invoke();
                told.Owner.OnVerified(told.IsRight ? PasswordVerdict.Right : PasswordVerdict.Wrong);
            });
        }
    }
}
