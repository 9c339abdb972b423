using System.Buffers;
using System.Globalization;
using Straightwire.Devices.Native;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// Names of files that are not whole yet. They are dot names, which are neither served nor uploaded to, and
/// of a form that nothing else has, so that those of a process that was killed can be told.
/// </summary>
/// <remarks>
/// A temporary file stands in the directory of its target. There it is on the target's file system whatever
/// is mounted where, and a process needs no right to the content's root when users may write below only.
/// </remarks>
internal sealed class TemporaryNames
{
    private const string Prefix = ".straightwire-upload-";
    private const int HexDigits = 16;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly string _process = Prefix
        + Convert.ToHexStringLower(SystemRandom.Bytes(HexDigits / 2)) + "-";
    private long _last;

    /// <summary>A name that no process has used.</summary>
    public string Next() =>
        _process + Interlocked.Increment(ref _last).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Whether a name is one of this process.</summary>
    public bool IsOwn(string name) => name.StartsWith(_process, StringComparison.Ordinal);

    /// <summary>Whether a name is a temporary file's of any process.</summary>
    public static bool IsTemporary(string name) =>
        name.Length == Prefix.Length + (2 * HexDigits) + 1
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name[Prefix.Length + HexDigits] == '-'
        && !name.AsSpan(Prefix.Length, HexDigits).ContainsAnyExcept(Hex)
        && !name.AsSpan(Prefix.Length + HexDigits + 1).ContainsAnyExcept(Hex);
}
