using Microsoft.Extensions.Configuration;
using Serilog.Core;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Hosting;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Tests.Text;

namespace Straightwire.Appliance.Tests.Hosting;

[NonParallelizable]
public sealed class LoggingTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void The_last_words_of_a_process_are_one_printable_line()
    {
        TextWriter before = Console.Error;
        var console = new StringWriter { NewLine = "\n" };
        Console.SetError(console);
        try
        {
            LastWords.Tell(PrintableTextTests.Hostile + "\n");
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.That(PrintableTextTests.Raw(console.ToString()), Is.Empty);
        Assert.That(console.ToString().Count(value => value == '\n'), Is.EqualTo(1));
    }

    [Test]
    public void No_sink_is_given_a_name_that_a_terminal_would_obey()
    {
        string own = Path.Combine(_directory, "own.log");
        string configured = Path.Combine(_directory, "configured.log");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["serilog:WriteTo:0:Name"] = "File",
                ["serilog:WriteTo:0:Args:path"] = configured,
                ["serilog:WriteTo:0:Args:outputTemplate"] = "{Level} {Message}{NewLine}",
            }).Build();
        TextWriter before = Console.Error;
        var console = new StringWriter();
        Console.SetError(console);
        try
        {
            using Logger log = Logging.Create(configuration, new LogSettings { File = own });
            log.Warning("Content {Path} is left out: {Reason:l}", PrintableTextTests.Hostile, "odd");
            log.Warning("{Names} {@Thing}", new[] { PrintableTextTests.Hostile }, new
            {
                Name = PrintableTextTests.Hostile,
                Map = new Dictionary<string, string> { [PrintableTextTests.Hostile] = "\u001b" },
            });
            log.Error(new IOException(PrintableTextTests.Hostile), "{Reason:l}", PrintableTextTests.Hostile);
        }
        finally
        {
            Console.SetError(before);
        }
        foreach (string text in new[]
        {
            console.ToString(), File.ReadAllText(own), File.ReadAllText(configured),
        })
        {
            Assert.That(PrintableTextTests.Raw(text), Is.Empty);
            Assert.That(text, Does.Match(@"Content ""?a\\x1B]0;x\\x07"));
            int lines = text == File.ReadAllText(configured) ? 3 : 4;
            Assert.That(text.Count(value => value == '\n'), Is.EqualTo(lines), text);
        }
    }
}
