namespace Straightwire.Devices.Native;

/// <summary>A program of classic BPF on a socket (SO_ATTACH_FILTER).</summary>
internal static unsafe class ClassicFilter
{
    /// <summary>Attaches one: negative when the kernel refuses, and errno says why.</summary>
    public static int Attach(int socket, ReadOnlySpan<FilterInstruction> code)
    {
        fixed (FilterInstruction* instructions = code)
        {
            var program = new FilterProgram { Length = (ushort)code.Length, Instructions = instructions };
            return Syscalls.SetSocketOption(
                socket, Syscalls.LevelSocket, Syscalls.AttachFilter, &program, (uint)sizeof(FilterProgram));
        }
    }
}
