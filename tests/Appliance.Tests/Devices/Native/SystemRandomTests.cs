using Straightwire.Devices.Native;

namespace Straightwire.Appliance.Tests.Devices.Native;

public sealed class SystemRandomTests
{
    [Test]
    public void Random_bytes_differ_and_fill_the_whole_span()
    {
        byte[] first = SystemRandom.Bytes(4096);

        Assert.That(first, Is.Not.EqualTo(SystemRandom.Bytes(4096)));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(200));
    }
}
