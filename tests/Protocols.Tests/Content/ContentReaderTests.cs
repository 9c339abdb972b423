using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Simulation;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Tests.Content;

public sealed class ContentReaderTests
{
    private ArrayContent _memory = null!;
    private readonly byte[] _piece = new byte[4];

    [SetUp]
    public void SetUp() => _memory = new ArrayContent();

    [Test]
    public void A_slice_is_read_in_pieces_and_what_is_not_taken_is_read_again()
    {
        ContentReader reader = Read("_0123456789_", 1, 10);
        List<string> pieces = [];
        while (!reader.IsWhole)
        {
            Assert.That(reader.TryNext(_piece, default, out int count), Is.EqualTo(ReadProgress.Read));
            pieces.Add(Encoding.ASCII.GetString(_piece, 0, count));
            reader.Take(Math.Min(count, 3));
        }
        Assert.That(pieces, Is.EqualTo(new[] { "0123", "3456", "6789", "9" }));
    }

    [Test]
    public void An_empty_slice_is_whole_before_it_is_read() => Assert.That(Read("", 0, 0).IsWhole, Is.True);

    [Test]
    public void What_is_not_in_memory_is_pending_and_what_is_gone_fails()
    {
        ContentReader reader = Read("0123", 0, 4);
        _memory.Unload(1);
        Assert.That(reader.TryNext(_piece, default, out int count), Is.EqualTo(ReadProgress.Pending));
        _memory.Load(1);
        Assert.That(reader.TryNext(_piece, default, out _), Is.EqualTo(ReadProgress.Read));
        _memory.Lose(1);
        Assert.That(reader.TryNext(_piece, default, out _), Is.EqualTo(ReadProgress.Failed));
        Assert.That(count, Is.Zero);
        Assert.That(reader.IsWhole, Is.False);
    }

    private ContentReader Read(string text, int from, int length) =>
        new(_memory, new ContentSlice(_memory.Add(Encoding.ASCII.GetBytes(text)), from, length));
}
