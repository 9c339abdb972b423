using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>What real clients ask for is what they get, byte for byte.</summary>
[TestFixture]
[Category("Wire")]
public sealed class DownloadTests
{
    // Around a segment (1,448 bytes with timestamps), the initial window, powers of two, the largest segment
    // that the link cuts, and the size up to which files are packed.
    private static readonly long[] Sizes =
    [
        0, 1, 2, 3, 100, 535, 536, 537, 1023, 1024, 1025, 1447, 1448, 1449, 1450, 1459, 1460, 1461,
        2895, 2896, 2897, 4095, 4096, 4097, 14_479, 14_480, 14_481, 32_767, 32_768, 65_495, 65_535, 65_536,
        65_537, 131_072, 262_143, 262_144, 262_145, 1_000_000, 1_048_575, 1_048_577, 10_000_000, 100_000_000,
    ];

    [Test]
    [Category("Published")]
    public void Files_of_every_size_arrive_whole_over_one_connection()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        foreach (long size in Sizes)
        {
            content.Add($"{size}.bin", size);
        }

        ScriptResult result = LabScript.Serve(content, $$"""
            curl -sS --fail -K '{{content.CurlConfiguration(LabScript.Url)}}' -w '%{num_connects}\n' >connects
            sha256sum --quiet -c "$sums"
            awk '{ sum += $1 } END { print sum " connection" }' connects
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo("1 connection"));
    }

    [Test]
    public void Sixty_four_downloads_at_once_arrive_whole()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        for (int i = 0; i < 64; i++)
        {
            content.Add($"{i}.bin", 1_000_000 + (i * 1447));
        }

        LabScript.Serve(content, $$"""
            curl -sS --fail --parallel --parallel-immediate --parallel-max 64 \
              -K '{{content.CurlConfiguration(LabScript.Url)}}'
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void Pipelined_and_successive_requests_are_answered_in_order_on_one_connection()
    {
        using var content = new TemporaryContent();
        AddSmallFiles(content);

        LabScript.Require();
        LabScript.Serve(content, "\"$client\" pipeline 198.18.0.2:80 \"$www\" 50").Succeeded();
    }

    [Test]
    public void A_client_that_half_closes_after_its_requests_gets_every_answer()
    {
        using var content = new TemporaryContent();
        AddSmallFiles(content);
        content.Add("large.bin", 3_000_000);

        LabScript.Require();
        LabScript.Serve(content, "\"$client\" half-close 198.18.0.2:80 \"$www\"").Succeeded();
    }

    [Test]
    public void A_sparse_file_of_five_gigabytes_is_served_whole_at_once()
    {
        LabScript.Require("curl");
        const long Length = 5L << 30;
        using var content = new TemporaryContent();
        using (FileStream file = File.Create(Path.Combine(content.Www, "sparse.bin")))
        {
            file.SetLength(Length - 4);
            file.Position = Length - 4;
            file.Write("last"u8);
        }

        ScriptResult result = LabScript.Serve(content, """
            curl -sS --fail -r -4 $url/sparse.bin; echo
            curl -sS --fail -o /dev/null -w '%{size_download}\n' $url/sparse.bin
            """);

        Assert.That(result.Succeeded().Output, Is.EqualTo($"last\n{Length}"));
    }

    [Test]
    public void One_hundred_thousand_small_files_are_served_within_seconds_of_the_start()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        for (int i = 0; i < 100_000; i++)
        {
            string directory = Path.Combine(content.Www, $"{i / 1000}");
            if (i % 1000 == 0)
            {
                Directory.CreateDirectory(directory);
            }
            File.WriteAllText(Path.Combine(directory, $"{i}.txt"), $"file {i}\n");
        }

        ScriptResult result = LabScript.Serve(content, """
            for i in 0 1 777 4096 31415 65535 99999; do curl -sS --fail $url/$((i / 1000))/$i.txt; done
            ps -o etimes= -p $pid >&2
            """);

        Assert.That(result.Succeeded().Output.Split('\n'), Is.EqualTo(
            new[] { 0, 1, 777, 4096, 31_415, 65_535, 99_999 }.Select(i => $"file {i}")));
        Assert.That(int.Parse(result.Log.Split('\n')[^1]), Is.LessThan(30), "seconds until the last answer");
    }

    private static void AddSmallFiles(TemporaryContent content)
    {
        foreach (int size in new[] { 0, 1, 100, 1024, 1448, 1449, 5000, 40_000 })
        {
            content.Add($"{size}.bin", size);
        }
    }
}
