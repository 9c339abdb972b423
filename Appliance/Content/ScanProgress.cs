using System.Diagnostics;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Counts what a scan shows to another one, and tells a person at a terminal when that takes long: in one
/// line that is written over, and is gone in the end.
/// </summary>
/// <param name="inner">Whom it is shown to.</param>
/// <param name="terminal">Where the line is written; null: nowhere.</param>
/// <param name="interval">How long it stays before it is told anew, and before it is told at all.</param>
internal sealed class ScanProgress(IScanned inner, TextWriter? terminal, TimeSpan interval)
    : IScanned, IDisposable
{
    private const string EraseLine = "\e[K";

    private long _toldAt = Stopwatch.GetTimestamp();
    private long _files;
    private bool _isTold;

    /// <inheritdoc/>
    public void Add(in FoundDirectory directory) => inner.Add(directory);

    /// <inheritdoc/>
    public void Add(List<FoundFile> files)
    {
        _files += files.Count;
        inner.Add(files);
        if (terminal is not null && Stopwatch.GetElapsedTime(_toldAt) >= interval)
        {
            // Whatever is written next is written over it.
            terminal.Write(
                FormattableString.Invariant($"reading the content: {_files:N0} files{EraseLine}\r"));
            (_toldAt, _isTold) = (Stopwatch.GetTimestamp(), true);
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_isTold)
        {
            terminal?.Write(EraseLine);
        }
    }
}
