using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Answers of one connection whose last octet is still to be acknowledged, in their order. A few are enough:
/// who asks for more at once reads no faster.
/// </summary>
internal sealed class OpenAnswers
{
    /// <summary>Most of one connection.</summary>
    public const int Max = 8;

    private readonly OpenAnswer[] _answers = new OpenAnswer[Max];
    private int _first;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The first of them: there is one.</summary>
    public ref readonly OpenAnswer First => ref _answers[_first];

    /// <summary>Adds one behind the others: there is room.</summary>
    public void Add(in OpenAnswer answer) => _answers[(_first + Count++) % Max] = answer;

    /// <summary>Forgets the first.</summary>
    public void Remove()
    {
        _first = (_first + 1) % Max;
        Count--;
    }
}

/// <summary>An answer that is under way.</summary>
/// <param name="AskedAt">When its request was complete.</param>
/// <param name="EndsAt">Bytes of the connection up to the answer's last one.</param>
/// <param name="Bytes">Bytes of its content, which are the last ones of those.</param>
/// <param name="Record">The number of its record; −1: there is none.</param>
internal readonly record struct OpenAnswer(Instant AskedAt, long EndsAt, long Bytes, int Record)
{
    /// <summary>How much of its content stands within the first bytes of the connection.</summary>
    public long AcknowledgedOf(long bytes) => Math.Clamp(bytes - (EndsAt - Bytes), 0, Bytes);
}
