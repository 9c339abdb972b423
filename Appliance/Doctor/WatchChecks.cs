using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Watching;
using Straightwire.Devices.Files;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Doctor;

/// <summary>Whether changes of the content can be seen when they happen.</summary>
internal static class WatchChecks
{
    private const string Setting = "/proc/sys/fs/inotify/max_user_watches";

    /// <summary>Judges what the machine allows, for content of so many directories.</summary>
    public static IEnumerable<Finding> Run(ContentOptions content, long directories)
    {
        if (!content.Watch)
        {
            yield break;
        }
        using SafeFileHandle? root = FileTree.OpenRoot(content.Directory, out _);
        if (root is not null && SilentFileSystems.NameOf(root) is { } name)
        {
            yield return new(
                Verdict.Warn, "changes",
                $"{content.Directory} is on {name}: what others change there is not told of, and is looked "
                    + $"for each {content.Poll ?? ContentWatch.PollDefault} (content.poll)");
            yield break;
        }
        if (File.Exists(Setting) && long.TryParse(File.ReadAllText(Setting), out long most))
        {
            yield return Watches(directories, most, content.Poll ?? ContentWatch.PollDefault);
        }
    }

    /// <summary>Each directory takes one watch, of those that a user may have.</summary>
    /// <param name="directories">Directories of the content.</param>
    /// <param name="most">Watches (fs.inotify.max_user_watches).</param>
    /// <param name="poll">How often the rest is looked at.</param>
    internal static Finding Watches(long directories, long most, Duration poll)
    {
        string both = string.Create(
            CultureInfo.InvariantCulture, $"{directories} directories, fs.inotify.max_user_watches {most}");
        return directories <= most
            ? new(Verdict.Ok, "changes", both)
            : new(
                Verdict.Warn, "changes",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{both}: changes in {directories - most} of them are seen within {poll} instead of at "
                        + $"once; raise it (sysctl -w fs.inotify.max_user_watches={2 * directories})"));
    }
}
