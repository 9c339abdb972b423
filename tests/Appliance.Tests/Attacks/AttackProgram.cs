using System.Net;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>
/// Runs an attack twice beside honest clients and says what was not as it must be: each of the clients
/// served, during and after; the operators' port answers; memory as the run before left it, ± 2 MB.
/// </summary>
internal static class AttackProgram
{
    private const uint Server = 0xC612_0002;
    private const double MegabytesApart = 2;

    /// <summary>The attacks, by name.</summary>
    public static readonly IReadOnlyDictionary<string, Action<AttackGround>> Attacks =
        new Dictionary<string, Action<AttackGround>>
        {
            ["syns"] = FloodAttacks.Syns,
            ["strangers"] = FloodAttacks.Strangers,
            ["connections"] = FloodAttacks.Connections,
            ["fragments"] = FloodAttacks.Fragments,
            ["arp"] = FloodAttacks.Arp,
            ["unfinished-heads"] = HoldAttacks.UnfinishedHeads,
            ["unread-redirects"] = HoldAttacks.UnreadRedirects,
            ["unread-answers"] = HoldAttacks.UnreadAnswers,
            ["slow-heads"] = HoldAttacks.SlowHeads,
            ["zero-windows"] = HoldAttacks.ZeroWindows,
            ["resets"] = SegmentAttacks.Resets,
            ["blind-data"] = SegmentAttacks.BlindData,
            ["sack-blocks"] = SegmentAttacks.SackBlocks,
            ["tiny-segments"] = SegmentAttacks.TinySegments,
            ["malformed"] = SegmentAttacks.Malformed,
        };

    /// <summary>0 when all is as it must be; prints what is not.</summary>
    public static async Task<int> Run(string name, string device, int serverProcess)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse("198.18.0.2"), 80);
        var honest = new HonestClients(endPoint);
        int before = await honest.Round();
        using var link = new RawLink(device, Server);
        var ground = new AttackGround(link, endPoint, serverProcess);
        ground.Expect(before == HonestClients.Count, $"{before} of 20 served before the attack");

        FloodAttacks.Warm(ground);
        double first = await Once(ground, honest, Attacks[name], "first");
        double second = await Once(ground, honest, Attacks[name], "second");
        double last = second;
        if (second - first > MegabytesApart)
        {
            // What the runtime compiled or collected late is there once; what leaks is there again.
            last = await Once(ground, honest, Attacks[name], "third");
            ground.Expect(last - second <= MegabytesApart, $"each run leaves {last - second:0.0} MB more");
        }
        foreach (string fault in ground.Faults)
        {
            Console.WriteLine(fault);
        }
        Console.WriteLine($"{name}: {first:0.0} MB after the first run, {last - first:+0.0;-0.0} MB");
        return ground.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task<double> Once(
        AttackGround ground, HonestClients honest, Action<AttackGround> attack, string which)
    {
        var attacking = Task.Run(() => attack(ground));
        await Task.WhenAny(attacking, Task.Delay(100));
        do
        {
            int during = await honest.Round();
            ground.Expect(during == HonestClients.Count, $"{during} of 20 served during the {which} run");
        }
        while (!attacking.IsCompleted);
        await attacking;
        await Task.Delay(1000);
        int after = await honest.Round();
        ground.Expect(after == HonestClients.Count, $"{after} of 20 served after the {which} run");
        ground.Expect(await honest.SeesMetrics(), $"no metrics after the {which} run");
        return ground.ResidentMegabytes();
    }
}
