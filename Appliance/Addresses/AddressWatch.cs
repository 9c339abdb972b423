using Microsoft.Extensions.Logging;
using Straightwire.Devices;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Addresses;

/// <summary>
/// The thread that follows the interface under the server: waits for the kernel's notices, looks at what
/// there is, and tells the shards, the log, or that the server cannot go on.
/// </summary>
public sealed class AddressWatch : IDisposable
{
    // Changes come in crowds: an address is taken away and another given, a cable flaps. Each look is at what
    // has come of it.
    private const long SettleNanoseconds = 50_000_000;

    // AF_XDP depends on more than the kernel gives notice of, which is looked at as often as this.
    private const long SilentNanoseconds = 500_000_000;

    // Where an interface has gone the kernel says a moment after it is gone.
    private const long FarewellNanoseconds = 250_000_000;

    // So many lines in a minute, and then silence: a flapping cable fills no disk.
    private const int LinesPerMinute = 30;
    private const long MinuteNanoseconds = 60_000_000_000;

    private readonly InterfaceWatch _interface;
    private readonly NetworkFollower _follower;
    private readonly AddressCell? _cell;
    private readonly ILogger _logger;
    private readonly Action<NetworkState, bool> _tell;
    private readonly Action<string> _end;
    private readonly Action<InterfaceFacts>? _looked;
    private readonly bool _isSilent;
    private readonly bool _isTap;
    private readonly Thread _thread;
    private Instant _minuteEnd;
    private int _linesInMinute;
    private int _linesLeftOut;
    private volatile bool _stopRequested;

    /// <summary>
    /// Starts the thread, whose first look is at what has happened since the link was opened.
    /// </summary>
    /// <param name="grant">The link; its <see cref="LinkGrant.Watch"/> is taken over.</param>
    /// <param name="rules">What the configuration says.</param>
    /// <param name="logger">Told of what happens to the interface.</param>
    /// <param name="tell">
    /// Told, on the thread, who the server is now, when that has changed; and whether so much is told at
    /// present that nothing is to be said of it.
    /// </param>
    /// <param name="end">Told, on the thread, why the server cannot go on; it looks no more then.</param>
    /// <param name="looked">
    /// Told, on the thread, of each look at an interface that is there: whatever of it is not followed here
    /// may have changed.
    /// </param>
    public AddressWatch(
        LinkGrant grant,
        FollowRules rules,
        ILogger logger,
        Action<NetworkState, bool> tell,
        Action<string> end,
        Action<InterfaceFacts>? looked = null)
    {
        (_logger, _tell, _end, _looked) = (logger, tell, end, looked);
        _interface = new InterfaceWatch(grant);
        _isSilent = grant.Kind == LinkKind.Xdp;
        _isTap = grant.Kind == LinkKind.Tap;
        _follower = new NetworkFollower(grant, rules);
        _cell = grant.AddressCell is { } cell ? new AddressCell(cell) : null;
        _thread = new Thread(Run) { Name = "network watch", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopRequested = true;
        _interface.Wake();
        _thread.Join();
        _interface.Dispose();
        _cell?.Dispose();
    }

    private void Run()
    {
        try
        {
            do
            {
                if (!TryLook())
                {
                    return;
                }
                WaitForChange();
                Hear(SettleNanoseconds, forFarewell: false);
            }
            while (!_stopRequested);
        }
        catch (LinkException e)
        {
            _logger.LogError("The interface is not watched any more: {Reason:l}", e.Message);
        }
    }

    private void WaitForChange()
    {
        while (!_stopRequested)
        {
            Instant look = _isSilent ? MonotonicClock.Now.Plus(SilentNanoseconds) : Instant.Never;
            if (_interface.Wait(_linesLeftOut > 0 && _minuteEnd < look ? _minuteEnd : look)
                || (_isSilent && _interface.HasChangedSilently()))
            {
                return;
            }
            TellLeftOut();
        }
    }

    // Takes what the kernel says for a while, no longer than until it says where the interface has gone if
    // that is what is waited for.
    private void Hear(long nanoseconds, bool forFarewell)
    {
        Instant until = MonotonicClock.Now.Plus(nanoseconds);
        while (!_stopRequested && MonotonicClock.Now < until && !(forFarewell && _interface.WasRemoved))
        {
            _ = _interface.Wait(until);
        }
    }

    /// <summary>Whether there is anything to look at again.</summary>
    private bool TryLook()
    {
        // A TAP's descriptor goes with it wherever it goes; nothing else does.
        InterfaceFacts? facts = _interface.WasRemoved && !_isTap ? null : _interface.Read();
        if (facts is null)
        {
            Hear(FarewellNanoseconds, forFarewell: true);
        }
        NetworkState before = _follower.State;
        Followed followed = _follower.Follow(facts, _interface.HasMoved);
        foreach (FollowLine line in followed.Lines)
        {
            Say(line);
        }
        if (followed.End is { } reason)
        {
            _end(reason);
            return false;
        }
        if (!ReferenceEquals(before, followed.State))
        {
            // While there is no address, the kernel goes on to get nothing of what was for the one before:
            // it would reset connections in the moment in which it has the address again.
            if (followed.State.Address is { } address)
            {
                _cell?.Write(address.Address.ToIpv4());
            }
            _tell(followed.State, _linesLeftOut > 0);
        }
        if (facts is null)
        {
            return false;
        }
        _looked?.Invoke(facts);
        return true;
    }

    private void Say(FollowLine line)
    {
        Instant now = MonotonicClock.Now;
        if (now >= _minuteEnd)
        {
            TellLeftOut();
            (_minuteEnd, _linesInMinute) = (now.Plus(MinuteNanoseconds), 0);
        }
        if (_linesInMinute == LinesPerMinute)
        {
            _linesLeftOut++;
            return;
        }
        _linesInMinute++;
        _logger.Log(line.Level, "Network: {Line:l}", line.Text);
    }

    private void TellLeftOut()
    {
        if (_linesLeftOut > 0 && MonotonicClock.Now >= _minuteEnd)
        {
            _logger.LogWarning(
                "Network: {Count} more changes within a minute; now {Now:l}",
                _linesLeftOut, _follower.Description);
            _linesLeftOut = 0;
        }
    }
}
