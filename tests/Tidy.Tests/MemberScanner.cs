using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>A member of a type that holds statements or an expression body.</summary>
/// <param name="Header">The code before its body.</param>
/// <param name="FirstLine">
/// The line of the header's first character, attributes included, counted from 1.
/// </param>
/// <param name="LineCount">Lines from there to the end of the body.</param>
internal readonly record struct Member(string Header, int FirstLine, int LineCount);

/// <summary>
/// Finds the members of all types of a source by counting braces. Initial values (tables) and enum members
/// are not functions; local functions and lambdas belong to the member that holds them.
/// </summary>
internal sealed partial class MemberScanner
{
    private readonly SourceFile _source;
    private readonly List<Member> _members = [];
    private int _at;

    private MemberScanner(SourceFile source)
    {
        _source = source;
    }

    private string Code => _source.Code;

    /// <summary>All members with bodies.</summary>
    public static IReadOnlyList<Member> Scan(SourceFile source)
    {
        var scanner = new MemberScanner(source);
        scanner.Declarations();
        return scanner._members;
    }

    [GeneratedRegex(@"\b(class|struct|interface|record|namespace)\s")]
    private static partial Regex DeclaresScope();

    [GeneratedRegex(@"\benum\s")]
    private static partial Regex DeclaresEnum();

    [GeneratedRegex(@"\([^()]*\)|\[[^\[\]]*\]|\bwhere\s.*", RegexOptions.Singleline)]
    private static partial Regex Details();

    /// <summary>
    /// A header without parameters, attributes and constraints: what is left tells what it declares.
    /// </summary>
    private static string Outline(string header)
    {
        string outline = header;
        for (string before = ""; outline != before;)
        {
            before = outline;
            outline = Details().Replace(outline, " ");
        }
        return outline + " ";
    }

    /// <summary>Reads declarations up to the closing brace of their scope.</summary>
    private void Declarations()
    {
        while (_at < Code.Length)
        {
            if (char.IsWhiteSpace(Code[_at]) || Code[_at] == ';')
            {
                _at++;
            }
            else if (Code[_at] == '}')
            {
                _at++;
                return;
            }
            else
            {
                Declaration();
            }
        }
    }

    private void Declaration()
    {
        int start = _at;
        char opener = SkipHeader(out bool hasValue);
        string header = Code[start.._at];
        if (opener == '{' && !hasValue && DeclaresScope().IsMatch(Outline(header)))
        {
            _at++;
            Declarations();
            return;
        }
        bool bodied = opener is '{' or '>';
        bool endsAtSemicolon = hasValue || opener == '>';
        while (opener is not (';' or '\0'))
        {
            bool block = opener == '{';
            _at++;
            if (block)
            {
                SkipToClosing();
                // "{ get; } = value;" goes on behind its block.
                if (!endsAtSemicolon && !Code.AsSpan(_at).TrimStart().StartsWith('='))
                {
                    break;
                }
                endsAtSemicolon = true;
            }
            opener = SkipHeader(out _);
        }
        if (bodied && !hasValue && !DeclaresEnum().IsMatch(Outline(header)))
        {
            int first = _source.LineOf(start);
            int last = _source.LineOf(Math.Min(_at, Code.Length - 1));
            _members.Add(new Member(header.Trim(), first, last - first + 1));
        }
    }

    /// <summary>
    /// Goes on to the next ';', '{' or '=>' outside parentheses and brackets and says which ('>' for the
    /// arrow, '\0' at the end); <paramref name="hasValue"/> tells of an assignment before it.
    /// </summary>
    private char SkipHeader(out bool hasValue)
    {
        int depth = 0;
        int start = _at;
        hasValue = false;
        for (; _at < Code.Length; _at++)
        {
            char c = Code[_at];
            char next = _at + 1 < Code.Length ? Code[_at + 1] : '\0';
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == '{' && depth > 0)
            {
                _at++;
                SkipToClosing();
                _at--;
            }
            else if (depth > 0)
            {
                continue;
            }
            else if (c == '=' && next == '>')
            {
                return '>';
            }
            else if (c is ';' or '{' or '}')
            {
                return c == '}' ? ';' : c;
            }
            else if (c == '=' && !Code[start.._at].Contains("operator", StringComparison.Ordinal))
            {
                hasValue = true;
            }
        }
        return '\0';
    }

    /// <summary>From behind an opening brace to behind its closing one.</summary>
    private void SkipToClosing()
    {
        for (int depth = 1; _at < Code.Length && depth > 0; _at++)
        {
            depth += Code[_at] == '{' ? 1 : Code[_at] == '}' ? -1 : 0;
        }
    }
}
