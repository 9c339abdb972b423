using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Configuration;

/// <summary>The least and the most that a number may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LimitsAttribute(long min, long max) : Attribute
{
    /// <summary>The least.</summary>
    public long Min { get; } = min;

    /// <summary>The most.</summary>
    public long Max { get; } = max;

    /// <summary>Whether it must be a power of two.</summary>
    public bool PowerOfTwo { get; init; }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Fault(long value)
    {
        if (value < Min || value > Max)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value} is outside {Min} to {Max}");
        }
        return PowerOfTwo && !long.IsPow2(value)
            ? string.Create(CultureInfo.InvariantCulture, $"{value} is no power of two")
            : null;
    }
}

/// <summary>The least and the most that a duration may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationLimitsAttribute(string min, string max) : Attribute
{
    /// <summary>The least.</summary>
    public string Min { get; } = min;

    /// <summary>The most.</summary>
    public string Max { get; } = max;

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Fault(Duration value) =>
        value.Value < Duration.Parse(Min).Value || value.Value > Duration.Parse(Max).Value
            ? $"{value} is outside {Min} to {Max}"
            : null;
}

/// <summary>What a text stands for.</summary>
public enum TextKind
{
    /// <summary>An IPv4 address.</summary>
    Address,

    /// <summary>An IPv4 address with the length of its network's prefix.</summary>
    Prefix,

    /// <summary>An Ethernet address of one station.</summary>
    Mac,

    /// <summary>The name of a network interface.</summary>
    InterfaceName,

    /// <summary>The value of HTTP's Server field; empty for none.</summary>
    ServerName,
}

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
        _ => IsInterfaceName(text)
            ? null
            : $"'{text}' is no interface name: 1 to 15 letters, digits, '-', '_' or '.'",
    };

    private static bool IsInterfaceName(string text) =>
        text.Length is >= 1 and <= 15
        && text is not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
