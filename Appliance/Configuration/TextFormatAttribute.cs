namespace Straightwire.Appliance.Configuration;

/// <summary>Says what a text stands for, and so what it must look like.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextFormatAttribute(TextKind kind) : Attribute
{
    /// <summary>What it stands for.</summary>
    public TextKind Kind { get; } = kind;
}
