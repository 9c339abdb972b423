using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Settings.Configuration;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Options;
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
    /// <exception cref="IOException">
    /// The file cannot be written, or the serilog section is at fault.
    /// </exception>
    public static Logger Create(IConfiguration configuration, LogSettings settings)
    {
        Troubles.Listen();
        try
        {
            return CreateAsConfigured(configuration, settings);
        }
        catch (Exception e) when (e is not (IOException or OutOfMemoryException))
        {
            // Serilog throws whatever its parts throw, of a section that only it understands.
            throw new IOException($"The section serilog is at fault: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>
    /// Tells why the server does not start: in the log, or without one where that is the reason.
    /// </summary>
    public static void Fatal(IConfiguration configuration, LogSettings settings, string reason)
    {
        try
        {
            using Logger log = Create(configuration, settings);
            log.Fatal("{Reason:l}", reason);
        }
        catch (IOException e)
        {
            LastWords.Tell(reason);
            if (e.Message != reason)
            {
                LastWords.Tell(e.Message);
            }
        }
    }

    private static Logger CreateAsConfigured(IConfiguration configuration, LogSettings settings)
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
            LogPlace.Touch(file);
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
