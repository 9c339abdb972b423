using System.Runtime.InteropServices;

namespace Straightwire.Devices.Bpf;

/// <summary>An eBPF instruction (struct bpf_insn; RFC 9669 §3).</summary>
/// <param name="Code">Class, operation and where the second operand is.</param>
/// <param name="Registers">Destination in the low half, source in the high one.</param>
/// <param name="Offset">In bytes for memory, in instructions for jumps.</param>
/// <param name="Immediate">A constant operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate);
