namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// Scripts with a wire between the server and its clients, who are in a namespace of their own, and whose
/// interface sends every frame as a wire carries it: whole, with its checksum.
/// </summary>
internal static class RelayLab
{
    /// <summary>
    /// For <see cref="LabScript.Namespace"/>, with $link set to tap, packet, xdp or generic (XDP on a
    /// macvlan, which has none of its own).
    /// `take` starts the server, with options; `relay` then joins it to the
    /// client, with options of relay.py; `peer` runs a command beside the client, which has 198.18.0.3 on
    /// sw0; `reached` waits for the first answer; `damaged` ends the wire and tells its damaged frames;
    /// `metric` reads one.
    /// </summary>
    public const string Preamble = """
        unshare --net sleep 130 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
        peer() { nsenter --target $other --net -- "$@"; }
        ip link add r0 type veth peer name sw0 netns $other
        ip link set r0 up
        peer ip link set sw0 up
        peer ip address add 198.18.0.3/24 dev sw0
        peer ethtool -K sw0 tx off gro off >/dev/null
        end=r1
        if [ $link = tap ]; then
          end=straightwire
        else
          ip link add sw1 type veth peer name r1
          ip link set sw1 up
          ip link set r1 up
        fi
        take() {
          local where="--link $link --interface sw1 --address 198.18.0.2/24"
          if [ $link = tap ]; then
            # The relay hands on no larger frames: a cut one that bears FIN would end a transfer early.
            where="--link tap --set link.segmentBytes=65000"
          elif [ $link = generic ]; then
            ip link add link sw1 name sw2 type macvlan mode private
            ip link set sw2 up
            where="--link xdp --interface sw2 --address 198.18.0.2/24"
          fi
          serve $where --set server.shards=1 "$@"
          if [ $link = tap ]; then answers; fi
        }
        relay() {
          python3 "$clients/relay.py" $end r0 "$@" >relay.txt & wire=$!
          until grep -q ready relay.txt; do sleep 0.05; done
        }
        damaged() { kill $wire; wait $wire; tail -n 1 relay.txt; }
        reached() {
          for i in {1..100}; do
            peer curl -s -o /dev/null --max-time 1 $url/ && return || sleep 0.1
          done
          false
        }
        metric() {
          peer curl -sS --fail $url:9180/metrics | awk -v name="straightwire_$1" '$1 == name { print $2 }'
        }

        """;

    /// <summary>Ignores the test when it cannot be run.</summary>
    public static void Require(string link)
    {
        LabScript.Require("curl", "ethtool", "ip", "nsenter", "python3");
        if (link is "xdp" or "generic" && !Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root, not of a user namespace: run the tests as root.");
        }
    }
}
