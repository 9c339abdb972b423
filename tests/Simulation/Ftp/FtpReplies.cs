namespace Straightwire.Simulation.Ftp;

/// <summary>
/// The replies on a control connection (RFC 959 §4.2), one after the other; throws
/// <see cref="SimulationException"/> at what is none.
/// </summary>
public sealed class FtpReplies(FtpConnection control)
{
    private int _heard;
    private string? _opening;

    /// <summary>Replies so far that end a command.</summary>
    public int FinalCount { get; private set; }

    /// <summary>The last line of the last reply.</summary>
    public string Last { get; private set; } = "";

    /// <summary>The code of the last reply; 0 before the first.</summary>
    public int Code =>
        Last.Length == 0 ? 0 : ((Last[0] - '0') * 100) + ((Last[1] - '0') * 10) + Last[2] - '0';

    /// <summary>Whether the last reply is preliminary: another one follows.</summary>
    public bool IsPreliminary => Code is >= 100 and < 200;

    /// <summary>Takes the next reply; false when it has not come as a whole.</summary>
    public bool TryNext()
    {
        while (control.EndOfLine(_heard) is var end and >= 0)
        {
            string line = control.Text(_heard, end);
            _heard = end;
            if (TryEnd(line))
            {
                Last = line;
                FinalCount += IsPreliminary ? 0 : 1;
                return true;
            }
        }
        return false;
    }

    private bool TryEnd(string line)
    {
        Require(line.EndsWith("\r\n", StringComparison.Ordinal), "a line ends with CRLF", line);
        if (_opening is { } opening)
        {
            bool ends = line.StartsWith(opening + " ", StringComparison.Ordinal);
            _opening = ends ? null : opening;
            return ends;
        }
        bool isCoded = line.Length >= 6 && line[0] is >= '1' and <= '5' && line[1] is >= '0' and <= '5'
            && char.IsAsciiDigit(line[2]) && line[3] is ' ' or '-';
        Require(isCoded, "a reply begins with a code", line);
        _opening = line[3] == '-' ? line[..3] : null;
        return _opening is null;
    }

    private static void Require(bool holds, string rule, string line)
    {
        if (!holds)
        {
            throw new SimulationException($"it does not hold that {rule}: \"{line}\"");
        }
    }
}
