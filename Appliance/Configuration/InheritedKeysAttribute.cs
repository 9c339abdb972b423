namespace Straightwire.Appliance.Configuration;

/// <summary>Where the keys of a section that are another record's stand among its own.</summary>
/// <param name="after">The property behind which they stand.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InheritedKeysAttribute(string after) : Attribute
{
    /// <summary>The property behind which they stand.</summary>
    public string After => after;
}
