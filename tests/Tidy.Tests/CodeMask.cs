namespace Straightwire.Tidy.Tests;

/// <summary>
/// Blanks out what is not code in C#: comments, directives, characters and strings of every kind,
/// interpolated and raw ones too. What is left has the braces and words of the code in their places.
/// </summary>
internal sealed class CodeMask
{
    private readonly string _text;
    private readonly char[] _code;
    private int _at;

    private CodeMask(string text)
    {
        _text = text;
        _code = text.ToCharArray();
    }

    /// <summary>The text with spaces for all that is not code.</summary>
    public static string Blank(string text)
    {
        var mask = new CodeMask(text);
        mask.Code(holeEnd: 0);
        return new string(mask._code);
    }

    /// <summary>Goes over code: to the end, or to the closing braces of an interpolation's hole.</summary>
    private void Code(int holeEnd)
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            if (TrySkipLiteral())
            {
                continue;
            }
            char c = _text[_at];
            if (holeEnd > 0 && c == '}' && depth == 0)
            {
                return;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            _at++;
        }
    }

    private bool TrySkipLiteral()
    {
        ReadOnlySpan<char> rest = _text.AsSpan(_at);
        if (rest.StartsWith("//") || (rest[0] == '#' && LineIsBlankBefore(_at)))
        {
            SkipTo(_text.IndexOf('\n', _at));
        }
        else if (rest.StartsWith("/*"))
        {
            int end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            SkipTo(end < 0 ? end : end + 2);
        }
        else if (rest[0] == '\'')
        {
            Quoted('\'', verbatim: false, interpolated: false);
        }
        else if (rest[0] is '"' or '$' or '@')
        {
            return TrySkipString(rest);
        }
        else
        {
            return false;
        }
        return true;
    }

    private bool TrySkipString(ReadOnlySpan<char> rest)
    {
        int prefix = rest.IndexOfAnyExcept('$', '@');
        if (prefix < 0 || rest[prefix] != '"')
        {
            return false;
        }
        int dollars = rest[..prefix].Count('$');
        bool verbatim = rest[..prefix].Contains('@');
        int quotes = rest[prefix..].IndexOfAnyExcept('"');
        quotes = quotes < 0 ? rest.Length - prefix : quotes;
        int start = _at;
        _at += prefix;
        if (quotes >= 3 && !verbatim)
        {
            _at += quotes;
            Raw(quotes, dollars);
        }
        else
        {
            Quoted('"', verbatim, interpolated: dollars > 0);
        }
        BlankFrom(start);
        return true;
    }

    /// <summary>From an opening quote to behind the closing one.</summary>
    private void Quoted(char quote, bool verbatim, bool interpolated)
    {
        int start = _at++;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            bool doubled = _at + 1 < _text.Length && _text[_at + 1] == c;
            if (c == '\\' && !verbatim)
            {
                _at += 2;
            }
            else if ((c == quote && verbatim && doubled) || (c is '{' && interpolated && doubled))
            {
                _at += 2;
            }
            else if (c == quote || (c == '\n' && !verbatim && !interpolated))
            {
                _at++;
                break;
            }
            else
            {
                _at++;
                if (c == '{' && interpolated)
                {
                    Code(holeEnd: 1);
                }
            }
        }
        BlankFrom(start);
    }

    /// <summary>From behind the opening quotes of a raw string to behind the closing ones.</summary>
    private void Raw(int quotes, int dollars)
    {
        string end = new('"', quotes);
        string hole = new('{', Math.Max(dollars, 1));
        while (_at < _text.Length)
        {
            ReadOnlySpan<char> rest = _text.AsSpan(_at);
            if (rest.StartsWith(end))
            {
                _at += rest.IndexOfAnyExcept('"') is var n and > 0 ? n : rest.Length;
                return;
            }
            if (dollars > 0 && rest.StartsWith(hole))
            {
                _at += rest.IndexOfAnyExcept('{') is var n and > 0 ? n : rest.Length;
                Code(holeEnd: dollars);
                _at += dollars;
            }
            else
            {
                _at++;
            }
        }
    }

    private bool LineIsBlankBefore(int index)
    {
        int start = index == 0 ? 0 : _text.LastIndexOf('\n', index - 1) + 1;
        return _text.AsSpan(start, index - start).IsWhiteSpace();
    }

    private void SkipTo(int end)
    {
        int start = _at;
        _at = end < 0 ? _text.Length : end;
        BlankFrom(start);
    }

    private void BlankFrom(int start)
    {
        _at = Math.Min(_at, _text.Length);
        for (int i = start; i < _at; i++)
        {
            _code[i] = _code[i] == '\n' ? '\n' : ' ';
        }
    }
}
