using Microsoft.Extensions.Logging;
using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Addresses;

/// <summary>
/// Decides what a change of the interface means to the server: compares how it is with how it was, whatever
/// happened between. Pure: <see cref="AddressWatch"/> asks the kernel, and tells the shards.
/// </summary>
/// <param name="grant">The link as it was opened.</param>
/// <param name="rules">What the configuration says of it.</param>
public sealed class NetworkFollower(LinkGrant grant, FollowRules rules)
{
    private readonly List<FollowLine> _lines = [];
    private NetworkState _state = new()
    {
        Mac = grant.Mac,
        Address = grant.Address,
        Gateway = grant.Gateway,
        Mtu = grant.Mtu,
    };

    private Ipv4Prefix _address = grant.Address;
    private string _name = grant.Interface;
    private MacAddress? _interfaceMac = grant.Kind == LinkKind.Tap || grant.IsPromiscuous ? null : grant.Mac;
    private InterfaceOffloads _offloads = grant.Offloads;
    private uint? _xdpProgram;
    private bool _isUp = true;
    private bool _hasCarrier = true;
    private bool _kernelHasOurs;
    private bool _hostAddressIsGone;
    private bool _gatewayIsGone;
    private string? _end;

    /// <summary>Who the server is.</summary>
    public NetworkState State => _state;

    /// <summary>"eth0 is up, MTU 1500, the server at 198.18.0.2/24".</summary>
    public string Description => FormattableString.Invariant(
        $"{_name} is {PowerText}, MTU {_state.Mtu}, the server at {AddressText}");

    private string AddressText => _state.Address?.ToString() ?? "no address";

    private string PowerText => (_isUp, _hasCarrier) switch
    {
        (false, _) => "down",
        (_, false) => "without a carrier",
        _ => "up",
    };

    /// <summary>Takes the interface as it is now.</summary>
    /// <param name="facts">What the kernel tells; null: it is not there any more.</param>
    /// <param name="hasMoved">It is in another network namespace.</param>
    public Followed Follow(InterfaceFacts? facts, bool hasMoved)
    {
        _lines.Clear();
        _end = null;
        if (facts is null)
        {
            OnGone(hasMoved);
        }
        else
        {
            FollowName(facts);
            FollowPower(facts);
            FollowMtu(facts);
            FollowMac(facts);
            FollowOffloads(facts);
            FollowXdp(facts);
            FollowAddress(facts);
        }
        return new Followed(_state, [.. _lines], _end);
    }

    private void OnGone(bool hasMoved)
    {
        if (hasMoved && grant.Kind == LinkKind.Tap)
        {
            Say(
                LogLevel.Warning,
                $"The TAP {_name} is in another network namespace, and is served there: give it an address " +
                "and bring it up there. What happens to it there is not seen from here");
            return;
        }
        End(hasMoved
            ? $"The interface {_name} was moved to another network namespace under the server: start the " +
                "server in that one."
            : LinkException.Deleted(_name));
    }

    private void FollowName(InterfaceFacts facts)
    {
        if (facts.Name != _name)
        {
            Say(LogLevel.Information, $"The interface {_name} is called {facts.Name} now");
            _name = facts.Name;
        }
    }

    private void FollowPower(InterfaceFacts facts)
    {
        if (facts.IsUp != _isUp)
        {
            Say(
                facts.IsUp ? LogLevel.Information : LogLevel.Warning,
                facts.IsUp
                    ? $"The interface {_name} is up again"
                    : $"The interface {_name} is down, and nothing comes or goes: bring it up " +
                        $"('ip link set {_name} up')");
        }
        else if (facts.IsUp && facts.HasCarrier != _hasCarrier)
        {
            Say(
                facts.HasCarrier ? LogLevel.Information : LogLevel.Warning,
                facts.HasCarrier
                    ? $"The interface {_name} has a carrier again"
                    : $"The interface {_name} has no carrier: nothing comes or goes until it is plugged in");
        }
        bool canSend = facts.IsUp && facts.HasCarrier;
        if (canSend && !(_isUp && _hasCarrier))
        {
            // Whoever is behind the plug now has not heard of us.
            Announce();
        }
        (_isUp, _hasCarrier) = (facts.IsUp, facts.HasCarrier);
    }

