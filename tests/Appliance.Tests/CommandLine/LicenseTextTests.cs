using System.Text.Json.Nodes;
using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Tests.CommandLine;

public sealed class LicenseTextTests
{
    [Test]
    public void Every_package_that_is_in_the_program_is_named_with_its_version()
    {
        using var output = new StringWriter();
        int status = new Commands(output, TextWriter.Null).Run(["--licenses"]);
        string text = output.ToString();

        Assert.That(status, Is.EqualTo(ExitCode.Ok));
        Assert.That(Packages(), Has.Length.GreaterThan(10));
        string[] expected =
        [
            .. Packages().Select(package => $"\n{package.Replace('/', ' ')}, "),
            "Permission is hereby granted, free of charge", "Apache License\n",
            "Mozilla Public License Version 2.0\n",
        ];
        Assert.That(
            expected.Where(part => !text.Contains(part, StringComparison.Ordinal)), Is.Empty,
            "write them into Appliance/Licenses/Notices.txt");
    }

    // "Name/version" of what is loaded from packages when the program runs.
    private static string[] Packages()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "straightwire.deps.json");
        JsonNode dependencies = JsonNode.Parse(File.ReadAllText(file))!;
        JsonObject libraries = dependencies["libraries"]!.AsObject();
        return
        [
            .. from library in dependencies["targets"]!.AsObject().First().Value!.AsObject()
               where library.Value!["runtime"] is not null
               where (string?)libraries[library.Key]!["type"] == "package"
               select library.Key,
        ];
    }
}
