namespace Straightwire.Appliance.Configuration;

/// <summary>The most elements that a list may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemLimitsAttribute(int max) : Attribute
{
    /// <summary>The most.</summary>
    public int Max { get; } = max;
}
