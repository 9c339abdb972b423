using Straightwire.Appliance.Passwords;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>Says what a text stands for, and so what it must look like.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextFormatAttribute(TextKind kind) : Attribute
{
    /// <summary>What it stands for.</summary>
    public TextKind Kind { get; } = kind;

    /// <summary>What is wrong with a text; null when nothing is.</summary>
    public string? Fault(string text) => Kind switch
    {
        TextKind.Address => Ipv4Address.TryParse(text, out _)
            ? null
            : $"'{text}' is no IPv4 address like 198.18.0.1",
        TextKind.Prefix => Ipv4Prefix.TryParse(text, out _)
            ? null
            : $"'{text}' is no IPv4 address with a prefix length, like 198.18.0.2/24",
        TextKind.Mac => MacAddress.TryParse(text, out MacAddress mac) && !mac.IsGroup && mac.Value != 0
            ? null
            : $"'{text}' is no Ethernet address of one station, like 02:53:57:00:00:01",
        TextKind.ServerName => text.Length <= 128 && text.All(c => c is >= ' ' and <= '~')
            ? null
            : "more than 128 characters, or others than printable ASCII",
        TextKind.PortRange => PortRange.TryParse(text, out _)
            ? null
            : $"'{text}' is no range of ports from 1024 to 65535, like 50000-50999",
        TextKind.Message => text.Length <= MessageMax && !text.Any(c => char.IsControl(c) && c != '\n')
            ? null
            : "more than 1024 characters, or control characters in it",
        TextKind.FileName => text.Length == 0 || ContentPath.IsName(text)
            ? null
            : $"'{text}' is no name of a file that the content can have",
        TextKind.ContentPath => ContentPath.TryMake(text, out _)
            ? null
            : $"'{text}' is no directory's path from the content's root, like /pub/",
        TextKind.UserName => UserNameFault(text),
        TextKind.PasswordHash => PasswordHash.TryParse(text, out _)
            ? null
            : "it is no password's hash; 'straightwire hash-password' makes one",
        _ => IsInterfaceName(text)
            ? null
            : $"'{text}' is no interface name: 1 to 15 letters, digits, '-', '_' or '.'",
    };

    private const int MessageMax = 1024;

    private static string? UserNameFault(string text)
    {
        if (text.Length is 0 or > 64 || text.Any(char.IsControl) || text.Trim() != text)
        {
            return "a name has 1 to 64 characters, no control characters, and no blank at its ends";
        }
        return text.ToLowerInvariant() is "anonymous" or "ftp"
            ? $"{text} is the anonymous user's name; see anonymous and anonymousRoot"
            : null;
    }

    private static bool IsInterfaceName(string text) =>
        text.Length is >= 1 and <= 15
        && text is not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