    private void FollowMtu(InterfaceFacts facts)
    {
        int mtu = Math.Min(Math.Min(rules.Mtu ?? facts.Mtu, facts.Mtu), grant.MtuMax);
        if (mtu == _state.Mtu)
        {
            return;
        }
        if (mtu < InterfaceIdentity.MtuMin)
        {
            End($"The interface {_name} has an MTU of {mtu} now, and the server needs " +
                $"{InterfaceIdentity.MtuMin}: raise it ('ip link set {_name} mtu 1500'), and start the " +
                "server again.");
            return;
        }
        Say(
            LogLevel.Information,
            $"The MTU of {_name} is {facts.Mtu} now: packets of up to {mtu} bytes are sent, not " +
            $"{_state.Mtu}");
        _state = _state with { Mtu = mtu };
    }

    private void FollowMac(InterfaceFacts facts)
    {
        if (_interfaceMac is not { } before || facts.Mac == before)
        {
            return;
        }
        if (rules.IsMacNamed || grant.Kind == LinkKind.Pcap)
        {
            End($"The interface {_name} has the Ethernet address {facts.Mac} now, and passes on nothing " +
                $"that is for {before}, which is the server's" +
                (rules.IsMacNamed ? " (network.mac)" : "") + ": start the server again.");
            return;
        }
        _interfaceMac = facts.Mac;
        _state = _state with { Mac = facts.Mac };
        Say(
            LogLevel.Information,
            $"The Ethernet address of {_name}, and so the server's, is {facts.Mac} now, not {before}");
        Announce();
    }

    /// <summary>The devices are told of every look, and the operator of changes.</summary>
    private void FollowOffloads(InterfaceFacts facts)
    {
        bool matters = grant.Offload && grant.Kind is (LinkKind.Packet or LinkKind.Xdp);
        if (matters && (facts.Offloads.Sums, facts.Offloads.Cuts) != (_offloads.Sums, _offloads.Cuts))
        {
            Say(
                LogLevel.Information,
                $"The offloads of {_name} have changed: checksums are made " +
                $"{PlaceOf(facts.Offloads.Sums)} now, segments are cut " +
                PlaceOf(facts.Offloads.Cuts && grant.Kind == LinkKind.Packet));
        }
        _offloads = facts.Offloads;
    }

    /// <summary>
    /// Each queue has a socket, which is opened with a privilege that is gone, and the program brings it its
    /// frames: what comes by another queue, or past the program, is not the server's any more.
    /// </summary>
    private void FollowXdp(InterfaceFacts facts)
    {
        if (grant.Kind != LinkKind.Xdp)
        {
            return;
        }
        if (facts.ReceiveQueues != grant.Queues.Length)
        {
            End($"The interface {_name} has {facts.ReceiveQueuesText} now, and the server has taken " +
                $"{grant.Queues.Length}, so that frames would be lost: start the server again, which " +
                "takes those that there are.");
        }
        _xdpProgram ??= facts.XdpProgram;
        if (facts.XdpProgram is null || facts.XdpProgram != _xdpProgram)
        {
            End($"The server's XDP program was taken from {_name}" +
                (facts.XdpProgram is null ? "" : ", which has another one") +
                ": end what did that, and start the server again.");
        }
    }

    private static string PlaceOf(bool isInterfaces) => isInterfaces ? "by the interface" : "here";

    private void FollowAddress(InterfaceFacts facts)
    {
        if (grant.Kind == LinkKind.Tap)
        {
            FollowHostAddress(facts);
        }
        else if (grant.IsShared)
        {
            FollowSharedAddress(facts);
        }
        bool kernelHasOurs = !grant.IsShared && Has(facts, grant.Address.Address);
        if (kernelHasOurs && !_kernelHasOurs)
        {
            OnKernelTakesOurs();
        }
        _kernelHasOurs = kernelHasOurs;
        if (grant.Kind != LinkKind.Tap && !rules.IsGatewayNamed && facts.IsUp)
        {
            FollowGateway(facts);
        }
    }

