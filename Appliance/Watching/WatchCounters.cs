using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Watching;

/// <summary>What the watching of the content counts.</summary>
public sealed class WatchCounters
{
    /// <summary>Changes of names and files.</summary>
    [Counter("Notices of changes of the content.")]
    public long Changes;

    /// <summary>Notices lost.</summary>
    [Counter("Times that the kernel had more notices than it keeps, so that everything was looked at.")]
    public long Overflows;

    /// <summary>Whole looks.</summary>
    [Counter("Times that everything was looked at: too much had changed, or the directory was exchanged.")]
    public long Reloads;

    /// <summary>Looks put off.</summary>
    [Counter("Looks whose outcome was dropped, because what was looked at changed meanwhile.")]
    public long Disturbances;

    /// <summary>Looks without a notice.</summary>
    [Counter("Looks at what cannot be watched, or at everything as content.poll says.")]
    public long Polls;
}
