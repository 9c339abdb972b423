using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.CommandLine.Lab;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.CommandLine;

/// <summary>
/// The command line: `straightwire [serve] [DIR]`, `straightwire lab [DIR] [-- COMMAND…]`,
/// `straightwire doctor [DIR]` and `straightwire hash-password`.
/// </summary>
/// <param name="output">Where what was asked for is written: schema, configuration, help.</param>
/// <param name="error">Where faults are written.</param>
/// <param name="input">What hash-password reads; null: the terminal.</param>
/// <param name="kinds">The services that the program has; null: those of the catalogue.</param>
public sealed class Commands(
    TextWriter output,
    TextWriter error,
    TextReader? input = null,
    IReadOnlyList<ServiceKind>? kinds = null)
{
    private readonly IReadOnlyList<ServiceKind> _kinds = kinds ?? ServiceCatalog.Kinds;
    private readonly CommandOptions _options = new(kinds ?? ServiceCatalog.Kinds);

    /// <summary>Runs a command line and returns the exit status (<see cref="ExitCode"/>).</summary>
    public int Run(string[] args)
    {
        // What follows "--" is COMMAND's, whatever it looks like, so the parser never sees it.
        int dashes = Array.IndexOf(args, "--");
        string[] own = dashes < 0 ? args : args[..dashes];
        string[] command = dashes < 0 ? [] : args[(dashes + 1)..];

        RootCommand root = Build(
            doctor: result => Alone(result, (_, options) => new Examination(output).Run(options)),
            serve: result => Alone(result, Serve),
            lab: result => Execute(result, (configuration, options) => result.GetValue(_options.Inside)
                ? new LabInside(error).Run(configuration, options, command)
                : new LabOutside(error).Run(own, command), isLab: true));
        if (Misspelling.Find(root, own) is { } misspelled)
        {
            return Refuse([misspelled]);
        }
        ParseResult result = root.Parse(own);
        return result.Errors.Count > 0
            ? Refuse(result.Errors.Select(e => e.Message))
            : result.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            });

        int Alone(ParseResult result, Func<IConfigurationRoot, ApplianceOptions, int> run) => dashes < 0
            ? Execute(result, run)
            : Refuse([$"only lab takes a command after \"--\": {string.Join(' ', command)}"]);
    }

    private static int Serve(IConfigurationRoot configuration, ApplianceOptions options) =>
        options.Server.Sandbox
            ? FirstImage.Run(configuration, options)
            : ServerHost.Run(configuration, options, ServerSignals.Take(ownsEnd: true));

    private int Execute(
        ParseResult result, Func<IConfigurationRoot, ApplianceOptions, int> run, bool isLab = false)
    {
        if (result.GetValue(_options.Licenses))
        {
            LicenseText.Write(output);
            return ExitCode.Ok;
        }
        if (result.GetValue(_options.PrintSchema))
        {
            output.WriteLine(OptionsSchema.Generate());
            return ExitCode.Ok;
        }
        if (result.GetValue(_options.PrintDefaults))
        {
            output.WriteLine(OptionsSchema.WriteDefaults());
            return ExitCode.Ok;
        }
        if (Configure(result, isLab) is not var (configuration, options))
        {
            return ExitCode.Usage;
        }
        if (result.GetValue(_options.Validate))
        {
            return Validate(options);
        }
        if (result.GetValue(_options.PrintConfig))
        {
            output.WriteLine(OptionsSchema.Write(options));
            return ExitCode.Ok;
        }
        return run(configuration, options);
    }

    private int Validate(ApplianceOptions options)
    {
        string[] faults = [.. LimitChecks.Faults(options)];
        foreach (string fault in faults)
        {
            error.WriteLine($"straightwire: {PrintableText.Of(fault)}");
        }
        if (faults.Length > 0)
        {
            return ExitCode.Usage;
        }
        output.WriteLine("ok");
        return ExitCode.Ok;
    }

    private (IConfigurationRoot Configuration, ApplianceOptions Options)? Configure(
        ParseResult result, bool isLab)
    {
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        string? fault = _options.Collect(result, overrides);
        if (fault is not null)
        {
            Refuse([fault]);
            return null;
        }

        IEnumerable<string> names = Environment.GetEnvironmentVariables().Keys.Cast<string>();
        Warn(result.GetValue(_options.Inside) ? [] : EnvironmentNames.Warnings(names, OptionsReader.Tree));

        // lab is quiet unless asked: COMMAND has the terminal.
        bool isQuiet = isLab && !result.GetValue(_options.Trace);
        Dictionary<string, string?> defaults = isQuiet ? new() { ["log:level"] = "warning" } : [];
        IConfigurationRoot? configuration = ConfigurationSources.TryBuild(
            defaults, result.GetValue(_options.Config), overrides, out ConfigurationFault? fileFault);
        if (configuration is null)
        {
            error.WriteLine($"straightwire: {PrintableText.Of($"{fileFault}")}");
            return null;
        }
        if (OptionsReader.TryRead(configuration, _kinds, out IReadOnlyList<ConfigurationFault> faults)
            is { } options)
        {
            // The outer half of lab has told them.
            Warn(result.GetValue(_options.Inside) ? [] : FileRules.Warnings(options));
            return (configuration, options);
        }
        foreach (ConfigurationFault each in faults)
        {
            error.WriteLine($"straightwire: {PrintableText.Of($"{each}")}");
        }
        return null;
    }

    private void Warn(IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            error.WriteLine($"straightwire: warning: {PrintableText.Of(message)}");
        }
    }

    private int Refuse(IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            error.WriteLine($"straightwire: {PrintableText.Of(message)}");
        }
        error.WriteLine("Try 'straightwire --help'.");
        return ExitCode.Usage;
    }

    private Command BuildHashPassword()
    {
        var command = new Command("hash-password", """
            Read a password (from a terminal twice, without showing it) and print its hash, for the
            passwordHash of a user in the configuration.
            """);
        var hashing = new HashPassword(output, error);
        command.SetAction(_ => input is null
            ? hashing.Ask(HashPassword.ReadHidden)
            : hashing.Run(input));
        return command;
    }

    private RootCommand Build(
        Func<ParseResult, int> doctor, Func<ParseResult, int> serve, Func<ParseResult, int> lab)
    {
        var root = new RootCommand(
            """
            Straightwire serves a directory over its own TCP/IP stack on a TAP of its own, or an interface
            that is there.

            Exit status: 0 ok, 1 failed while running, 2 command line or configuration at fault,
            3 link cannot be opened or is lost, 4 content cannot be read; lab ends with COMMAND's status.
            """);
        var serveCommand = new Command("serve", "Serve a directory (what happens without a command).");
        var labCommand = new Command("lab", """
            Serve inside a private network namespace, without root, and run COMMAND (default: a shell)
            beside the server: straightwire lab [DIR] [options] [-- COMMAND...]
            """);
        var doctorCommand = new Command("doctor", """
            Tell in advance whether serve would work with the same options, how well, and what to do: open the
            link for a moment, look at privileges, interface, ports, limits and content, and serve nothing.
            """);
        root.Subcommands.Add(serveCommand);
        root.Subcommands.Add(labCommand);
        root.Subcommands.Add(doctorCommand);
        root.Subcommands.Add(BuildHashPassword());
        foreach (ServiceKind kind in _kinds)
        {
            foreach (ServiceCommand each in kind.Commands)
            {
                var command = new Command(each.Name, each.Description);
                command.SetAction(result => Execute(
                    result, (_, options) => each.Run(kind.Plan(options), output, error)));
                root.Subcommands.Add(command);
            }
        }
        labCommand.Options.Add(_options.Inside);
        foreach (Option option in _options.Everywhere)
        {
            root.Options.Add(option);
        }
        foreach (Command command in (Command[])[root, serveCommand, labCommand, doctorCommand])
        {
            command.Arguments.Add(_options.Directory);
            command.SetAction(command == labCommand ? lab : command == doctorCommand ? doctor : serve);
        }
        return root;
    }
}
