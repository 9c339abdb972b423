using Serilog.Core;
using Serilog.Events;

namespace Straightwire.Appliance.Text;

/// <summary>
/// Makes every text of a log event <see cref="PrintableText"/>, before any sink formats it, and tells an
/// exception likewise in the property <see cref="Fault"/>.
/// </summary>
internal sealed class PrintableProperties : ILogEventEnricher
{
    /// <summary>What templates show in place of the exception itself.</summary>
    public const string Fault = "Fault";

    /// <inheritdoc/>
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        List<LogEventProperty>? changed = null;
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            LogEventPropertyValue printable = Of(value);
            if (!ReferenceEquals(printable, value))
            {
                (changed ??= []).Add(new LogEventProperty(name, printable));
            }
        }
        changed?.ForEach(logEvent.AddOrUpdateProperty);
        if (logEvent.Exception is { } exception)
        {
            string text = PrintableText.Of(exception);
            logEvent.AddOrUpdateProperty(new LogEventProperty(Fault, new ScalarValue(text)));
        }
    }

    // The same value when it holds nothing to change.
    private static LogEventPropertyValue Of(LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: string text }:
                string printable = PrintableText.Of(text);
                return ReferenceEquals(printable, text) ? value : new ScalarValue(printable);
            case SequenceValue sequence:
                return new SequenceValue(sequence.Elements.Select(Of));
            case StructureValue structure:
                return new StructureValue(
                    structure.Properties.Select(each => new LogEventProperty(each.Name, Of(each.Value))),
                    structure.TypeTag);
            case DictionaryValue dictionary:
                return new DictionaryValue(dictionary.Elements.Select(each =>
                    KeyValuePair.Create((ScalarValue)Of(each.Key), Of(each.Value))));
            default:
                return value;
        }
    }
}
