using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Patterns of names: <c>*</c> any characters, <c>?</c> one, <c>[a-z]</c> one of a set and <c>[!a-z]</c> or
/// <c>[^a-z]</c> one that is not in it. Characters are UTF-8 ones. A bracket that none closes stands for
/// itself.
/// </summary>
internal static class GlobPattern
{
    /// <summary>Bytes of the longest pattern, which bounds the work that a directory's names make.</summary>
    public const int BytesMax = 255;

    /// <summary>Whether it is a pattern, and not a name only.</summary>
    public static bool IsPattern(ReadOnlySpan<byte> text)
    {
        if (text.Length > BytesMax)
        {
            return false;
        }
        if (text.ContainsAny((byte)'*', (byte)'?'))
        {
            return true;
        }
        int open = text.IndexOf((byte)'[');
        return open >= 0 && ClassLength(text[open..]) > 0;
    }

    /// <summary>
    /// Whether a pattern matches the whole of a name. Only the last star is ever tried anew, so that the work
    /// is at most the product of the two lengths. A pattern longer than <see cref="BytesMax"/> matches
    /// nothing.
    /// </summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        if (pattern.Length > BytesMax)
        {
            return false;
        }
        int at = 0;
        int behindStar = -1;
        int retryAt = 0;
        int nameAt = 0;
        while (nameAt < name.Length)
        {
            if (at < pattern.Length && pattern[at] == (byte)'*')
            {
                at++;
                behindStar = at;
                retryAt = nameAt;
            }
            else if (at < pattern.Length
                && TakesOne(pattern[at..], name[nameAt..], out int used, out int took))
            {
                at += used;
                nameAt += took;
            }
            else if (behindStar >= 0)
            {
                at = behindStar;
                Rune.DecodeFromUtf8(name[retryAt..], out _, out int skipped);
                retryAt += skipped;
                nameAt = retryAt;
            }
            else
            {
                return false;
            }
        }
        return pattern[at..].TrimStart((byte)'*').IsEmpty;
    }

    // Whether the pattern's first element, which is no star, takes the name's first character.
    private static bool TakesOne(
        ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name, out int used, out int took)
    {
        used = 1;
        took = 1;
        if (pattern[0] == (byte)'?')
        {
            Rune.DecodeFromUtf8(name, out _, out took);
            return true;
        }
        int classLength = pattern[0] == (byte)'[' ? ClassLength(pattern) : 0;
        if (classLength == 0)
        {
            return pattern[0] == name[0];
        }
        used = classLength;
        Rune.DecodeFromUtf8(name, out Rune character, out took);
        bool isNegated = IsNegation(pattern[1]);
        return Contains(pattern[(isNegated ? 2 : 1)..(classLength - 1)], character) != isNegated;
    }

    // Bytes of the class that begins with a bracket, or 0 when it has no end. A bracket that closes is a
    // member when it comes first, for a class is not empty.
    private static int ClassLength(ReadOnlySpan<byte> pattern)
    {
        int first = pattern.Length > 1 && IsNegation(pattern[1]) ? 2 : 1;
        if (first + 1 >= pattern.Length)
        {
            return 0;
        }
        int close = pattern[(first + 1)..].IndexOf((byte)']');
        return close < 0 ? 0 : first + 1 + close + 1;
    }

    private static bool IsNegation(byte value) => value is (byte)'!' or (byte)'^';

    private static bool Contains(ReadOnlySpan<byte> members, Rune character)
    {
        while (!members.IsEmpty)
        {
            Rune.DecodeFromUtf8(members, out Rune low, out int length);
            members = members[length..];
            Rune high = low;
            if (members.Length > 1 && members[0] == (byte)'-')
            {
                Rune.DecodeFromUtf8(members[1..], out high, out length);
                members = members[(1 + length)..];
            }
            if (character >= low && character <= high)
            {
                return true;
            }
        }
        return false;
    }
}
