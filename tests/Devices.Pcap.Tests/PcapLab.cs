using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Devices.Pcap.Tests;

/// <summary>
/// <see cref="LabScript"/> with the server on a veth, in a network namespace of its own: the client has the
/// end c0 with 198.18.0.1, the server s0. A script finds besides: inside (runs a command in the server's
/// namespace), start (runs the server, with more options, in the background, and sets $pid) and answers.
/// </summary>
internal static class PcapLab
{
    /// <summary>The options that put the server on s0 with an address of its own.</summary>
    public const string Link = "--link pcap --interface s0 --address 198.18.0.2/24";

    private const string Preamble = """
        unshare --net sleep 300 & space=$!
        for i in {1..250}; do
          [ "$(readlink /proc/$space/ns/net)" = "$(readlink /proc/self/ns/net)" ] || break
          sleep 0.02
        done
        inside() { nsenter -t $space -n "$@"; }
        start() {
          nsenter -t $space -n "$server" serve "$www" "$@" </dev/null >>"$root/server.log" 2>&1 & pid=$!
        }
        ip link add c0 type veth peer name s0 netns $space
        ip addr add 198.18.0.1/24 dev c0
        ip link set c0 up
        inside ip link set lo up
        inside ip link set s0 up

        """;

    /// <summary>Runs a script.</summary>
    public static ScriptResult Run(TemporaryContent content, string script)
    {
        LabScript.Require("curl", "ip", "ping");
        return LabScript.Namespace(content, Preamble + script);
    }
}
