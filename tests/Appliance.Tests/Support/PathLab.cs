namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Scripts with a bad network between the server and its client: the relay of tests/PathRelay.
/// </summary>
internal static class PathLab
{
    /// <summary>
    /// For <see cref="LabScript.Namespace"/>, after <see cref="VethLab.Preamble"/>: the client is in the
    /// namespace of the process $far, where `client` runs a command. `bad` starts the relay with settings,
    /// and `counted` ends it; what it tells is in relay.txt, and what came to it in relay.pcap.
    /// </summary>
    public static readonly string Preamble = $$"""
        gcc -std=gnu17 -O2 -o relay '{{Path.Combine(AppContext.BaseDirectory, "Wire", "PathRelay")}}'/*.c
        unshare --net sleep ${life:-130} & far=$!
        until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
        client() { nsenter --target $far --net -- "$@"; }
        peer ip address flush dev sw0
        peer ip link add f0 type veth peer name f1 netns $far
        peer ip link set f0 up
        client ip address add 198.18.0.1/24 dev f1
        client ip link set f1 up
        offloads="tso off gso off gro off tx off"
        ethtool -K sw1 $offloads >/dev/null
        client ethtool -K f1 $offloads >/dev/null
        # Not by the function, whose process would be the one to be ended.
        bad() {
          nsenter --target $other --net -- ./relay capture=relay.pcap "$@" f0 sw0 >relay.txt & relay=$!
          until grep -q ready relay.txt; do sleep 0.02; done
        }
        counted() { sleep 0.2; kill $relay; wait $relay; }

        """;
}
