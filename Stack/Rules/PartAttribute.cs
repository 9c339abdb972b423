namespace Straightwire.Stack.Rules;

/// <summary>Declares a limit that no key sets, and of which each shard has its part.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PartAttribute : Attribute;
