using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Tests.Devices.Processes;

[TestFixture]
public sealed class CpuAffinityTests
{
    [Test]
    public void A_pinned_thread_leaves_the_process_its_processors()
    {
        int[] allowed = CpuAffinity.Allowed();
        string[] status = [];
        var thread = new Thread(() =>
        {
            CpuAffinity.PinCurrentThread(allowed[^1]);
            status = File.ReadAllLines("/proc/thread-self/status");
        });
        thread.Start();
        thread.Join();

        Assert.Multiple(() =>
        {
            Assert.That(status, Has.Member($"Cpus_allowed_list:\t{allowed[^1]}"));
            Assert.That(CpuAffinity.Allowed(), Is.EqualTo(allowed));
            Assert.That(() => CpuAffinity.PinCurrentThread(8191), Throws.ArgumentException);
        });
    }
}
