namespace Straightwire.Devices.Bpf;

/// <summary>How much a load reads; it fills the rest of the register with zeros (RFC 9669 §5).</summary>
internal enum BpfSize : byte
{
    /// <summary>4 bytes.</summary>
    Word = 0x00,

    /// <summary>2 bytes.</summary>
    Half = 0x08,

    /// <summary>1 byte.</summary>
    Byte = 0x10,
}
