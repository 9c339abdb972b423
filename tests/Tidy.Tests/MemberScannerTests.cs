namespace Straightwire.Tidy.Tests;

/// <summary>What the rules stand on: that code is told from text, and functions from tables.</summary>
[TestFixture]
public sealed class MemberScannerTests
{
    [TestCase("a // { \"\nb", "a b")]
    [TestCase("a /* { \n } */ b", "a b")]
    [TestCase("'{' x", "x")]
    [TestCase(@"'\'' x", "x")]
    [TestCase("\"{\\\"}\" x", "x")]
    [TestCase("@\"{\"\"\\\" x", "x")]
    [TestCase("$\"{{ {(a ? \"}\" : b)} {{\" x", "x")]
    [TestCase("\"\"\"{ \" \"\" }\"\"\" x", "x")]
    [TestCase("$$\"\"\"{ {{a}} }\"\"\" x", "x")]
    [TestCase("#pragma don't {\nx", "x")]
    public void What_is_not_code_is_blank(string text, string words)
    {
        string code = CodeMask.Blank(text);
        string[] left = code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(string.Join(' ', left), Is.EqualTo(words));
        Assert.That(code, Has.Length.EqualTo(text.Length));
    }

    [Test]
    public void Members_with_bodies_are_found_with_their_lines()
    {
        var source = new SourceFile("x.cs", """
            namespace A.B;
            public enum E { One = 1, Two }
            [Some(Thing = 1)]
            internal sealed class C<T>(int record) : D where T : struct
            {
                private static readonly int[] Table = [1, 2];
                private static readonly F Other = new() { G = { 1 }, H = () => { } };
                public int P { get; set; } = 3;
                public C() : base(x => { return x; })
                {
                }
                public static bool operator ==(C a, C b) => a switch
                {
                    { P: 1 } => true,
                    _ => false,
                };
                [Test(Name = "{")]
                private void M<U>(int a = 1)
                    where U : struct
                {
                    if (a > 1) { a = 2; }
                    record struct;
                }
                private struct N
                {
                    public int Q => 1;
                }
            }
            """);

        Assert.That(
            MemberScanner.Scan(source).Select(m => (m.FirstLine, m.LineCount)),
            Is.EqualTo(new[] { (8, 1), (9, 3), (12, 5), (17, 7), (26, 1) }));
    }
}
