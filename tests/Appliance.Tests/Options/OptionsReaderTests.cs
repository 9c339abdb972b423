using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Appliance.Services.Http;

namespace Straightwire.Appliance.Tests.Options;

public sealed class OptionsReaderTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void All_faults_are_told_at_once_with_pointers_and_suggestions()
    {
        string[] faults = FaultsOf("""
            {
              // Comments and trailing commas are no faults.
              "http": { "prot": 80, "headBytes": "many", "idleTimeout": "10 parsecs" },
              "tcp": { "connections": 3, "congestion": "cubick", "initialWindow": [1, 2] },
              "port": 80,
              "network": 7,
              "link": { "name": "a name with spaces", "offload": null },
              "server": { "poolFrameBytes": 1000, "drainTimeout": "2h" },
            }
            """);

        Assert.That(faults, Is.EquivalentTo(new[]
        {
            "appliance.json:3:13: /http/prot: unknown key; did you mean \"port\"?",
            "appliance.json:3:25: /http/headBytes: 'many' is no whole number in range",
            "appliance.json:3:46: /http/idleTimeout: '10 parsecs' is no duration:"
                + " a number and us, ms, s, m or h, like \"10s\"",
            "appliance.json:4:12: /tcp/connections: 3 is outside 16 to 4194304",
            "appliance.json:4:30: /tcp/congestion: 'cubick' is none of cubic, newReno;"
                + " did you mean \"cubic\"?",
            "appliance.json:4:54: /tcp/initialWindow: an object or array stands where one value is expected",
            "appliance.json:5:3: /port: unknown key; did you mean /http/port?",
            "appliance.json:6:3: /network: '7' is no object with keys of its own",
            "appliance.json:7:13: /link/name: 'a name with spaces' is no interface name:"
                + " 1 to 15 letters, digits, '-', '_' or '.'",
            "appliance.json:7:43: /link/offload: null is no value for it",
            "appliance.json:8:15: /server/poolFrameBytes: 1000 is no power of two",
            "appliance.json:8:39: /server/drainTimeout: 2h is outside 0 to 1h",
        }));
    }

    [TestCase("network:address", "198.18.0.1/24", "defaults: /link/hostAddress: 198.18.0.1 is the server's")]
    [TestCase("network:address", "198.18.9.2/24", "defaults: /link/hostAddress: 198.18.0.1/24 and the")]
    [TestCase("network:gateway", "10.0.0.1", "command line: /network/gateway: 10.0.0.1 is no neighbour")]
    [TestCase("network:address", "198.18.0.255/24", "command line: /network/address: 198.18.0.255 is the")]
    [TestCase("network:address", "198.18.0.0/24", "command line: /network/address: 198.18.0.0 is the number")]
    [TestCase("link:hostAddress", "198.18.0.0/24", "command line: /link/hostAddress: 198.18.0.0 is the")]
    [TestCase("network:gateway", "198.18.0.255", "command line: /network/gateway: 198.18.0.255 is the")]
    [TestCase("link:interface", "eth0", "command line: /link/interface: a TAP is", "link:kind", "tap")]
    [TestCase("content:directory", "", "command line: /content/directory: it is empty")]
    [TestCase("server:pcap", "", "command line: /server/pcap: it is empty")]
    [TestCase("server:pcap", "/", "command line: /server/pcap: / is a directory")]
    [TestCase("server:pcap", "/nowhere/x", "command line: /server/pcap: there is no directory /nowhere")]
    [TestCase("log:file", "/", "command line: /log/file: / is a directory")]
    [TestCase("log:file", "/proc/version/x", "command line: /log/file: /proc/version is a file")]
    [TestCase("ftp:logs:json", "/nowhere/x", "command line: /ftp/logs/json: there is no directory")]
    [TestCase("server:sandboxRead:0", "", "command line: /server/sandboxRead/0: it names nothing")]
    [TestCase("http:targetBytes", "65536", "command line: /http/targetBytes: as much as http/headBytes")]
    [TestCase("tcp:sendSlicesPerConnection", "600", "command line: /tcp/sendSlicesPerConnection: more",
        "tcp:sendSlices", "64")]
    [TestCase("tcp:peer:connections", "100000", "command line: /tcp/peer/connections: more than")]
    [TestCase("tcp:peer:halfOpen", "10000", "command line: /tcp/peer/halfOpen: more than")]
    [TestCase("ip:reassembliesPerSource", "100", "command line: /ip/reassembliesPerSource: more than")]
    [TestCase("tcp:rtoMin", "2s", "command line: /tcp/rtoMin: more than tcp/rtoInitial")]
    [TestCase("ftp:uploads:blocksPerUpload", "1024", "command line: /ftp/uploads/blocksPerUpload: more than")]
    [TestCase(
        "server:poolFrames", "1048576", "command line: /server/poolFrames: 1048576 times 65536",
        "server:poolFrameBytes", "65536", "server:shards", "1")]
    [TestCase("HTTP_PORT", "81", "command line: /HTTP_PORT: unknown key; did you mean /http/port (STRAIGHT")]
    [TestCase("content:directory", "/nowhere", "command line: /content/directory: there is no directory")]
    [TestCase("tcp:timeWaitConnections", "70000", "command line: /tcp/timeWaitConnections: more than")]
    public void Values_that_are_right_alone_and_wrong_together_are_faults(
        string key, string value, string expected, params string[] others)
    {
        Dictionary<string, string?> overrides = new() { [key] = value };
        foreach (string[] pair in others.Chunk(2))
        {
            overrides[pair[0]] = pair[1];
        }

        string[] faults = FaultsOf("{}", overrides);

        Assert.That(faults, Has.Length.EqualTo(1), string.Join('\n', faults));
        Assert.That(faults[0], Does.StartWith(expected));
    }

    [Test]
    public void The_command_line_is_stronger_than_the_environment_and_that_than_the_file()
    {
        const string Variable = "STRAIGHTWIRE__HTTP__HEADERCOUNT";
        Environment.SetEnvironmentVariable(Variable, "60");
        try
        {
            ApplianceOptions options = Read(
                """{ "http": { "port": 1, "headerCount": 50, "headTimeout": "3s" } }""",
                new() { ["http:port"] = "2" });

            Assert.That(
                (options.Http.Port, options.Http.HeaderCount, options.Http.HeadTimeout.Milliseconds),
                Is.EqualTo((2, 60, 3000)));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Test]
    public void A_file_that_is_no_json_is_one_fault_that_names_its_line()
    {
        string file = Path.Combine(_directory, "broken.json");
        File.WriteAllText(file, "{\n  \"http\": {\n    \"port\" 80\n  }\n}");

        IConfigurationRoot? configuration = ConfigurationSources.TryBuild([], file, [], out var fault);

        Assert.That(configuration, Is.Null);
        Assert.That(fault?.ToString(), Does.StartWith(file + ":3:12: "));
    }

    [TestCase("", ":1:1: the file is empty")]
    [TestCase("[1]", ":1:1: an object, { … }, is expected")]
    [TestCase("{ \"http\": {\n \"port\": 1,\n\"port\": 2 } }", ":3:1: \"port\" is here a second time")]
    [TestCase("{ \"http\": { }", ":1:14: the file ends, and an object or array is not closed")]
    [TestCase("{ } { }", ":1:5: ")]
    public void What_is_wrong_with_a_file_has_a_place(string json, string expected)
    {
        string file = Path.Combine(_directory, "broken.json");
        File.WriteAllText(file, json);

        IConfigurationRoot? configuration = ConfigurationSources.TryBuild([], file, [], out var fault);

        Assert.That(configuration, Is.Null);
        Assert.That(fault?.ToString(), Does.StartWith(file + expected));
    }

    [Test]
    public void A_directory_in_a_files_place_is_told_to_be_one()
    {
        _ = ConfigurationSources.TryBuild([], _directory, [], out var fault);

        Assert.That(fault?.ToString(), Does.StartWith(_directory + ": it is a directory"));
    }

    [Test]
    public void A_file_in_a_directorys_place_is_told_to_be_one()
    {
        string file = Path.Combine(_directory, "index.html");
        File.WriteAllText(file, "");

        string[] faults = FaultsOf("{}", new() { ["content:directory"] = file });

        Assert.That(faults, Has.One.Contains("index.html is a file: name the directory that it is in"));
    }

    [Test]
    public void What_is_a_part_of_another_limit_follows_it_unless_it_is_set()
    {
        ApplianceOptions options = Read("""
            {
              "tcp": { "connections": 1000, "sendSlices": 64, "rtoInitial": "100ms" },
              "ip": { "reassemblies": 2 }, "http": { "headBytes": 1024 },
              "ftp": { "uploads": { "blocks": 4 } }
            }
            """, []);

        Assert.That(options.ToTcp().TimeWaitConnections, Is.EqualTo(500));
        Assert.That(options.ToTcp().HalfOpenConnections, Is.EqualTo(125));
        Assert.That(options.ToTcp().SendSlicesPerConnection, Is.EqualTo(64));
        Assert.That(options.ToTcp().RtoMin.Milliseconds, Is.EqualTo(100));
        Assert.That(options.ToIp().ReassembliesPerSource, Is.EqualTo(2));
        Assert.That(new HttpPlan(options.Http, options.ToPlanContext()).Options.TargetBytes, Is.EqualTo(512));
        Assert.That(FtpMapping.ToUploads(options.Ftp.Uploads).BlocksPerUpload, Is.EqualTo(4));
    }

    private ApplianceOptions Read(string json, Dictionary<string, string?> overrides)
    {
        ApplianceOptions? options = OptionsReader.TryRead(Build(json, overrides), out var faults);
        Assert.That(options, Is.Not.Null, string.Join('\n', faults));
        return options!;
    }

    private string[] FaultsOf(string json, Dictionary<string, string?>? overrides = null)
    {
        Assert.That(OptionsReader.TryRead(Build(json, overrides ?? []), out var faults), Is.Null);
        return [.. faults.Select(fault => fault.ToString())];
    }

    private IConfigurationRoot Build(string json, Dictionary<string, string?> overrides)
    {
        string file = Path.Combine(_directory, "appliance.json");
        File.WriteAllText(file, json);
        overrides.TryAdd("content:directory", _directory);
        IConfigurationRoot? configuration = ConfigurationSources.TryBuild([], file, overrides, out var fault);
        Assert.That(configuration, Is.Not.Null, fault?.ToString());
        return configuration!;
    }
}
