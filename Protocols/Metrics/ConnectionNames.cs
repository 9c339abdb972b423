using System.Text.Json;

namespace Straightwire.Protocols.Metrics;

/// <summary>How the states of connections are told.</summary>
internal static class ConnectionNames
{
    /// <summary>A name of an enumeration: <c>FinWait1</c> is <c>fin-wait-1</c>, as RFC 9293 has it.</summary>
    public static string Of(string member)
    {
        string name = JsonNamingPolicy.KebabCaseLower.ConvertName(member);
        return char.IsAsciiDigit(name[^1]) && name[^2] != '-' ? name[..^1] + "-" + name[^1] : name;
    }

    /// <summary>The names of all members of an enumeration, each at its number.</summary>
    public static string[] All<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(Of)];
}
