using System.Runtime.InteropServices;
using System.Text;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Bpf;

/// <summary>Where a program runs (enum bpf_prog_type).</summary>
internal enum BpfProgramType : uint
{
    /// <summary>On a socket: the answer is how many bytes it gets.</summary>
    SocketFilter = 1,

    /// <summary>On an interface's way in or out, on socket buffers (tcx).</summary>
    Classifier = 3,

    /// <summary>On an interface's way in, before there is a socket buffer.</summary>
    Xdp = 6,
}

/// <summary>
/// bpf(2): loads programs, makes the maps that they look into, and attaches them. What it gives are
/// descriptors, closed on exec; the kernel keeps each thing until the last descriptor, and the last other
/// thing that uses it, is gone. Loading and attaching need CAP_BPF and CAP_NET_ADMIN (CAP_SYS_ADMIN before
/// Linux 5.8) in the first user namespace.
/// </summary>
internal static unsafe class BpfProgram
{
    /// <summary>
    /// BPF_F_XDP_HAS_FRAGS: the program does not mind that it sees only the first part of a long frame.
    /// </summary>
    public const uint TakesFragments = 1 << 5;

    private const uint ArrayMap = 2;
    private const uint XdpSocketMap = 17;
    private const uint IsMappable = 1 << 10;
    private const int LogLength = 1 << 20;
    private const uint Logged = 1;

    /// <summary>Loads a program; the descriptor.</summary>
    /// <exception cref="LinkException">
    /// The kernel refuses; the message has the verifier's words.
    /// </exception>
    public static int Load(BpfProgramType type, ReadOnlySpan<BpfInstruction> code, uint flags = 0)
    {
        int descriptor = Load(type, code, flags, log: []);
        if (descriptor >= 0)
        {
            return descriptor;
        }
        int error = NativeError.Last;
        byte[] log = new byte[LogLength];
        descriptor = Load(type, code, flags, log);
        if (descriptor >= 0)
        {
            return descriptor;
        }
        string words = Encoding.UTF8.GetString(log.AsSpan(0, Math.Max(0, log.IndexOf((byte)0)))).Trim();
        throw new LinkException(Fault("The program that tells our frames from others", error)
            + (words.Length == 0 ? "" : $" The verifier says:\n{words}"));
    }

    /// <summary>Makes a map of AF_XDP sockets by queue; the descriptor.</summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    public static int CreateSocketMap(int queues)
    {
        var attributes = new MapAttributes
        {
            Type = XdpSocketMap,
            KeySize = sizeof(uint),
            ValueSize = sizeof(uint),
            EntryMax = (uint)queues,
        };
        int map = Syscalls.Bpf(Syscalls.BpfMapCreate, &attributes, (uint)sizeof(MapAttributes));
        return map >= 0
            ? map
            : throw new LinkException(Fault("The map of AF_XDP sockets", NativeError.Last));
    }

    /// <summary>
    /// Makes a map of one place of so many bytes, which a process can map as memory; the descriptor.
    /// </summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    public static int CreateCell(int length)
    {
        var attributes = new MapAttributes
        {
            Type = ArrayMap,
            KeySize = sizeof(uint),
            ValueSize = (uint)length,
            EntryMax = 1,
            Flags = IsMappable,
        };
        int map = Syscalls.Bpf(Syscalls.BpfMapCreate, &attributes, (uint)sizeof(MapAttributes));
        return map >= 0
            ? map
            : throw new LinkException(Fault("The map of the server's address", NativeError.Last));
    }

    /// <summary>
    /// Puts a socket into a map; errno, or 0. Needs no privilege, but the map's descriptor.
    /// </summary>
    public static int Update(int map, uint key, uint value)
    {
        var attributes = new ElementAttributes { Map = (uint)map, Key = (ulong)&key, Value = (ulong)&value };
        return Syscalls.Bpf(
            Syscalls.BpfMapUpdate, &attributes, (uint)sizeof(ElementAttributes)) < 0 ? NativeError.Last : 0;
    }

