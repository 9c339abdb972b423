using Straightwire.Appliance.Options;
using Straightwire.Devices.Processes;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Tests.Options;

public sealed class MemoryPlanTests
{
    [Test]
    public void The_sum_of_pools_and_content_is_told_with_what_to_lower()
    {
        var options = new ApplianceOptions
        {
            Server = new ServerSettings { Shards = 1, PoolFrames = 600_000, PoolFrameBytes = 1024 },
        };

        var plan = MemoryPlan.Of(options, 2_000_000_000, new MachineMemory(512_000_000, "memory.max"));

        Assert.That(plan.Fits, Is.False);
        Assert.That(plan.ToString(), Does.Contain("frames 614 MB").And.Contain("content 2,000 MB")
            .And.Contain("of memory.max 512 MB: lower content.packedBytes or content.packedFileBytes or "
                + "server.poolFrames"));
    }

    [Test]
    public void The_defaults_fit_into_a_quarter_of_a_gigabyte_and_into_all_above()
    {
        for (long bytes = 256 << 20; bytes < 64L << 30; bytes *= 2)
        {
            var memory = new MachineMemory(bytes, "memory.max");
            var defaults = new MemoryDefaults(memory);
            var options = new ApplianceOptions
            {
                Server = new ServerSettings { Shards = 1, PoolFrames = defaults.PoolFrames },
                Tcp = new TcpLimits { ReceiveBuffers = defaults.ReceiveBuffers },
            };

            var plan = MemoryPlan.Of(options, defaults.PackedBytes, memory);

            Assert.That(plan.Fits, Is.True, plan.ToString());
        }
    }

    [Test]
    public void Memory_is_the_least_of_the_machines_and_every_groups_above()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("straightwire-");
        try
        {
            Write("proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB\n");
            Assert.That(MachineMemory.Read(root.FullName).Bytes, Is.EqualTo(8_192_000_000));

            Write("proc/self/cgroup", "0::/system.slice/straightwire.service\n");
            Write("sys/fs/cgroup/system.slice/memory.max", "1000000000\n");
            Write("sys/fs/cgroup/system.slice/straightwire.service/memory.max", "max\n");
            Assert.That(
                MachineMemory.Read(root.FullName),
                Is.EqualTo(new MachineMemory(1_000_000_000, "memory.max")));

            Write("sys/fs/cgroup/memory.max", "900000000\n");
            Assert.That(MachineMemory.Read(root.FullName).Bytes, Is.EqualTo(900_000_000));

            Write("proc/self/cgroup", "4:cpu,memory:/docker/1\n");
            Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
            Write("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "700000000\n");
            Assert.That(
                MachineMemory.Read(root.FullName),
                Is.EqualTo(new MachineMemory(700_000_000, "memory.limit_in_bytes")));
        }
        finally
        {
            root.Delete(recursive: true);
        }

        void Write(string name, string text)
        {
            string path = Path.Combine(root.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    [Test]
    public void A_machine_that_tells_nothing_has_no_limit() =>
        Assert.That(MachineMemory.Read("/nowhere").Bytes, Is.EqualTo(long.MaxValue));
}
