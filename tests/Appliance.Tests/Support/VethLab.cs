namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Scripts with a veth between the server and its clients, which are in a namespace of their own.
/// </summary>
internal static class VethLab
{
    /// <summary>
    /// For <see cref="LabScript.Namespace"/>. Makes the veth, sw1 here without an address and sw0 with
    /// 198.18.0.1 in the namespace of the process $other, which lives $life seconds and where `peer` runs a
    /// command. $mtu and $queues are both ends'. `take` starts a server on sw1, by packet or by $link;
    /// `reached` waits for the first answer of $url or of its argument.
    /// </summary>
    public const string Preamble = """
        unshare --net sleep ${life:-130} & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
        peer() { nsenter --target $other --net -- "$@"; }
        ends="mtu ${mtu:-1500} numrxqueues ${queues:-1} numtxqueues ${queues:-1}"
        ip link add sw1 $ends type veth peer name sw0 netns $other $ends
        ip link set sw1 up
        peer ip link set sw0 up
        peer ip address add 198.18.0.1/24 dev sw0
        take() { serve --link ${link:-packet} --interface sw1 "$@"; }
        reached() {
          for i in {1..300}; do
            peer curl -s -o /dev/null --max-time 1 ${1:-$url}/ && return || sleep 0.1
          done
          false
        }

        """;
}
