using Straightwire.Devices;

namespace Straightwire.Appliance.Tests.Devices;

[TestFixture]
public sealed class CpuAffinityTests
{
    [Test]
    public void A_pinned_thread_leaves_the_process_its_processors()
    {
        int[] allowed = CpuAffinity.Allowed();
        int[] pinned = [];
        var thread = new Thread(() =>
        {
            CpuAffinity.PinCurrentThread(allowed[^1]);
            pinned = CpuAffinity.OfCurrentThread();
        });
        thread.Start();
        thread.Join();

        Assert.Multiple(() =>
        {
            Assert.That(pinned, Is.EqualTo(new[] { allowed[^1] }));
            Assert.That(CpuAffinity.Allowed(), Is.EqualTo(allowed));
            Assert.That(() => CpuAffinity.PinCurrentThread(8191), Throws.ArgumentException);
        });
    }
}
