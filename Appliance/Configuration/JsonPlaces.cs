using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Where the keys of a JSON file stand, as editors and compilers tell it: line and column, both from 1.
/// </summary>
public sealed class JsonPlaces
{
    private readonly byte[] _text;
    private readonly Dictionary<string, int> _offsets = new(StringComparer.OrdinalIgnoreCase);

    private JsonPlaces(byte[] text) => _text = text;

    /// <summary>
    /// Reads a text in which comments and trailing commas are allowed. What is wrong with it is told as
    /// "line:column" and a sentence.
    /// </summary>
    public static JsonPlaces Read(ReadOnlySpan<byte> text, out (string Place, string Message)? fault)
    {
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        var places = new JsonPlaces((text.StartsWith(mark) ? text[mark.Length..] : text).ToArray());
        fault = places.Scan();
        return places;
    }

    /// <summary>"line:column" of a key, with ':' between its parts; null when the file has it not.</summary>
    public string? Of(string key)
    {
        // What a file has not by itself, as an element that is missing, stands where its parent does.
        while (!_offsets.ContainsKey(key))
        {
            int parent = key.LastIndexOf(':');
            if (parent < 0)
            {
                return null;
            }
            key = key[..parent];
        }
        return PlaceOf(_offsets[key]);
    }

    private (string Place, string Message)? Scan()
    {
        var reader = new Utf8JsonReader(_text, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return (PlaceOf((int)reader.TokenStartIndex), "an object, { … }, is expected");
            }
            return ScanObject(ref reader, "") ?? (reader.Read() ? Rest(in reader) : null);
        }
        catch (JsonException e)
        {
            string message = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            if (_text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                message = "the file is empty: {} is the least";
            }
            else if (reader.TokenStartIndex >= 0 && e.Message.Contains("depth to be zero"))
            {
                message = "the file ends, and an object or array is not closed";
            }
            return (PlaceOf(e.LineNumber ?? 0, e.BytePositionInLine ?? 0), message);
        }
        catch (InvalidOperationException)
        {
            return (PlaceOf((int)reader.TokenStartIndex), "this is no UTF-8");
        }
    }

    private (string Place, string Message) Rest(in Utf8JsonReader reader) =>
        (PlaceOf((int)reader.TokenStartIndex), "nothing is expected behind the object");

    private (string Place, string Message)? ScanObject(ref Utf8JsonReader reader, string path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            string key = path.Length == 0 ? name : $"{path}:{name}";
            int offset = (int)reader.TokenStartIndex;
            if (!_offsets.TryAdd(key, offset))
            {
                return (PlaceOf(offset), $"\"{name}\" is here a second time; first at {Of(key)}");
            }
            reader.Read();
            if (ScanValue(ref reader, key) is { } fault)
            {
                return fault;
            }
        }
        return null;
    }

    private (string Place, string Message)? ScanValue(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return ScanObject(ref reader, key);
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            string element = string.Create(CultureInfo.InvariantCulture, $"{key}:{i}");
            _offsets[element] = (int)reader.TokenStartIndex;
            if (ScanValue(ref reader, element) is { } fault)
            {
                return fault;
            }
        }
        return null;
    }

    private string PlaceOf(int offset)
    {
        ReadOnlySpan<byte> before = _text.AsSpan(0, Math.Min(offset, _text.Length));
        return PlaceOf(before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'));
    }

    private string PlaceOf(long line, long bytes)
    {
        ReadOnlySpan<byte> text = _text;
        for (long i = 0; i < line; i++)
        {
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        }
        int column = Encoding.UTF8.GetCharCount(text[..(int)Math.Min(bytes, text.Length)]);
        return string.Create(CultureInfo.InvariantCulture, $"{line + 1}:{column + 1}");
    }
}
