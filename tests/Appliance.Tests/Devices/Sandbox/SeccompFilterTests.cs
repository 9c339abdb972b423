using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Tests.Devices.Sandbox;

/// <summary>The filter, run by a machine of its own, for every architecture.</summary>
[TestFixture]
public sealed class SeccompFilterTests
{
    private const int Process = 4711;
    private const uint ThreadFlags = 0x003D0F00;
    private const uint NewUser = 0x10000000;
    private const uint ForkFlags = 17;

    [Test]
    public void Every_named_call_is_refused(
        [Values(Architecture.X64, Architecture.Arm64)] Architecture architecture)
    {
        foreach (SystemCall call in DeniedCalls.Always.Where(call => call.On(architecture) >= 0))
        {
            Assert.That(Run(architecture, call), Is.EqualTo(SeccompFilter.NotPermitted), call.Name);
        }
        Assert.That(Run(architecture, DeniedCalls.Clone3), Is.EqualTo(SeccompFilter.NoSuchCall));
    }

    [Test]
    public void Threads_are_made_and_processes_are_not(
        [Values(Architecture.X64, Architecture.Arm64)] Architecture architecture)
    {
        SystemCall clone = DeniedCalls.Clone;
        Assert.That(Run(architecture, clone, ThreadFlags), Is.EqualTo(SeccompFilter.Allow));
        Assert.That(Run(architecture, clone, ForkFlags), Is.EqualTo(SeccompFilter.NotPermitted));
        Assert.That(
            Run(architecture, clone, ThreadFlags | NewUser), Is.EqualTo(SeccompFilter.NotPermitted));
    }

    [Test]
    public void A_process_reaches_only_itself(
        [Values(Architecture.X64, Architecture.Arm64)] Architecture architecture)
    {
        foreach (SystemCall call in DeniedCalls.OnlyOnItself)
        {
            Assert.That(Run(architecture, call, Process), Is.EqualTo(SeccompFilter.Allow), call.Name);
            Assert.That(Run(architecture, call, 1), Is.EqualTo(SeccompFilter.NotPermitted), call.Name);
        }
    }

    [Test]
    public void Nothing_is_typed_into_a_terminal(
        [Values(Architecture.X64, Architecture.Arm64)] Architecture architecture)
    {
        SystemCall control = DeniedCalls.InputOutputControl;
        Assert.That(Run(architecture, control, 0, 0x5412), Is.EqualTo(SeccompFilter.NotPermitted));
        Assert.That(Run(architecture, control, 0, 0x541C), Is.EqualTo(SeccompFilter.NotPermitted));
        Assert.That(Run(architecture, control, 0, 0x5401), Is.EqualTo(SeccompFilter.Allow));
    }

    [Test]
    public void Memory_is_made_executable_by_a_program_that_makes_code_and_by_no_other(
        [Values(Architecture.X64, Architecture.Arm64)] Architecture architecture)
    {
        const uint Writable = 3;
        const uint Executable = 5;
        foreach (SystemCall call in DeniedCalls.NeverExecutable)
        {
            Assert.That(
                Run(architecture, call, c: Executable, makesCode: false),
                Is.EqualTo(SeccompFilter.NotPermitted), call.Name);
            Assert.That(
                Run(architecture, call, c: Writable, makesCode: false),
                Is.EqualTo(SeccompFilter.Allow), call.Name);
            Assert.That(
                Run(architecture, call, c: Executable), Is.EqualTo(SeccompFilter.Allow), call.Name);
        }
    }

    [TestCase(Architecture.X64, 0)]
    [TestCase(Architecture.X64, 9)]
    [TestCase(Architecture.X64, 20)]
    [TestCase(Architecture.X64, 202)]
    [TestCase(Architecture.X64, 257)]
    [TestCase(Architecture.Arm64, 56)]
    [TestCase(Architecture.Arm64, 66)]
    [TestCase(Architecture.Arm64, 98)]
    [TestCase(Architecture.Arm64, 222)]
    public void Reading_writing_mapping_and_waiting_go_on(Architecture architecture, int number) =>
        Assert.That(
            Run(architecture, new SystemCall("", number, number)), Is.EqualTo(SeccompFilter.Allow));

    [Test]
    public void Another_architecture_and_its_numbers_are_refused()
    {
        FilterInstruction[] filter = SeccompFilter.Build(Architecture.X64, Process, makesCode: true);
        const uint I386 = 0x40000003;

        Assert.That(Run(filter, I386, 3, 0, 0), Is.EqualTo(SeccompFilter.NotPermitted));
        Assert.That(
            Run(filter, SeccompFilter.ArchitectureArm64, 63, 0, 0), Is.EqualTo(SeccompFilter.NotPermitted));
        Assert.That(
            Run(filter, SeccompFilter.ArchitectureX64, SeccompFilter.X32 | 1, 0, 0),
            Is.EqualTo(SeccompFilter.NotPermitted));
    }

    [Test]
    public void What_a_later_kernel_adds_does_not_exist() => Assert.That(
        Run(Architecture.X64, new SystemCall("", DeniedCalls.LastKnown + 1, -1)),
        Is.EqualTo(SeccompFilter.NoSuchCall));

    private static uint Run(
        Architecture architecture, SystemCall call, uint a = 0, uint b = 0, uint c = 0,
        bool makesCode = true) => Run(
        SeccompFilter.Build(architecture, Process, makesCode),
        architecture == Architecture.Arm64 ? SeccompFilter.ArchitectureArm64 : SeccompFilter.ArchitectureX64,
        (uint)call.On(architecture), a, b, c);

    private static uint Run(
        FilterInstruction[] filter, uint architecture, uint number, uint a, uint b, uint c = 0)
    {
        uint[] data = [number, architecture, 0, 0, a, 0, b, 0, c, 0];
        uint loaded = 0;
        for (int at = 0; ; at++)
        {
            FilterInstruction each = filter[at];
            if (each.Code == FilterInstruction.Return)
            {
                return each.Value;
            }
            if (each.Code == FilterInstruction.Load)
            {
                loaded = data[each.Value / sizeof(uint)];
                continue;
            }
            bool holds = each.Code switch
            {
                FilterInstruction.JumpIfEqual => loaded == each.Value,
                FilterInstruction.JumpIfGreater => loaded > each.Value,
                FilterInstruction.JumpIfAnySet => (loaded & each.Value) != 0,
                _ => throw new InvalidOperationException($"instruction {each.Code}"),
            };
            at += holds ? each.IfTrue : each.IfFalse;
        }
    }
}
