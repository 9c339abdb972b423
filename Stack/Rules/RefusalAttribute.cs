namespace Straightwire.Stack.Rules;

/// <summary>
/// Declares a refusal: a member of an enumeration of what may be wrong with a request. Its name is the value
/// of the label that it is counted by.
/// </summary>
/// <param name="status">The status code of the answer.</param>
/// <param name="text">What is wrong, as part of a sentence, with its source.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class RefusalAttribute(int status, string text) : Attribute
{
    /// <summary>The status code of the answer.</summary>
    public int Status => status;

    /// <summary>What is wrong, as part of a sentence, with its source.</summary>
    public string Text => text;
}
