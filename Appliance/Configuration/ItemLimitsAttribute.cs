using System.Globalization;

namespace Straightwire.Appliance.Configuration;

/// <summary>The most elements that a list may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemLimitsAttribute(int max) : Attribute
{
    /// <summary>The most.</summary>
    public int Max { get; } = max;

    /// <summary>What is wrong with a number of elements; null when nothing is.</summary>
    public string? Fault(int count) =>
        count > Max ? string.Create(CultureInfo.InvariantCulture, $"{count} are more than {Max}") : null;
}
