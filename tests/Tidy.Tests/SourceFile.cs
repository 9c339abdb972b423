namespace Straightwire.Tidy.Tests;

/// <summary>A C# source: its text, and its code with comments and literals blanked out.</summary>
internal sealed class SourceFile
{
    /// <summary>Reads a file.</summary>
    public SourceFile(string path)
        : this(Repository.Relative(path), File.ReadAllText(path))
    {
    }

    /// <summary>Takes a text as if it stood in a file.</summary>
    public SourceFile(string name, string text)
    {
        Name = name;
        Text = text;
        Code = CodeMask.Blank(text);
        Lines = text.Split('\n');
    }

    /// <summary>The path from the root, with slashes.</summary>
    public string Name { get; }

    /// <summary>As it stands on disk.</summary>
    public string Text { get; }

    /// <summary>
    /// As long as <see cref="Text"/>, with the same line ends; comments, literals and directives are spaces.
    /// </summary>
    public string Code { get; }

    /// <summary>Lines of <see cref="Text"/>.</summary>
    public string[] Lines { get; }

    /// <summary>The line, counted from 1, that a place in the text stands on.</summary>
    public int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;
}
