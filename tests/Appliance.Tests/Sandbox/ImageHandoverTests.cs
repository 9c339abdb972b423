using System.Reflection;
using System.Text.Json;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Sandbox;

/// <summary>What one image of the program leaves to the next.</summary>
[TestFixture]
public sealed class ImageHandoverTests
{
    [Test]
    public void Everything_that_a_grant_has_reaches_the_next_image()
    {
        ImageHandover left = Filled();

        ImageHandover taken = ImageHandover.Parse(left.ToText());

        foreach (PropertyInfo property in typeof(LinkGrant).GetProperties())
        {
            object? value = property.GetValue(left.Grant);
            Assert.That(Text(property.GetValue(taken.Grant)), Is.EqualTo(Text(value)), property.Name);
            Assert.That(
                Text(value),
                Is.Not.EqualTo(Text(Defaults(property.PropertyType))),
                $"{property.Name}: give it a value here that is not its default");
        }
        Assert.That(taken.Settings, Is.EqualTo(left.Settings));
        Assert.That((taken.Capture, taken.Manager), Is.EqualTo((7, 8)));
        Assert.That(taken.LandlockMissing, Is.EqualTo("no kernel"));
    }

    [Test]
    public void Every_descriptor_of_the_grant_stays_open() =>
        Assert.That(Filled().Descriptors, Is.EquivalentTo([3, 4, 5, 6, 7, 8, 9, 10, 11]));

    private static ImageHandover Filled()
    {
        _ = MacAddress.TryParse("02:00:00:00:00:07", out MacAddress mac);
        _ = Ipv4Prefix.TryParse("198.18.0.7/24", out Ipv4Prefix address);
        _ = Ipv4Address.TryParse("198.18.0.1", out Ipv4Address gateway);
        return new ImageHandover
        {
            Grant = new LinkGrant
            {
                Kind = LinkKind.Xdp,
                Interface = "eth7",
                Index = 7,
                Mode = "zero copy",
                Mtu = 1400,
                MtuMax = 1778,
                Offload = true,
                Offloads = new() { Segmentation = true, ScatterGather = false },
                SegmentationMaxBytes = 65_535,
                NeighborSegmentationMaxBytes = 262_130,
                Mac = mac,
                Address = address,
                Gateway = gateway,
                IsShared = true,
                IsPromiscuous = true,
                NeedsPrivilegeToAdopt = true,
                TrustsChecksums = true,
                HasUnfinishedChecksums = true,
                SilencesKernel = true,
                AddressCell = 11,
                Watch = [9, 10],
                Queues = [[3, 4], [5]],
                Held = [6],
                Notes = ["because"],
            },
            Settings = new() { ["http:port"] = "8080", ["http:serverName"] = "" },
            Capture = 7,
            Manager = 8,
            LandlockMissing = "no kernel",
        };
    }

    private static object? Defaults(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static string Text(object? value) =>
        value is null or Array ? JsonSerializer.Serialize(value) : value.ToString()!;
}
