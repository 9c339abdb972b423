namespace Straightwire.Devices.Bpf;

/// <summary>When a jump is taken; numbers are compared without sign (RFC 9669 §4.3).</summary>
internal enum BpfCondition : byte
{
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,

    /// <summary>Some bit of both operands is set.</summary>
    AnyBit = 0x40,
    NotEqual = 0x50,
    Less = 0xA0,
    LessOrEqual = 0xB0,
}
