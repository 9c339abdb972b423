using Straightwire.Appliance.Services;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Options;

/// <summary>Rules between values that are each right by themselves.</summary>
public static class OptionsRules
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options) =>
        FileRules.Check(options)
            .Concat(LimitRules.Check(options))
            .Concat(AddressFaults(options))
            .Concat(ServiceFaults(options))
            .Concat(options.Plans.SelectMany(plan => plan.Faults()));

    /// <summary>The server, the host and the gateway are different hosts of one network.</summary>
    private static IEnumerable<(string Key, string Message)> AddressFaults(ApplianceOptions options)
    {
        bool isTap = options.Link.Kind == LinkChoice.Tap
            || (options.Link.Kind == LinkChoice.Auto && options.Link.Interface is null);
        if (options is { Link: { Kind: LinkChoice.Tap, Interface: { } name } })
        {
            yield return ("link:interface", $"a TAP is an interface of its own, and does not go with {name}: "
                + "for a server on it choose link/kind auto, packet or xdp (--link), else leave it out");
        }
        if (!isTap && options.Link.Interface is null)
        {
            yield return ("link:interface", "null, and link/kind takes or shares an interface: name it");
        }
        if (!isTap && options.Network.Address is null)
        {
            // The interface's own, known when the link is opened.
            yield break;
        }
        Ipv4Prefix own = options.ToTapAddress();
        _ = Ipv4Prefix.TryParse(options.Link.HostAddress, out Ipv4Prefix host);
        if (HostFault(own.Address, own) is { } fault)
        {
            yield return ("network:address", fault);
        }
        if (isTap && HostFault(host.Address, host) is { } hostFault)
        {
            yield return ("link:hostAddress", hostFault);
        }
        if (isTap && own.Address == host.Address)
        {
            yield return ("link:hostAddress", $"{host.Address} is the server's: the host needs another");
        }
        else if (isTap && (!own.Contains(host.Address) || !host.Contains(own.Address)))
        {
            yield return ("link:hostAddress", $"{host} and the server's {own} are not on one network");
        }
        if (options.Network.Gateway is { } text && Ipv4Address.TryParse(text, out Ipv4Address gateway)
            && (!own.Contains(gateway) || gateway == own.Address))
        {
            yield return ("network:gateway", $"{gateway} is no neighbour of {own}");
        }
        else if (options.Network.Gateway is { } way && Ipv4Address.TryParse(way, out Ipv4Address router)
            && HostFault(router, own) is { } wayFault)
        {
            yield return ("network:gateway", wayFault);
        }
    }

    /// <summary>Why an address of a network is no host's; null when it may be one's.</summary>
    private static string? HostFault(Ipv4Address address, Ipv4Prefix network)
    {
        // RFC 1122 §3.2.1.3; networks of one or two addresses have neither (RFC 3021).
        bool isNumber = network.Length < 31 && (address.Value & ~network.Mask) == 0;
        return (isNumber, address == network.Broadcast) switch
        {
            (true, _) => $"{address} is the number of the network itself, and no host's",
            (_, true) => $"{address} is the network's broadcast address, and no host's",
            _ when address.IsMulticast || address.IsLoopback || address.Value == 0 =>
                $"{address} is no address that one host can have",
            _ => null,
        };
    }

    /// <summary>A server serves something, and a port has one service.</summary>
    private static IEnumerable<(string Key, string Message)> ServiceFaults(ApplianceOptions options)
    {
        IReadOnlyList<IServicePlan> plans = options.Services;
        if (plans.Count == 0)
        {
            yield return (
                $"{options.Plans.First().Name}:enabled", "all services are switched off: enable one");
        }
        PlannedPort[] ports = [.. plans.SelectMany(plan => plan.Ports)];
        for (int i = 0; i < ports.Length; i++)
        {
            foreach (PlannedPort other in ports[..i].Where(other => other.Meets(ports[i])))
            {
                // The fault is the range's, which can be moved without telling anybody.
                (PlannedPort mine, PlannedPort its) = other.Use == PortUse.Expects
                    ? (other, ports[i])
                    : (ports[i], other);
                yield return (
                    mine.Key.Replace('/', ':'),
                    mine.Use == PortUse.Expects
                        ? $"{its}, which is {its.Key}, is in {mine}"
                        : $"{mine} is {its.Key} too");
            }
        }
    }
}
