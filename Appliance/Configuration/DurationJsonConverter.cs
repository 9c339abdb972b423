using System.Text.Json;
using System.Text.Json.Serialization;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Configuration;

/// <summary>Writes a <see cref="Duration"/> as its text.</summary>
public sealed class DurationJsonConverter : JsonConverter<Duration>
{
    /// <inheritdoc/>
    public override Duration Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Duration.TryParse(reader.GetString(), out Duration duration)
            ? duration
            : throw new JsonException("no duration");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
