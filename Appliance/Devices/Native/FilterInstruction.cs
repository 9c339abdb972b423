using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>One instruction of the classic BPF machine (struct sock_filter of linux/filter.h).</summary>
/// <param name="Code">What it does.</param>
/// <param name="IfTrue">Instructions to skip when a comparison holds.</param>
/// <param name="IfFalse">Instructions to skip when it does not.</param>
/// <param name="Value">Its operand.</param>
[StructLayout(LayoutKind.Sequential)]
internal record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
{
    /// <summary>Loads the word at its operand: of a frame, or of struct seccomp_data.</summary>
    public const ushort Load = 0x20;

    /// <summary>Compares for equality.</summary>
    public const ushort JumpIfEqual = 0x15;

    /// <summary>Compares, without sign.</summary>
    public const ushort JumpIfGreater = 0x25;

    /// <summary>Whether any bit of the operand is set.</summary>
    public const ushort JumpIfAnySet = 0x45;

    /// <summary>Ends with its operand.</summary>
    public const ushort Return = 0x06;
}
