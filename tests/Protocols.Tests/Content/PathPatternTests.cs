using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Tests.Content;

internal sealed class PathPatternTests
{
    [TestCase("/d/**", "/d", true)]
    [TestCase("/d/**", "/d/", true)]
    [TestCase("/d/**", "/d/a", true)]
    [TestCase("/d/**", "/d/a/b/", true)]
    [TestCase("/d/**", "/da", false)]
    [TestCase("/d/**", "/", false)]
    [TestCase("/d/*", "/d/a", true)]
    [TestCase("/d/*", "/d", false)]
    [TestCase("/d/*", "/d/", false)]
    [TestCase("/d/*", "/d/a/", false)]
    [TestCase("/d/*", "/d/a/b", false)]
    [TestCase("/d/*/", "/d/a/", true)]
    [TestCase("/**", "/", true)]
    [TestCase("/**", "/a/b.c/", true)]
    [TestCase("/", "/", true)]
    [TestCase("/", "/a", false)]
    [TestCase("*.pdf", "/a.pdf", true)]
    [TestCase("*.pdf", "/a/b.pdf", true)]
    [TestCase("*.pdf", "/a.pdf/b", false)]
    [TestCase("*.pdf", "/a.PDF", false)]
    [TestCase("**/x", "/x", true)]
    [TestCase("**/x", "/a/b/x", true)]
    [TestCase("**/x", "/x/a", false)]
    [TestCase("**/x", "/ax", false)]
    [TestCase("/a/**/z", "/a/z", true)]
    [TestCase("/a/**/z", "/a/b/c/z", true)]
    [TestCase("/a/**/z", "/a/b/c/zz", false)]
    [TestCase("/**/b/**", "/a/b", true)]
    [TestCase("/**/b/**", "/b/c", true)]
    [TestCase("/**/b/**", "/a/c", false)]
    [TestCase("/**/a/**/a", "/a/b/a/c/a", true)]
    [TestCase("/**/a/**/a", "/a", false)]
    [TestCase("/:year/:name", "/2024/x", true)]
    [TestCase("/:year/:name", "/2024/", false)]
    [TestCase("/a:b", "/a:b", true)]
    [TestCase("/{a,b}/c", "/b/c", true)]
    [TestCase("/{a,b}/c", "/ab/c", false)]
    [TestCase("/x.{js,css,}", "/x.", true)]
    [TestCase("*.{js,css}", "/y/x.css", true)]
    [TestCase("/{a,b}{1,2}", "/b1", true)]
    [TestCase("/[a-c]?", "/bx", true)]
    [TestCase("/[!a-c]*", "/bx", false)]
    [TestCase("/ä*", "/äö", true)]
    [TestCase("/a b", "/a b", true)]
    [TestCase("/100%", "/100%", true)]
    [TestCase("/.well-known/*", "/.well-known/security.txt", true)]
    [TestCase("index.html", "/d/index.html", true)]
    public void A_pattern_meets_paths_at_its_edges(string pattern, string path, bool expected)
    {
        PathPattern? parsed = PathPattern.TryParse(pattern, out string fault);
        Assert.That(fault, Is.Empty);
        Assert.That(parsed!.Matches(Encoding.UTF8.GetBytes(path)), Is.EqualTo(expected));
        var found = new List<int>();
        new PathPatternSet([PathPattern.TryParse("/none", out _)!, parsed])
            .Find(Encoding.UTF8.GetBytes(path), found);
        Assert.That(found.Distinct(), Is.EqualTo(expected ? [1] : Array.Empty<int>()), "in a set");
    }

    [TestCase("", "1 to 1024")]
    [TestCase("a/b", "column 1: a pattern with a slash begins with one")]
    [TestCase("/a//b", "column 4: no path has '//'")]
    [TestCase("/a/../b", "column 4: no path has '.' or '..'")]
    [TestCase("/a/./b", "column 4: no path has '.' or '..'")]
    [TestCase("/**/a/**/b/**", "column 12: '**' stands in a pattern twice at most")]
    [TestCase("/a**", "column 2: '**' stands for whole segments")]
    [TestCase("**.js", "column 1: '**' stands for whole segments")]
    [TestCase("/a/{b", "column 4: '{' is not closed")]
    [TestCase("/a}", "column 3: '}' closes nothing")]
    [TestCase("/{a,{b}}", "column 5: no '{' stands between")]
    [TestCase("/a/.git/**", "column 4: nothing that begins with a dot is served")]
    [TestCase(".env", "column 1: nothing that begins with a dot is served")]
    [TestCase("/a%20b", "column 3: paths are decoded")]
    [TestCase("/a\\b", "column 3: no path has")]
    [TestCase("/a\nb", "column 3: no path has")]
    [TestCase("/{1,2,3,4,5,6,7,8,9}{1,2,3,4,5,6,7,8}", "more than 64")]
    public void What_is_no_pattern_is_told_with_its_column(string pattern, string expected)
    {
        Assert.That(PathPattern.TryParse(pattern, out string fault), Is.Null);
        Assert.That(fault, Does.Contain(expected));
    }

    // Trying every way to share a path among stars would not end.
    [TestCase("/**/a/**/a*a*a*a*b", "/a")]
    [TestCase("/**/*a*a*a*a*b", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Many_stars_make_no_exponential_work(string pattern, string part)
    {
        byte[] path = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, 8192 / part.Length)));
        Assert.That(PathPattern.TryParse(pattern, out _)!.Matches(path), Is.False);
        Assert.That(PathPattern.TryParse(pattern, out _)!.Matches([.. path, (byte)'b']),
            Is.EqualTo(pattern.StartsWith("/**/*", StringComparison.Ordinal)));
    }

    [Test]
    public void A_set_finds_what_each_of_its_patterns_meets()
    {
        string[] texts =
        [
            "/**", "/a/**", "/a/b", "/a/*/c", "*.js", "/a/b/**/x.js", "/{a,z}/b", "/a/b/", "**/b/**",
            "*.min.js", "x.js", "/a.b/*", "*.*", "*.", "/a/b/y/[x].js", "*[.]js",
        ];
        PathPattern[] patterns = [.. texts.Select(text => PathPattern.TryParse(text, out _)!)];
        var set = new PathPatternSet(patterns);
        foreach (string path in (string[])
            [
                "/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/b/y/x.js", "/x.js", "/z/b", "/b/q", "/q/b",
                "/x.min.js", "/a.b/c", "/a.b/c.js", "/a.", "/.js", "/js",
            ])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path);
            var found = new List<int>();
            set.Find(bytes, found);
            Assert.That(
                found.Distinct().Order(),
                Is.EqualTo(Enumerable.Range(0, texts.Length).Where(i => patterns[i].Matches(bytes))),
                path);
        }
    }

    [Test]
    public void Matching_allocates_nothing()
    {
        PathPattern pattern = PathPattern.TryParse("/a/**/{x,y}*.js", out _)!;
        var set = new PathPatternSet([pattern]);
        var found = new List<int>(16);
        byte[] path = "/a/b/c/yes.js"u8.ToArray();
        set.Find(path, found);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            found.Clear();
            set.Find(path, found);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(found, Is.EqualTo([0]));
    }
}
