using System.Globalization;

namespace Straightwire.Stack.Time;

/// <summary>
/// A length of time as configuration writes it: a number and a unit, "20us", "500ms", "10s", "5m", "2h" or
/// "0".
/// </summary>
public readonly record struct Duration(TimeSpan Value)
{
    /// <summary>What the text looks like, as a regular expression.</summary>
    public const string Pattern = "^(0|[0-9]+(us|ms|s|m|h))$";

    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>The same in nanoseconds.</summary>
    public long Nanoseconds => Value.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Whole milliseconds, rounded down.</summary>
    public int Milliseconds => (int)Math.Min(Value.Ticks / TimeSpan.TicksPerMillisecond, int.MaxValue);

    /// <summary>A time of so many milliseconds.</summary>
    public static Duration OfMilliseconds(long milliseconds) =>
        new(TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>Reads a number and a unit.</summary>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        text = text?.Trim() ?? "";
        if (text == "0")
        {
            return true;
        }
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (digits < 1 || !long.TryParse(text[..digits], NumberStyles.None, culture, out long count))
        {
            return false;
        }
        foreach ((string suffix, long ticks) in Units)
        {
            if (text[digits..] == suffix && count <= long.MaxValue / ticks)
            {
                duration = new Duration(TimeSpan.FromTicks(count * ticks));
                return true;
            }
        }
        return false;
    }

    /// <summary>Reads a number and a unit; throws <see cref="FormatException"/> for anything else.</summary>
    public static Duration Parse(string text) =>
        TryParse(text, out Duration duration)
            ? duration
            : throw new FormatException($"'{text}' is no duration");

    /// <summary>The largest unit that divides it.</summary>
    public override string ToString()
    {
        for (int i = Units.Length - 1; i >= 0 && Value.Ticks != 0; i--)
        {
            if (Value.Ticks % Units[i].Ticks == 0)
            {
                return FormattableString.Invariant($"{Value.Ticks / Units[i].Ticks}{Units[i].Suffix}");
            }
        }
        return "0";
    }
}
