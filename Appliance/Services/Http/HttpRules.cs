using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Services.Http;

/// <summary>Rules between values of HTTP's section that are each right by themselves.</summary>
internal static class HttpRules
{
    private static readonly HttpSettings Default = new();

    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    /// <param name="http">The section.</param>
    /// <param name="content">The content's directory; null: there is none.</param>
    internal static IEnumerable<(string Key, string Message)> Check(HttpSettings http, string? content)
    {
        // A part of another follows it as long as it has its default.
        if (http.TargetBytes >= http.HeadBytes && http.TargetBytes != Default.TargetBytes)
        {
            yield return ("http:targetBytes", "as much as http/headBytes or more, which it is part of");
        }
        foreach ((string Key, string Message) fault in http.Enabled ? LogFaults(http.Logs, content) : [])
        {
            yield return fault;
        }
    }

    private static IEnumerable<(string Key, string Message)> LogFaults(HttpLogOptions logs, string? content)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string? file) in logs.Files)
        {
            if (LogPlace.Fault(file, content) is { } fault)
            {
                yield return ($"http:logs:{name}", fault);
            }
            else if (file is not null && !names.TryAdd(Path.GetFullPath(file), name))
            {
                string other = names[Path.GetFullPath(file)];
                yield return ($"http:logs:{name}", $"{file} is http/logs/{other} too");
            }
        }
        string[] skipped = logs.Skip ?? [];
        for (int i = 0; i < skipped.Length; i++)
        {
            if (PathPattern.TryParse(skipped[i], out string fault) is null)
            {
                yield return (FormattableString.Invariant($"http:logs:skip:{i}"), fault);
            }
        }
    }
}
