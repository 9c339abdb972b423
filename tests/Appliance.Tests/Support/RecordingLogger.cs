using Microsoft.Extensions.Logging;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>Keeps what is logged, as lines that begin with their level.</summary>
internal sealed class RecordingLogger : ILogger
{
    public List<string> Lines { get; } = [];

    public Action OnLine { get; init; } = () => { };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        Lines.Add($"{logLevel} {formatter(state, exception)}");
        OnLine();
    }
}