    /// <summary>
    /// Attaches a program to an interface for as long as the descriptor that it answers is open; −1 when the
    /// kernel refuses, and errno says why.
    /// </summary>
    /// <param name="program">The descriptor of a loaded program.</param>
    /// <param name="index">The interface's index.</param>
    /// <param name="attachType">BPF_XDP and the like.</param>
    /// <param name="flags">What the type takes.</param>
    public static int TryAttach(int program, uint index, uint attachType, uint flags)
    {
        var attributes = new LinkAttributes
        {
            Program = (uint)program,
            Target = index,
            AttachType = attachType,
            Flags = flags,
        };
        return Syscalls.Bpf(Syscalls.BpfLinkCreate, &attributes, (uint)sizeof(LinkAttributes));
    }

    /// <summary>Runs a program on a frame of at least 14 bytes; its answer, or null with an errno.</summary>
    public static int? TestRun(int program, ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            var attributes = new TestAttributes
            {
                Program = (uint)program,
                InputLength = (uint)frame.Length,
                Input = (ulong)bytes,
                Repeat = 1,
            };
            int result = Syscalls.Bpf(Syscalls.BpfTestRun, &attributes, (uint)sizeof(TestAttributes));
            return result < 0 ? null : (int)attributes.Answer;
        }
    }

    private static int Load(
        BpfProgramType type, ReadOnlySpan<BpfInstruction> code, uint flags, Span<byte> log)
    {
        // None of the helpers asks for another licence; the kernel wants to be told one.
        fixed (byte* license = "MIT\0"u8)
        fixed (byte* logBytes = log)
        fixed (BpfInstruction* instructions = code)
        {
            var attributes = new ProgramAttributes
            {
                Type = (uint)type,
                InstructionCount = (uint)code.Length,
                Instructions = (ulong)instructions,
                License = (ulong)license,
                LogLevel = log.IsEmpty ? 0 : Logged,
                LogLength = (uint)log.Length,
                Log = (ulong)logBytes,
                Flags = flags,
            };
            "straightwire"u8.CopyTo(new Span<byte>(attributes.Name, ProgramAttributes.NameLength));
            return Syscalls.Bpf(Syscalls.BpfProgramLoad, &attributes, (uint)sizeof(ProgramAttributes));
        }
    }

    private static string Fault(string what, int error) => error switch
    {
        NativeError.NotPermitted =>
            $"{what} cannot be loaded into the kernel: run as root (a user namespace is not enough), or " +
            "give the process CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW.",
        NativeError.NoCall => $"{what} cannot be loaded: this kernel has no bpf(2).",
        _ => $"{what} is refused by the kernel: {NativeError.Describe(error)}.",
    };

    /// <summary>union bpf_attr of BPF_PROG_LOAD.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ProgramAttributes
    {
        public const int NameLength = 16;

        public uint Type;
        public uint InstructionCount;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogLength;
        public ulong Log;
        public uint KernelVersion;
        public uint Flags;
        public fixed byte Name[NameLength];
    }

    /// <summary>union bpf_attr of BPF_MAP_CREATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MapAttributes
    {
        public uint Type;
        public uint KeySize;
        public uint ValueSize;
        public uint EntryMax;
        public uint Flags;
    }

    /// <summary>union bpf_attr of BPF_MAP_UPDATE_ELEM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ElementAttributes
    {
        public uint Map;
        public uint Padding;
        public ulong Key;
        public ulong Value;
        public ulong Flags;
    }

    /// <summary>union bpf_attr of BPF_LINK_CREATE.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkAttributes
    {
        public uint Program;
        public uint Target;
        public uint AttachType;
        public uint Flags;
    }

    /// <summary>union bpf_attr of BPF_PROG_TEST_RUN.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TestAttributes
    {
        public uint Program;
        public uint Answer;
        public uint InputLength;
        public uint OutputLength;
        public ulong Input;
        public ulong Output;
        public uint Repeat;
        public uint Duration;
        public uint ContextInputLength;
        public uint ContextOutputLength;
        public ulong ContextInput;
        public ulong ContextOutput;
    }
}
