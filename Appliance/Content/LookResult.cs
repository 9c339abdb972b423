namespace Straightwire.Appliance.Content;

/// <summary>What became of a look at content that may have changed.</summary>
internal enum LookResult
{
    /// <summary>The newest generation has what was found.</summary>
    Done,

    /// <summary>
    /// What was looked at changed meanwhile, so that what was found may be half of a change: nothing of it is
    /// served.
    /// </summary>
    Disturbed,

    /// <summary>The store serves nothing any more.</summary>
    Ended,
}
