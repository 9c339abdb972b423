using Straightwire.Devices.Files;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Tests.Devices.Files;

[TestFixture]
public sealed class RegionTableTests
{
    private static readonly int Page = Environment.SystemPageSize;

    [Test]
    public void A_packed_region_gives_back_what_was_put_in_and_is_sealed_for_good()
    {
        using var regions = new RegionTable();
        int region = regions.AddPacked(10_000);
        "hello"u8.CopyTo(regions.PackedSpan(region, 9_995, 5));
        regions.Seal(region);

        byte[] read = new byte[5];
        Assert.Multiple(() =>
        {
            Assert.That(region, Is.EqualTo(1), "0 is the frame pool's");
            Assert.That(regions.TryRead(region, 9_995, read), Is.True);
            Assert.That(read, Is.EqualTo("hello"u8.ToArray()));
            Assert.That(regions.IsFile(region), Is.False);
            Assert.That(regions.LengthOf(region), Is.EqualTo(10_000));
            Assert.That(regions.Populate(region, 0, 10_000), Is.True);
            Assert.That(() => regions.PackedSpan(region, 0, 1)[0], Throws.TypeOf<InvariantException>());
        });
    }

    [TestCase(-1, 1)]
    [TestCase(0, 101)]
    [TestCase(100, 1)]
    [TestCase(101, 0)]
    [TestCase(long.MaxValue, 1)]
    public void Bytes_outside_a_region_are_not_read(long offset, int length)
    {
        using var regions = new RegionTable();
        int region = regions.AddPacked(100);
        Assert.Multiple(() =>
        {
            Assert.That(regions.TryRead(region, offset, new byte[length]), Is.False);
            Assert.That(regions.TryRead(region + 1, 0, new byte[1]), Is.False);
        });
    }

    [Test]
    public void A_mapped_file_outlives_its_descriptor_and_its_name()
    {
        byte[] bytes = new byte[3 * Page];
        new Random(1).NextBytes(bytes);
        using var regions = new RegionTable();
        int region;
        using (var file = new TemporaryFile(bytes))
        {
            region = file.AddTo(regions);
        }

        byte[] read = new byte[Page];
        Assert.Multiple(() =>
        {
            Assert.That(regions.IsFile(region), Is.True);
            Assert.That(regions.Populate(region, 17, bytes.Length - 17), Is.True);
            Assert.That(regions.TryRead(region, Page / 2, read), Is.True);
            Assert.That(read.AsSpan().SequenceEqual(bytes.AsSpan(Page / 2, Page)), Is.True);
        });
    }

    [Test]
    public void The_truncated_part_of_a_file_is_gone_and_the_rest_is_not()
    {
        using var regions = new RegionTable();
        using var file = new TemporaryFile(new byte[100 * Page]);
        int region = file.AddTo(regions);
        file.Truncate(50 * Page);

        Assert.Multiple(() =>
        {
            Assert.That(regions.Populate(region, 0, 50 * Page), Is.True);
            Assert.That(regions.Populate(region, 49 * Page, Page + 1), Is.False);
            Assert.That(regions.TryRead(region, 49 * Page, new byte[Page]), Is.True);
            Assert.That(regions.TryRead(region, (50 * Page) - 1, new byte[2]), Is.False);
        });
    }

    [Test]
    public void An_older_kernel_populates_by_reading()
    {
        using var regions = new RegionTable();
        using var file = new TemporaryFile(new byte[100 * Page]);
        int region = file.AddTo(regions);
        Assert.That(regions.PopulateByReading(region, 5, (100 * Page) - 5), Is.True);
        file.Truncate(99 * Page);
        Assert.That(regions.PopulateByReading(region, 5, (100 * Page) - 5), Is.False);
    }

    [Test]
    public void Numbers_are_used_again_only_after_removal_and_grow_past_the_first_table()
    {
        using var regions = new RegionTable();
        int[] numbers = [.. Enumerable.Range(0, 200).Select(i => regions.AddPacked(i + 1))];
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 200)));
        regions.Remove(150);
        Assert.Multiple(() =>
        {
            Assert.That(() => regions.LengthOf(150), Throws.TypeOf<InvariantException>());
            Assert.That(regions.AddPacked(7), Is.EqualTo(150));
            Assert.That(regions.LengthOf(150), Is.EqualTo(7));
            Assert.That(regions.LengthOf(200), Is.EqualTo(200));
        });
    }

    [Test]
    public void A_mapping_that_the_kernel_refuses_is_an_error_with_its_reason()
    {
        using var regions = new RegionTable();
        Assert.That(
            () => regions.AddPacked(long.MaxValue),
            Throws.InstanceOf<IOException>().With.Message.Contains("vm.max_map_count"));
    }
}
