using System.Globalization;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;

namespace Straightwire.Appliance.Doctor;

/// <summary>What is to be served, and whether the machine has room for it.</summary>
internal static class ContentChecks
{
    /// <summary>Walks the content directory as a load does, and reads no file.</summary>
    public static IEnumerable<Finding> Run(ApplianceOptions options)
    {
        ContentOptions content = options.ToContent();
        var count = ContentCount.Of(content, out string? fault);
        if (fault is not null)
        {
            yield return new(Verdict.Fail, "content", fault);
            yield break;
        }
        yield return Content(content, count);
        foreach (Finding finding in LimitChecks.Findings(options, content, count))
        {
            yield return finding;
        }
        foreach (Finding finding in WatchChecks.Run(content, count.Directories))
        {
            yield return finding;
        }
        if (DeployDirectories.Advice(options) is { } advice)
        {
            yield return new(Verdict.Warn, "deploys", advice);
        }
    }

    private static Finding Content(ContentOptions content, ContentCount count)
    {
        string bytes = LimitChecks.Megabytes(count.SmallBytes + count.LargeBytes);
        string files = string.Create(
            CultureInfo.InvariantCulture, $"{content.Directory}: {count.Files} files, {bytes}");
        return (count.Files, count.LeftOut) switch
        {
            (var some, _) when some > content.Files => new(
                Verdict.Fail, "content", $"{files}, and content.files allows {content.Files}: raise it"),
            (0, _) => new(Verdict.Warn, "content", $"{files}: there is nothing to serve"),
            (_, > 0) => new(
                Verdict.Warn, "content",
                $"{files}; {count.LeftOut} names are left out: the log of serve says which"),
            _ => new(Verdict.Ok, "content", files),
        };
    }
}
