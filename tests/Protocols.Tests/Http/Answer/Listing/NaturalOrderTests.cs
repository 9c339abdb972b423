using System.Text;
using Straightwire.Protocols.Http.Answer.Listing;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>The order of names in which people count.</summary>
public sealed class NaturalOrderTests
{
    [TestCase("a", "b")]
    [TestCase("", "a")]
    [TestCase("a", "aa")]
    [TestCase("B", "a")]
    [TestCase("z", "ä")]
    [TestCase("9", "10")]
    [TestCase("file9", "file10")]
    [TestCase("file9.txt", "file10.txt")]
    [TestCase("file10", "file10a")]
    [TestCase("1.9.2", "1.10.0")]
    [TestCase("6.1.99", "6.1.100")]
    [TestCase("v1", "v1.0")]
    [TestCase("a1b9", "a1b10")]
    [TestCase("a19b", "a100a")]
    [TestCase("x012", "x13")]
    [TestCase("x0", "x00a")]
    [TestCase("9", "a")]
    [TestCase("-1", "0")]
    [TestCase("18446744073709551616", "18446744073709551617")]
    [TestCase("99999999999999999999", "100000000000000000000")]
    public void A_name_comes_before_another(string first, string second)
    {
        Assert.That(Compare(first, second), Is.Negative);
        Assert.That(Compare(second, first), Is.Positive);
    }

    [TestCase("a", "a")]
    [TestCase("a1", "a01")]
    [TestCase("0", "000")]
    [TestCase("a01b2", "a1b002")]
    public void Leading_zeros_count_nothing(string first, string second) =>
        Assert.That((Compare(first, second), Compare(second, first)), Is.EqualTo((0, 0)));

    [Test]
    public void It_is_an_order_whatever_the_names_are([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        string[] names = [.. Enumerable.Range(0, 60).Select(_ => Draw(random))];
        foreach (string a in names)
        {
            foreach (string b in names)
            {
                Assert.That(Math.Sign(Compare(a, b)), Is.EqualTo(-Math.Sign(Compare(b, a))), $"{a} {b}");
                foreach (string c in names)
                {
                    if (Compare(a, b) <= 0 && Compare(b, c) <= 0)
                    {
                        Assert.That(Compare(a, c), Is.LessThanOrEqualTo(0), $"{a} {b} {c}");
                    }
                }
            }
        }
    }

    private static string Draw(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "0019a-"[random.Next(6)]));

    private static int Compare(string a, string b) =>
        NaturalOrder.Compare(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