    /// <summary>The TAP's network has two ends, and the host's is the operator's to keep.</summary>
    private void FollowHostAddress(InterfaceFacts facts)
    {
        if (rules.HostAddress is not { } wanted)
        {
            return;
        }
        bool isGone = !facts.Addresses.Any(own => own.Address == wanted.Address);
        if (isGone && !_hostAddressIsGone)
        {
            Say(
                LogLevel.Warning,
                $"The host's address {wanted} was taken from the TAP {_name}, and the host does not reach " +
                $"the server without: give it back ('ip address add {wanted} dev {_name}')");
        }
        _hostAddressIsGone = isGone;
    }

    private void FollowSharedAddress(InterfaceFacts facts)
    {
        if (Has(facts, _address.Address))
        {
            // It may have another prefix length now, or be back.
            Ipv4Prefix now = facts.Addresses.FirstOrDefault(
                own => own.Address == _address.Address, _address);
            if (_state.Address is null)
            {
                Say(LogLevel.Information, $"The address {now} is on {_name} again");
            }
            TakeAddress(now);
            return;
        }
        if (rules.OnAddressLost == AddressLoss.End || grant.AddressCell is null)
        {
            End($"The address {_address.Address} was taken from {_name}, and the server has no other: give " +
                "it back and start the server again, or leave network.address null and set " +
                "network.onAddressLost to follow.");
        }
        else if (facts.Addresses.Count > 0)
        {
            Ipv4Prefix next = facts.Addresses[0];
            Say(
                LogLevel.Warning,
                $"The address {_address.Address} was taken from {_name}: the server is at {next.Address} " +
                "now, and its connections at the old one are ended");
            TakeAddress(next);
        }
        else if (_state.Address is not null)
        {
            Say(
                LogLevel.Warning,
                $"The address {_address.Address} was taken from {_name}, which has no other: the server " +
                "waits for one");
            _state = _state with { Address = null };
        }
    }

    private void TakeAddress(Ipv4Prefix address)
    {
        if (_state.Address != address)
        {
            _address = address;
            _state = _state with { Address = address };
        }
    }

    private void OnKernelTakesOurs()
    {
        Ipv4Address ours = grant.Address.Address;
        if (grant.Kind == LinkKind.Tap)
        {
            Say(
                LogLevel.Warning,
                $"The host was given the server's address {ours}, and reaches itself under it: take it " +
                "away from the host");
        }
        else if (grant.SilencesKernel)
        {
            Say(
                LogLevel.Warning,
                $"The kernel was given the server's address {ours} too. All of it stays the server's: no " +
                "program of the host is reached there. To share it, start the server again");
        }
        else
        {
            End($"The kernel was given the server's address {ours} too, and would reset the server's " +
                "connections: take it away from the host, or start the server again to share it.");
        }
    }

    private void FollowGateway(InterfaceFacts facts)
    {
        // A gateway beside the network is one for the interface's own addresses only.
        bool isInterfaces = facts.Addresses.Any(own => own.Address == _address.Address);
        Ipv4Address? told = facts.Gateway is { } any && (isInterfaces || _address.Contains(any)) ? any : null;

        // A route is often gone for the moment in which it is replaced, and nobody is helped by forgetting
        // the router meanwhile.
        bool isGone = told is null && _state.Gateway is { } last
            && (_address.Contains(last.ToIpv4()) || _address == grant.Address);
        if (isGone != _gatewayIsGone && isGone)
        {
            Say(
                LogLevel.Warning,
                $"There is no default route through {_name} any more: the server goes on by " +
                $"{_state.Gateway}");
        }
        _gatewayIsGone = isGone;
        if (!isGone && told != _state.Gateway)
        {
            Say(
                LogLevel.Information,
                told is null ? $"{_name} has no gateway now" : $"The gateway through {_name} is {told} now");
            _state = _state with { Gateway = told };
        }
    }

    private static bool Has(InterfaceFacts facts, Ipv4Address address) =>
        facts.Addresses.Any(own => own.Address == address) || facts.HostAddresses.Contains(address);

    private void Announce() => _state = _state with { Announcements = _state.Announcements + 1 };

    private void Say(LogLevel level, string text) => _lines.Add(new FollowLine(level, text));

    private void End(string reason) => _end ??= reason;
}
