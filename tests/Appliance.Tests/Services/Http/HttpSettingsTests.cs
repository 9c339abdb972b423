using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Appliance.Tests.Services.Http;

public sealed class HttpSettingsTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("straightwire-").FullName;
        Directory.CreateDirectory(Path.Combine(_directory, "www", "a", "b"));
        File.WriteAllText(Path.Combine(_directory, "www", "a", "404.html"), "");
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void A_site_has_its_own_rules_and_else_those_of_all()
    {
        ApplianceOptions options = Read("""
            {
              "content": { "mediaTypes": { ".sig": "application/pgp-signature", "BUILD": "text/plain" } },
              "http": {
                "site": { "cache": "1h", "cleanUrls": "serve" },
                "sites": [
                  { "hosts": ["a"], "root": "/a/", "cache": "auto", "errors": { "404": "/404.html" },
                    "headers": [{ "match": "*.js", "set": { "X-A": "1", "X-B": null }, "on": "ok" }] },
                  { "default": true, "index": [], "security": false }
                ]
              }
            }
            """);

        SiteRules common = options.Http.Site.Or(SiteRules.Usual);
        SiteRules first = options.Http.Sites[0].Or(common);
        SiteRules second = options.Http.Sites[1].Or(common);
        Assert.That((first.Cache, second.Cache), Is.EqualTo(("auto", "1h")));
        Assert.That((first.CleanUrls, first.Security, second.Security),
            Is.EqualTo(((CleanUrls?)CleanUrls.Serve, true, false)));
        Assert.That((first.Index, second.Index), Is.EqualTo((new[] { "index.html" }, Array.Empty<string>())));
        Assert.That(first.Errors, Is.EqualTo(new Dictionary<string, string> { ["404"] = "/404.html" }));
        HeaderRule rule = first.Headers!.Single();
        Assert.That((rule.Match, rule.On, rule.Cache), Is.EqualTo(("*.js", HeaderScope.Ok, (string?)null)));
        Assert.That(rule.Set, Is.EqualTo(new Dictionary<string, string?> { ["X-A"] = "1", ["X-B"] = null }));
        Assert.That(options.Content.MediaTypes[".sig"], Is.EqualTo("application/pgp-signature"));
    }

    [Test]
    public void Faults_of_sites_are_told_with_their_places()
    {
        string[] faults = FaultsOf("""
            {
              "content": { "mediaTypes": { ".sig": "pgp" }, "charset": "utf 8" },
              "http": {
                "sites": [
                  { "hosts": "a" },
                  { "host": ["a"] },
                  { "headers": [{ "set": "X-A: 1" }, { "set": { "X": { "Y": 1 } } }] },
                  { "errors": { "404": null }, "cleanUrls": "on" }
                ]
              }
            }
            """);

        string[] expected =
        [
            "/content/mediaTypes/.sig: 'pgp' is no media type",
            "/content/charset: 'utf 8' is no encoding",
            "/http/sites/0/hosts: 'a' stands where an array is expected",
            "/http/sites/1/host: unknown key; did you mean \"hosts\"?",
            "/http/sites/2/headers/0/set: 'X-A: 1' stands where an object is expected",
            "/http/sites/2/headers/1/set/X: an object or array stands where one value is expected",
            "/http/sites/3/errors/404: null is no value for it",
            "/http/sites/3/cleanUrls: 'on' is none of off, serve, redirect",
        ];
        Assert.That(faults, Has.Length.EqualTo(expected.Length), string.Join('\n', faults));
        foreach (string fault in expected)
        {
            Assert.That(faults, Has.One.Contains(fault));
        }
    }

    [Test]
    public void What_sites_name_and_is_not_there_is_told()
    {
        string[] faults = FaultsOf($$"""
            {
              "http": {
                "site": { "fallback": "/app.html" },
                "sites": [
                  { "hosts": ["a"], "root": "a", "errors": { "404": "/404.html", "5xx": "/500.html" } },
                  { "hosts": ["A."], "root": "missing" },
                  { "hosts": ["c"], "root": "{{_directory}}" },
                  { "hosts": ["d"], "headers": [{ "match": "/{a", "cache": "1h" }] }
                ]
              }
            }
            """);

        string[] expected =
        [
            "/http/sites/0/fallback: the site has no file '/app.html'",
            "/http/sites/0/errors/5xx: the site has no file '/500.html'",
            "/http/sites/1/hosts/0: 'A.' is /http/sites/0/hosts/0 too",
            "/http/sites/1/root: the content has no directory 'missing'",
            ": what is served lies within content/directory",
            "/http/sites/3/fallback: the site has no file",
            "/http/sites/3/headers/0/match: column 2: '{' is not closed",
        ];
        Assert.That(faults, Has.Length.EqualTo(expected.Length), string.Join('\n', faults));
        foreach (string fault in expected)
        {
            Assert.That(faults, Has.One.Contains(fault));
        }
    }

    private ApplianceOptions Read(string json)
    {
        ApplianceOptions? options = OptionsReader.TryRead(Build(json), out var faults);
        Assert.That(options, Is.Not.Null, string.Join('\n', faults));
        return options!;
    }

    private string[] FaultsOf(string json)
    {
        Assert.That(OptionsReader.TryRead(Build(json), out var faults), Is.Null);
        return [.. faults.Select(fault => (fault with { Place = null }).ToString())];
    }

    private IConfigurationRoot Build(string json)
    {
        string file = Path.Combine(_directory, "appliance.json");
        File.WriteAllText(file, json);
        string content = Path.Combine(_directory, "www");
        return ConfigurationSources.TryBuild([], file, new() { ["content:directory"] = content }, out _)!;
    }
}
