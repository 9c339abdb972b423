namespace Straightwire.Appliance.Configuration;

/// <summary>Rules between values of FTP's section that are each right by themselves.</summary>
public static class FtpRules
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options)
    {
        FtpSettings ftp = options.Ftp;
        if (ftp.LineBytes < ftp.CommandBytes)
        {
            yield return ("ftp:lineBytes", "less than ftp/commandBytes, which it is the limit beyond");
        }
        string? content = ContentDirectory.Find(options.Content.Directory);
        if (!HasDirectory(content, ftp.AnonymousRoot))
        {
            yield return ("ftp:anonymousRoot", $"the content has no directory '{ftp.AnonymousRoot}'");
        }
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < ftp.Users.Length; i++)
        {
            foreach ((string key, string message) in UserFaults(ftp.Users[i], i, names, content))
            {
                yield return (FormattableString.Invariant($"ftp:users:{i}{key}"), message);
            }
        }
    }

    private static IEnumerable<(string Key, string Message)> UserFaults(
        FtpUserSettings user, int place, Dictionary<string, int> names, string? content)
    {
        if (user.Name.Length == 0)
        {
            yield return ("", "a user needs a name");
        }
        else if (!names.TryAdd(user.Name, place))
        {
            yield return (":name", FormattableString.Invariant(
                $"{user.Name} is the name of ftp/users/{names[user.Name]} too"));
        }
        if (!HasDirectory(content, user.Root))
        {
            yield return (":root", $"the content has no directory '{user.Root}'");
        }
        FtpRight[] rights = user.Rights ?? [];
        if (rights.Distinct().Count() < rights.Length)
        {
            yield return (":rights", "a right is named twice");
        }
        if (user.PasswordHash is null && rights.Any(right => right is not (FtpRight.Read or FtpRight.List)))
        {
            yield return (":rights", "a user that may change something needs a passwordHash:"
                + " 'straightwire hash-password' makes one");
        }
    }

    private static bool HasDirectory(string? content, string root) =>
        content is null
        || (ContentPath.TryMake(root, out string path)
            && Directory.Exists(ContentPath.OnDisk(content, path)));
}
