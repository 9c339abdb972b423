using Straightwire.Stack.Rules;

namespace Straightwire.Devices.Bpf;

/// <summary>
/// Collects the instructions of an eBPF program (RFC 9669) and resolves its labels. A label is a number,
/// given before its place is known.
/// </summary>
internal sealed class BpfAssembler
{
    private const byte ClassLoadImmediate = 0x00;
    private const byte ClassLoad = 0x01;
    private const byte ClassArithmetic32 = 0x04;
    private const byte ClassJump = 0x05;
    private const byte ClassJump32 = 0x06;
    private const byte ClassArithmetic = 0x07;

    private const byte ModeMemory = 0x60;
    private const byte SizeDouble = 0x18;
    private const byte OperandRegister = 0x08;

    private const byte OperationAdd = 0x00;
    private const byte OperationAnd = 0x50;
    private const byte OperationShiftLeft = 0x60;
    private const byte OperationShiftRight = 0x70;
    private const byte OperationMove = 0xB0;
    private const byte OperationByteOrder = 0xD0;
    private const byte ToBigEndian = 0x08;

    private const byte JumpAlways = 0x00;
    private const byte JumpCall = 0x80;
    private const byte JumpExit = 0x90;

    private const byte SourceIsMap = 1;
    private const byte SourceIsMapValue = 2;
    private const int NoPlace = -1;

    private readonly List<BpfInstruction> _instructions = [];
    private readonly List<int> _places = [];
    private readonly List<(int Instruction, int Label)> _jumps = [];

    /// <summary>A label for <see cref="Place"/> and jumps.</summary>
    public int NewLabel()
    {
        _places.Add(NoPlace);
        return _places.Count - 1;
    }

    /// <summary>The label means what follows.</summary>
    public void Place(int label)
    {
        Invariant.Assert(_places[label] == NoPlace, "a label has one place");
        _places[label] = _instructions.Count;
    }

    /// <summary>Reads memory, in the machine's byte order.</summary>
    public void Load(BpfSize size, BpfRegister destination, BpfRegister address, int offset) =>
        Add((byte)(ClassLoad | ModeMemory | (byte)size), destination, address, offset, 0);

    /// <summary>Puts a map, by its descriptor, into a register: two instructions' room.</summary>
    public void LoadMap(BpfRegister destination, int map)
    {
        Add(ClassLoadImmediate | SizeDouble, destination, (BpfRegister)SourceIsMap, 0, map);
        Add(0, 0, 0, 0, 0);
    }

    /// <summary>
    /// Puts the address of the first place of an array into a register: two instructions' room.
    /// </summary>
    public void LoadMapValue(BpfRegister destination, int map)
    {
        Add(ClassLoadImmediate | SizeDouble, destination, (BpfRegister)SourceIsMapValue, 0, map);
        Add(0, 0, 0, 0, 0);
    }

    /// <summary>Copies a register of 64 bits to another one.</summary>
    public void Move(BpfRegister destination, BpfRegister source) =>
        Add(ClassArithmetic | OperationMove | OperandRegister, destination, source, 0, 0);

    /// <summary>Sets a register to a constant.</summary>
    public void Move(BpfRegister destination, int constant) =>
        Add(ClassArithmetic | OperationMove, destination, 0, 0, constant);

    /// <summary>Adds a register of 64 bits to another one.</summary>
    public void Add(BpfRegister destination, BpfRegister source) =>
        Add(ClassArithmetic | OperationAdd | OperandRegister, destination, source, 0, 0);

    /// <summary>Adds a constant to a register of 64 bits.</summary>
    public void Add(BpfRegister destination, int constant) =>
        Add(ClassArithmetic | OperationAdd, destination, 0, 0, constant);

    /// <summary>Keeps the bits of a mask in a register.</summary>
    public void And(BpfRegister destination, int constant) =>
        Add(ClassArithmetic | OperationAnd, destination, 0, 0, constant);

    /// <summary>Shifts to the left.</summary>
    public void ShiftLeft(BpfRegister destination, int bits) =>
        Add(ClassArithmetic | OperationShiftLeft, destination, 0, 0, bits);

    /// <summary>Shifts to the right, zeros coming in.</summary>
    public void ShiftRight(BpfRegister destination, int bits) =>
        Add(ClassArithmetic | OperationShiftRight, destination, 0, 0, bits);

    /// <summary>Makes a number of the 16 bits that were loaded in network order.</summary>
    public void FromNetwork16(BpfRegister destination) =>
        Add(ClassArithmetic32 | OperationByteOrder | ToBigEndian, destination, 0, 0, 16);

    /// <summary>Jumps to a label, whatever the registers hold.</summary>
    public void Jump(int label) => Jump(ClassJump | JumpAlways, 0, 0, 0, label);

    /// <summary>Jumps when two registers compare so.</summary>
    public void JumpIfRegister(
        BpfRegister left, BpfCondition condition, BpfRegister right, int label) =>
        Jump((byte)(ClassJump | OperandRegister | (byte)condition), left, right, 0, label);

    /// <summary>Jumps when the low 32 bits of a register and a constant compare so.</summary>
    public void JumpIf(BpfRegister left, BpfCondition condition, uint right, int label) =>
        Jump((byte)(ClassJump32 | (byte)condition), left, 0, (int)right, label);

    /// <summary>Calls one of the kernel's helpers.</summary>
    public void Call(int helper) => Add(ClassJump | JumpCall, 0, 0, 0, helper);

    /// <summary>Ends the program; R0 is its result.</summary>
    public void Exit() => Add(ClassJump | JumpExit, 0, 0, 0, 0);

    /// <summary>The program, every label in its place.</summary>
    public BpfInstruction[] Assemble()
    {
        BpfInstruction[] program = [.. _instructions];
        foreach ((int instruction, int label) in _jumps)
        {
            Invariant.Assert(_places[label] != NoPlace, "a label that is jumped to has a place");
            int distance = _places[label] - instruction - 1;
            program[instruction] = program[instruction] with { Offset = checked((short)distance) };
        }
        return program;
    }

    private void Jump(byte code, BpfRegister left, BpfRegister right, int constant, int label)
    {
        _jumps.Add((_instructions.Count, label));
        Add(code, left, right, 0, constant);
    }

    private void Add(byte code, BpfRegister destination, BpfRegister source, int offset, int immediate) =>
        _instructions.Add(new BpfInstruction(
            code, (byte)((byte)destination | ((byte)source << 4)), checked((short)offset), immediate));
}
