namespace Straightwire.Devices.Bpf;

/// <summary>
/// eBPF's registers: a call takes R1 to R5 and leaves its result in R0; R6 to R9 outlast it; R10 is the end
/// of the stack, and cannot be written.
/// </summary>
internal enum BpfRegister : byte
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
}
