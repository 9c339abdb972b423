using Straightwire.Appliance.Changes;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Tests.Changes;

public sealed class UploadBufferTests
{
    private BlockPool _pool = null!;

    [SetUp]
    public void SetUp() =>
        _pool = new BlockPool(new UploadOptions { BlockBytes = 16, Blocks = 3, BlocksPerUpload = 2 });

    [Test]
    public void Blocks_are_taken_in_the_order_of_their_filling_and_go_back_to_the_pool()
    {
        UploadBuffer buffer = Make(out _);
        byte[][] filled = [buffer.TryTake()!, buffer.TryTake()!];
        Assert.That(buffer.TrySubmit(filled[0], 16), Is.True);
        Assert.That(buffer.TrySubmit(filled[1], 3), Is.True);

        Assert.That(buffer.TryTakeFull(out byte[] block, out int count), Is.True);
        Assert.That((block, count), Is.EqualTo((filled[0], 16)));
        buffer.Return(block);
        Assert.That(buffer.TryTakeFull(out block, out count), Is.True);
        Assert.That((block, count), Is.EqualTo((filled[1], 3)));
        buffer.Return(block);
        Assert.That(buffer.TryTakeFull(out _, out _), Is.False);
        Assert.That(_pool.Free, Is.EqualTo(3));
    }

    [Test]
    public void Who_has_as_many_blocks_as_one_may_is_told_once_one_is_written()
    {
        UploadBuffer buffer = Make(out Recorder news);
        buffer.TrySubmit(buffer.TryTake()!, 16);
        buffer.TrySubmit(buffer.TryTake()!, 16);
        Assert.That(buffer.TryTake(), Is.Null);

        buffer.TryTakeFull(out byte[] block, out _);
        Assert.That(news.Rooms, Is.Zero);
        buffer.Return(block);
        Assert.That(news.Rooms, Is.EqualTo(1));
        Assert.That(buffer.TryTake(), Is.Not.Null);
    }

    [Test]
    public void Who_stands_in_line_is_granted_a_block_and_gives_it_back_when_it_leaves()
    {
        UploadBuffer first = Make(out _);
        UploadBuffer second = Make(out Recorder news);
        byte[] block = first.TryTake()!;
        first.TryTake();
        second.TryTake();
        Assert.That(second.TryTake(), Is.Null, "the pool is empty");
        Assert.That(first.TrySubmit(block, 0), Is.False);
        Assert.That(news.Rooms, Is.EqualTo(1));

        second.Leave();
        Assert.That(_pool.Free, Is.EqualTo(1));
        Assert.That(first.TryTake(), Is.Not.Null);
    }

    [Test]
    public void After_its_end_it_takes_nothing_and_keeps_nothing()
    {
        UploadBuffer buffer = Make(out _);
        byte[] block = buffer.TryTake()!;
        buffer.Close();

        Assert.That(buffer.TryEnd(UploadWish.Commit), Is.False);
        Assert.That(buffer.TryTake(), Is.Null);
        Assert.That(buffer.TrySubmit(block, 16), Is.False);
        Assert.That(_pool.Free, Is.EqualTo(3));
    }

    [Test]
    public void What_was_not_written_keeps_it_from_ending()
    {
        UploadBuffer buffer = Make(out _);
        buffer.TrySubmit(buffer.TryTake()!, 1);
        Assert.That(() => buffer.Close(), Throws.TypeOf<InvariantException>());
    }

    [Test]
    public void A_commit_can_be_abandoned_and_nothing_else_taken_back()
    {
        UploadBuffer buffer = Make(out _);
        Assert.That(buffer.TryEnd(UploadWish.Commit), Is.True);
        Assert.That(() => buffer.TryEnd(UploadWish.Commit), Throws.TypeOf<InvariantException>());
        Assert.That(buffer.TryEnd(UploadWish.Abandon), Is.True);
        Assert.That(() => buffer.TryEnd(UploadWish.Commit), Throws.TypeOf<InvariantException>());
    }

    private UploadBuffer Make(out Recorder news)
    {
        news = new Recorder();
        return new UploadBuffer(_pool, default, 2, news);
    }

    private sealed class Recorder : IUploadNews
    {
        public int Rooms { get; private set; }

        public void OnRoom() => Rooms++;

        public void OnEnded(ChangeResult result, string path, long generation) =>
            Assert.Fail("a buffer does not end");
    }
}
