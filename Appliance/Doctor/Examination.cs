using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;

namespace Straightwire.Appliance.Doctor;

/// <summary>
/// `straightwire doctor`: tells in advance whether serve would work with the same options, how well, and what
/// to do.
/// </summary>
/// <param name="output">Where the findings go, a line each.</param>
public sealed class Examination(TextWriter output)
{
    /// <summary>
    /// Looks at everything; the exit status is the one that serve would end with, or 0 when it would work.
    /// </summary>
    public int Run(ApplianceOptions options)
    {
        Print(ProcessChecks.Run(options));
        bool isTap = options.Link.Interface is null || options.Link.Kind == LinkChoice.Tap;
        bool hasInterface = isTap || Print(InterfaceChecks.Run(options.ToInterface()));
        bool hasLink = hasInterface && Print(LinkChecks.Run(options));
        bool hasContent = Print(ContentChecks.Run(options));
        return (hasLink, hasContent) switch
        {
            (false, _) => ExitCode.Link,
            (_, false) => ExitCode.Content,
            _ => ExitCode.Ok,
        };
    }

    /// <summary>Whether none of them is a failure.</summary>
    private bool Print(IEnumerable<Finding> findings)
    {
        bool isWell = true;
        try
        {
            foreach (Finding finding in findings)
            {
                output.WriteLine(finding.ToString());
                isWell &= finding.Verdict != Verdict.Fail;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A /proc that hides things hides them from doctor alone: serve needs little of it.
            output.WriteLine(new Finding(Verdict.Warn, "doctor", $"cannot look further: {e.Message}"));
        }
        return isWell;
    }
}
