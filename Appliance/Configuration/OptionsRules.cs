using Straightwire.Appliance.Links;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>Rules between values that are each right by themselves.</summary>
public static class OptionsRules
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options)
    {
        if (options.Tcp.TimeWaitConnections > options.Tcp.Connections)
        {
            yield return ("tcp:timeWaitConnections", "more than tcp/connections, which it is part of");
        }
        if (options.Tcp.RtoMin.Value > options.Tcp.RtoInitial.Value)
        {
            yield return ("tcp:rtoMin", "more than tcp/rtoInitial");
        }
        if (ContentDirectory.Find(options.Content.Directory) is null)
        {
            yield return ("content:directory", $"there is no directory '{options.Content.Directory}'");
        }
        if (options.Link.Kind == LinkChoice.Pcap && PortableParts.Link is null)
        {
            yield return ("link:kind", $"the pcap link {PortableParts.Missing}");
        }
        if (options.Server.Trace && PortableParts.Decoder is null)
        {
            yield return ("server:trace", $"the decoder of frames {PortableParts.Missing}");
        }
        foreach ((string Key, string Message) fault in
            AddressFaults(options).Concat(PortFaults(options)).Concat(FtpRules.Check(options)))
        {
            yield return fault;
        }
    }

    /// <summary>The server, the host and the gateway are different hosts of one network.</summary>
    private static IEnumerable<(string Key, string Message)> AddressFaults(ApplianceOptions options)
    {
        bool isTap = options.Link.Kind == LinkChoice.Tap
            || (options.Link.Kind == LinkChoice.Auto && options.Link.Interface is null);
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
        if (own.Address.IsMulticast || own.Address.IsLoopback || own.Address.Value == 0
            || own.Address == own.Broadcast)
        {
            yield return ("network:address", $"{own.Address} is no address that one host can have");
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
    }

    /// <summary>One service listens on a port, and passive data connections come to others.</summary>
    private static IEnumerable<(string Key, string Message)> PortFaults(ApplianceOptions options)
    {
        var taken = new Dictionary<int, string> { [options.Http.Port] = "http/port" };
        if (options.Ftp.Enabled && !taken.TryAdd(options.Ftp.Port, "ftp/port"))
        {
            yield return ("ftp:port", $"{options.Ftp.Port} is {taken[options.Ftp.Port]} too");
        }
        if (options.Metrics.Port != 0 && !taken.TryAdd(options.Metrics.Port, "metrics/port"))
        {
            yield return ("metrics:port", $"{options.Metrics.Port} is {taken[options.Metrics.Port]} too");
        }
        if (options.Ftp.Enabled && PortRange.TryParse(options.Ftp.PassivePorts, out PortRange passive))
        {
            int ports = passive.Last - passive.First + 1;
            if (options.Server.Shards > ports)
            {
                yield return ("ftp:passivePorts", FormattableString.Invariant(
                    $"{ports} ports for {options.Server.Shards} server/shards: each needs one at least"));
            }
            foreach ((int port, string owner) in taken.Where(pair => passive.Contains(pair.Key)))
            {
                yield return ("ftp:passivePorts", $"{port}, which is {owner}, is in {passive}");
            }
        }
    }
}
