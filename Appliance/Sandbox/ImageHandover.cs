using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Sandbox;

/// <summary>
/// What the privileged image of the program leaves to the sandboxed one, which can read no configuration and
/// open no link any more.
/// </summary>
public sealed record ImageHandover
{
    /// <summary>The link, with its descriptors open.</summary>
    public required LinkGrant Grant { get; init; }

    /// <summary>The configuration: keys, with ':' between their parts, and values.</summary>
    public required Dictionary<string, string> Settings { get; init; }

    /// <summary>The file that they came from, when there is one.</summary>
    public ConfigurationFile? ConfigurationFile { get; init; }

    /// <summary>The capture file's descriptor, when one is written.</summary>
    public int? Capture { get; init; }

    /// <summary>The socket of the service manager, when there is one.</summary>
    public int? Manager { get; init; }

    /// <summary>The server's secret, 32 bytes; null: it is drawn anew.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>Why the secret does not survive this start; null: it does.</summary>
    public string? SecretLost { get; init; }

    /// <summary>Why files are not restricted; null: they are.</summary>
    public string? LandlockMissing { get; init; }

    /// <summary>The descriptors that stay open for the next image.</summary>
    [JsonIgnore]
    public IEnumerable<int> Descriptors =>
    [
        .. Grant.Queues.SelectMany(queue => queue), .. Grant.Held, .. Grant.Watch,
        .. ((int?[])[Capture, Manager, Grant.AddressCell]).OfType<int>(),
    ];

    /// <summary>The values of a configuration, wherever they came from.</summary>
    public static Dictionary<string, string> SettingsOf(IConfiguration configuration) => configuration
        .AsEnumerable()
        .Where(pair => pair.Value is not null)
        .ToDictionary(pair => pair.Key, pair => pair.Value!);

    /// <summary>The text that is left.</summary>
    public byte[] ToText() => JsonSerializer.SerializeToUtf8Bytes(this, HandoverJson.Default.ImageHandover);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static ImageHandover Parse(byte[] text) =>
        JsonSerializer.Deserialize(text, HandoverJson.Default.ImageHandover)
        ?? throw new InvalidOperationException("an image leaves an object");
}

/// <summary>Made by the compiler, since a start has no time for reflection.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(MacConverter), typeof(AddressConverter), typeof(PrefixConverter)])]
[JsonSerializable(typeof(ImageHandover))]
internal sealed partial class HandoverJson : JsonSerializerContext;

/// <summary>An Ethernet address as text.</summary>
internal sealed class MacConverter : JsonConverter<MacAddress>
{
    /// <inheritdoc/>
    public override MacAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out MacAddress value) ? value : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>An address as text.</summary>
internal sealed class AddressConverter : JsonConverter<Ipv4Address>
{
    /// <inheritdoc/>
    public override Ipv4Address Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Ipv4Address.TryParse(reader.GetString(), out Ipv4Address value) ? value : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Ipv4Address value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>An address with its network as text.</summary>
internal sealed class PrefixConverter : JsonConverter<Ipv4Prefix>
{
    /// <inheritdoc/>
    public override Ipv4Prefix Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Ipv4Prefix.TryParse(reader.GetString(), out Ipv4Prefix value) ? value : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Ipv4Prefix value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
