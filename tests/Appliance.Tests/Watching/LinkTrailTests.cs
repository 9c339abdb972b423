using Straightwire.Appliance.Tests.Content;
using Straightwire.Appliance.Watching;

namespace Straightwire.Appliance.Tests.Watching;

[Platform("Linux")]
public sealed class LinkTrailTests
{
    // (what is made, the path) → the names that it leads through, those that are told of anywhere starred
    [TestCase("mkdir a; touch a/x", "a/x", "/a /a/x*")]
    [TestCase("mkdir a; touch a/x; ln -s a/x l", "l", "/l* /a /a/x*")]
    [TestCase("mkdir a; ln -s ../x a/l; touch x", "a/l", "/a /a/l* /x*")]
    [TestCase("mkdir a b; ln -s a l; ln -s ../b/y a/x; touch b/y", "l/x", "/l* /a /a/x* /b /b/y*")]
    [TestCase("ln -s nowhere/x l", "l", "/l* /nowhere /nowhere/x*")]
    [TestCase("ln -s $PWD/x l; touch x", "l", "/l* /x*")]
    [TestCase("ln -s ./a/./x l; mkdir a; touch a/x", "l", "/l* /a /a/x*")]
    public void A_path_leads_through_names(string made, string path, string expected)
    {
        using var content = new ContentDirectory();
        content.Shell(made);
        List<string> within = [];
        List<string> elsewhere = [];
        LinkTrail.Follow(
            content.At(path), content.Root, (directory, name) => within.Add(Path.Combine(directory, name)));
        LinkTrail.Follow(
            content.At(path), null, (directory, name) => elsewhere.Add(Path.Combine(directory, name)));
        IEnumerable<string> names = within
            .Where(name => name.StartsWith(content.Root + "/", StringComparison.Ordinal))
            .Select(name => name[content.Root.Length..] + (elsewhere.Contains(name) ? "*" : ""));
        Assert.That(string.Join(' ', names), Is.EqualTo(expected));
    }

    [Test]
    public void Links_that_lead_to_each_other_end()
    {
        using var content = new ContentDirectory();
        content.Shell("ln -s b a; ln -s a b");
        int count = 0;
        LinkTrail.Follow(content.At("a"), content.Root, (_, _) => count++);
        Assert.That(count, Is.LessThan(100));
    }
}
