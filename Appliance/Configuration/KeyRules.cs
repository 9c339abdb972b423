using System.Globalization;
using Straightwire.Appliance.Passwords;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>What is wrong with a value, by what its key declares; null when nothing is.</summary>
public static class KeyRules
{
    private const int MessageMax = 1024;
    private const int ServerNameMax = 128;

    /// <summary>Of a number.</summary>
    public static string? Fault(KeyAttribute key, long value)
    {
        if (value < key.Min || value > key.Max)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{value} is outside {key.Min} to {key.Max}");
        }
        return key.IsPowerOfTwo && !long.IsPow2(value)
            ? string.Create(CultureInfo.InvariantCulture, $"{value} is no power of two")
            : null;
    }

    /// <summary>Of a time.</summary>
    public static string? Fault(KeyAttribute key, Duration value) =>
        key is { From: { } from, To: { } to }
        && (value.Value < Duration.Parse(from).Value || value.Value > Duration.Parse(to).Value)
            ? $"{value} is outside {from} to {to}"
            : null;

    /// <summary>Of a list with so many elements.</summary>
    public static string? ItemFault(KeyAttribute key, int count) => count > key.Items
        ? string.Create(CultureInfo.InvariantCulture, $"{count} are more than {key.Items}")
        : null;

    /// <summary>Of a text.</summary>
    public static string? Fault(KeyAttribute key, string text) => key.Format switch
    {
        KeyFormat.Address => Ipv4Address.TryParse(text, out _)
            ? null
            : $"'{text}' is no IPv4 address like 198.18.0.1",
        KeyFormat.Prefix => Ipv4Prefix.TryParse(text, out _)
            ? null
            : $"'{text}' is no IPv4 address with a prefix length, like 198.18.0.2/24",
        KeyFormat.Mac => MacAddress.TryParse(text, out MacAddress mac) && !mac.IsGroup && mac.Value != 0
            ? null
            : $"'{text}' is no Ethernet address of one station, like 02:53:57:00:00:01",
        KeyFormat.ServerName => text.Length <= ServerNameMax && text.All(c => c is >= ' ' and <= '~')
            ? null
            : "more than 128 characters, or others than printable ASCII",
        KeyFormat.PortRange => PortRange.TryParse(text, out _)
            ? null
            : $"'{text}' is no range of ports from 1024 to 65535, like 50000-50999",
        KeyFormat.Message => text.Length <= MessageMax && !text.Any(c => char.IsControl(c) && c != '\n')
            ? null
            : "more than 1024 characters, or control characters in it",
        KeyFormat.FileName => text.Length == 0 || ContentPath.IsName(text)
            ? null
            : $"'{text}' is no name of a file that the content can have",
        KeyFormat.ContentPath => ContentPath.TryMake(text, out _)
            ? null
            : $"'{text}' is no directory's path from the content's root, like /pub/",
        KeyFormat.UserName => UserNameFault(text),
        KeyFormat.PasswordHash => PasswordHash.TryParse(text, out _)
            ? null
            : "it is no password's hash; 'straightwire hash-password' makes one",
        KeyFormat.MediaType => MediaTypes.IsMediaType(text)
            ? null
            : $"'{text}' is no media type, like text/plain",
        KeyFormat.Charset => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? null
            : $"'{text}' is no encoding, like utf-8",
        KeyFormat.InterfaceName => IsInterfaceName(text)
            ? null
            : $"'{text}' is no interface name: 1 to 15 letters, digits, '-', '_' or '.'",
        _ => null,
    };

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
