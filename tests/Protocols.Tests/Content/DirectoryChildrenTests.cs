using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Tests.Content;

public sealed class DirectoryChildrenTests
{
    [Test]
    public void Children_stand_in_the_order_of_their_bytes_and_each_once()
    {
        DirectoryChildren children =
            [Child("b", 1), Child("ä", 2), Child("B", 3), Child("b", 1), Child("a", null)];
        Assert.That(NamesOf(children), Is.EqualTo(["B", "a", "b", "ä"]));
        Assert.That(children.FileBytes, Is.EqualTo(6));
        Assert.That(children.DirectoryCount, Is.EqualTo(1));
    }

    [Test]
    public void Changes_one_by_one_come_to_the_same_as_all_at_once([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<string, DirectoryChild>(StringComparer.Ordinal);
        DirectoryChildren children = DirectoryChildren.None;
        for (int i = 0; i < 5000; i++)
        {
            string name = random.Next(1500).ToString("x", null);
            if (random.Next(5) < 2)
            {
                expected.Remove(name);
                children = children.Without(Encoding.UTF8.GetBytes(name));
            }
            else
            {
                DirectoryChild child = Child(name, random.Next(4) == 0 ? null : random.Next(100));
                expected[name] = child;
                children = children.With(child);
            }
            Assert.That(children.TryFind(Encoding.UTF8.GetBytes(name), out DirectoryChild found),
                Is.EqualTo(expected.TryGetValue(name, out DirectoryChild other)));
            Assert.That(found, Is.EqualTo(other));
        }
        DirectoryChildren whole = [.. expected.Values];
        Assert.That(NamesOf(children), Is.EqualTo(expected.Keys));
        Assert.That(NamesOf(whole), Is.EqualTo(expected.Keys));
        Assert.That(children.FileBytes, Is.EqualTo(whole.FileBytes));
        Assert.That(children.DirectoryCount, Is.EqualTo(whole.DirectoryCount));
        Assert.That(children.Digest, Is.EqualTo(whole.Digest));
        string[] grouped = [.. expected.Values.OrderBy(child => child.File is not null).Select(NameOf)];
        Assert.That(
            Enumerable.Range(0, children.Length).Select(i => NameOf(children[children.IndexOfGrouped(i)])),
            Is.EqualTo(grouped));
        Assert.That(
            Enumerable.Range(0, whole.Length).Select(i => NameOf(whole[whole.IndexOfGrouped(i)])),
            Is.EqualTo(grouped));
        Assert.That(Enumerable.Range(0, children.Length).Select(i => children[i].Name),
            Is.EqualTo(expected.Values.Select(child => child.Name)));
    }

    [Test]
    public void What_was_before_a_change_stays_as_it_was()
    {
        DirectoryChildren before = [.. Enumerable.Range(0, 1000).Select(i => Child($"{i:d4}", 1))];
        DirectoryChildren after = before.With(Child("0500", 7)).Without("0000"u8).With(Child("x", 2));
        Assert.That(before.Length, Is.EqualTo(1000));
        Assert.That(before.FileBytes, Is.EqualTo(1000));
        Assert.That(after.FileBytes, Is.EqualTo(1000 + 6 - 1 + 2));
    }

    [Test]
    public void The_last_of_several_children_can_go()
    {
        DirectoryChildren children = DirectoryChildren.None.With(Child("a", 1)).Without("a"u8);
        Assert.That(NamesOf(children), Is.Empty);
        Assert.That(NamesOf(children.With(Child("b", 1))), Is.EqualTo(["b"]));
    }

    private static DirectoryChild Child(string name, long? length) => new(
        Encoding.UTF8.GetBytes(name),
        length is null ? null : new ContentEntry
        {
            Path = "/" + name,
            Body = new ContentSlice(1, 0, length.Value),
        });

    private static string NameOf(DirectoryChild child) => Encoding.UTF8.GetString(child.Name);

    private static List<string> NamesOf(DirectoryChildren children)
    {
        var names = new List<string>();
        foreach (DirectoryChild child in children)
        {
            names.Add(NameOf(child));
        }
        return names;
    }
}
