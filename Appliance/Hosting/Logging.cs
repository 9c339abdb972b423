using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Settings.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Makes the log: standard error always (standard output is never the server's), a file when configured. All
/// that a line holds is <see cref="PrintableText"/>.
/// </summary>
public static class Logging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Fault:l}";

    private const string FileTemplate =
        "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Fault:l}";

    /// <summary>
    /// Creates it; the caller disposes it, which writes out what the file's sink still holds.
    /// </summary>
    /// <exception cref="InvalidOperationException">The serilog section names what is not there.</exception>
    public static Logger Create(IConfiguration configuration, LogSettings settings)
    {
        LoggerConfiguration logger = new LoggerConfiguration()
            .MinimumLevel.Is(settings.Level)
            .MinimumLevel.Override("Microsoft", Max(settings.Level, LogEventLevel.Warning))

            // A start that fails is told once, by whoever catches it, without a trace.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LevelAlias.Off)
            .Enrich.FromLogContext()
            .WriteTo.Console(
                outputTemplate: ConsoleTemplate,
                formatProvider: null,
                standardErrorFromLevel: LogEventLevel.Verbose);
        if (settings.File is { } file)
        {
            logger = logger.WriteTo.Async(sinks => sinks.File(
                file,
                outputTemplate: FileTemplate,
                formatProvider: null,
                fileSizeLimitBytes: settings.FileBytesMax,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: settings.FilesKept));
        }
        if (configuration.GetSection(OptionsReader.SerilogSection).Exists())
        {
            // A single-file program has no assemblies to search, so they are named.
            logger = logger.ReadFrom.Configuration(configuration, new ConfigurationReaderOptions(
                typeof(ConsoleLoggerConfigurationExtensions).Assembly,
                typeof(FileLoggerConfigurationExtensions).Assembly,
                typeof(LoggerConfigurationAsyncExtensions).Assembly)
            { SectionName = OptionsReader.SerilogSection });
        }

        // After all that adds properties: whatever is shown is printable.
        return logger.Enrich.With(new PrintableProperties()).CreateLogger();
    }

    private static LogEventLevel Max(LogEventLevel a, LogEventLevel b) => a > b ? a : b;
}
