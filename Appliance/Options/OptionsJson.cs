using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serilog.Events;
using Straightwire.Appliance.Addresses;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Options;

/// <summary>How options are written as JSON: by code that the compiler makes, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    Converters =
    [
        typeof(DurationJsonConverter),
        typeof(CamelCaseConverter<AddressLoss>), typeof(CamelCaseConverter<CongestionAlgorithm>),
        typeof(CamelCaseConverter<ContentTags>), typeof(CamelCaseConverter<ContentVerify>),
        typeof(CamelCaseConverter<EcnMode>), typeof(CamelCaseConverter<FtpRight>),
        typeof(CamelCaseConverter<LinkChoice>), typeof(CamelCaseConverter<LogEventLevel>),
        typeof(CamelCaseConverter<CleanUrls>), typeof(CamelCaseConverter<HeaderScope>),
        typeof(CamelCaseConverter<SlashPolicy>),
    ])]
[JsonSerializable(typeof(ApplianceOptions))]
internal sealed partial class OptionsJson : JsonSerializerContext
{
    private static OptionsJson? _readable;

    /// <summary>The one that is used: people read it, so that only what JSON demands is escaped.</summary>
    public static OptionsJson Readable => _readable ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>A choice by its name as configuration writes it.</summary>
internal sealed class CamelCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
