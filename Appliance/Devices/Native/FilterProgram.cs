using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>A program of the classic BPF machine (struct sock_fprog of linux/filter.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FilterProgram
{
    /// <summary>How many instructions it has.</summary>
    public ushort Length;

    /// <summary>The first of them, in memory that stays where it is during the call.</summary>
    public FilterInstruction* Instructions;
}
