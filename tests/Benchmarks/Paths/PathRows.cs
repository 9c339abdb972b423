using System.Globalization;

namespace Straightwire.Benchmarks.Paths;

/// <summary>The rows, in the order of the table.</summary>
internal static class PathRows
{
    private const double Fast = 100;
    private const double Narrow = 20;
    private const double Shared = 50;

    private static readonly DownloadLoad ThreeMegabytes = new("3m.bin");
    private static readonly DownloadLoad TenMegabytes = new("10m.bin");

    private static readonly PathBar[] Clean = [PathBar.Time(1.10), PathBar.AgainPoints(3)];
    private static readonly PathBar[] Lossy = [PathBar.Between(0.77, 1.15), PathBar.AgainTimes(1.2)];
    private static readonly PathBar[] Reordered = [PathBar.Time(1.15), PathBar.AgainTimes(1.5)];
    private static readonly PathBar[] Small = [PathBar.Time(1.05), PathBar.Time(1.10, 0.95)];
    private static readonly PathBar[] Tail = [PathBar.Time(1.05)];
    private static readonly PathBar[] Uploaded = [PathBar.Throughput(0.9)];
    private static readonly PathBar[] Fair = [PathBar.Share(0.4), PathBar.Use(0.95)];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<PathRow> All { get; } =
    [
        .. CleanRows(), .. LossyRows(20), .. LossyRows(100), .. ReorderedRows(20), .. ReorderedRows(100),
        .. SharedRows(), .. SmallRows(), .. UploadRows(),
    ];

    private static IEnumerable<PathRow> CleanRows() =>
    [
        Row("clean", "10 MB, clean", 20, Fast, "", TenMegabytes, Clean),
        Row("clean", "10 MB, clean", 100, Fast, "", TenMegabytes, Clean),
        Row("queue", "10 MB, queue of 250 KB", 100, Fast, "queue=250000", TenMegabytes, Clean),
        Row("narrow", "10 MB at 20 Mb/s, queue of 20 KB", 20, Narrow, "queue=20000", TenMegabytes, Clean) with
        {
            RoundsMax = 5,
        },
        Row("long", "100 MB at 50 Mb/s, queue of 125 KB", 20, Shared, "queue=125000",
            new DownloadLoad("100m.bin"), Clean) with
        {
            RoundsMax = 3,
        },
    ];

    private static IEnumerable<PathRow> LossyRows(int roundTrip) =>
    [
        Row("loss0.1", "3 MB, 0.1 % lost", roundTrip, Fast, "down.loss=0.1", ThreeMegabytes, Lossy) with
        {
            IsRandom = true,
        },
        Slow("loss1", "3 MB, 1 % lost", roundTrip, "down.loss=1", Lossy),
        Slow("loss3", "3 MB, 3 % lost", roundTrip, "down.loss=3", Lossy),
        Slow("burst", "3 MB, 1 % lost in bursts of 5", roundTrip, "down.loss=1 down.burst=5", Lossy),
    ];

    private static IEnumerable<PathRow> ReorderedRows(int roundTrip) =>
    [
        Row("reorder", "10 MB, 1 % of packets 5 ms late", roundTrip, Fast,
            "down.reorder=1 down.reorder_ms=5", TenMegabytes, Reordered),
        Row("jitter", "10 MB, packets 0 to 5 ms late", roundTrip, Fast, "down.jitter=5", TenMegabytes,
            Reordered),
        Slow("reorder-loss1", "3 MB, 1 % 5 ms late, 1 % lost", roundTrip,
            "down.reorder=1 down.reorder_ms=5 down.loss=1", Reordered),
        Slow("jitter-loss1", "3 MB, 0 to 5 ms late, 1 % lost", roundTrip, "down.jitter=5 down.loss=1",
            Reordered),
    ];

    private static IEnumerable<PathRow> SharedRows() =>
    [
        Row("flows10", "10 flows of 10 MB", 20, Fast, "", new DownloadLoad("10m.bin", Flows: 10),
            [PathBar.Time(1.10), PathBar.Use(0.95)]) with
        {
            RoundsMax = 5,
        },
        Row("share-linux", "ours and Linux's share 50 Mb/s for 20 s", 20, Shared, "",
            new ShareLoad("100m.bin", 20, WithLinux: true), Fair) with
        {
            RoundsMax = 6,
        },
        Row("share-ours", "ours and ours share 50 Mb/s for 20 s", 20, Shared, "",
            new ShareLoad("100m.bin", 20, WithLinux: false), Fair) with
        {
            RoundsMax = 6,
        },
    ];

    // On a wide link, so that those that are asked for at once do not meet.
    private static IEnumerable<PathRow> SmallRows() =>
    [
        Row("objects20k", "1,000 of 20 KB, 2 % lost both ways", 20, 1000, "loss=2",
            new ObjectsLoad("20k.bin", 1000, Clients: 10), Small),
        Row("objects100k", "1,000 of 100 KB, 2 % lost both ways", 20, 1000, "loss=2",
            new ObjectsLoad("100k.bin", 1000, Clients: 10), Small),
        Row("tail20k", "200 of 20 KB, the last three segments lost", 20, Fast,
            "down.cut_from=13 down.cut_to=15", new ObjectsLoad("20k.bin", 200, Clients: 2), Tail),
    ];

    private static IEnumerable<PathRow> UploadRows()
    {
        var ten = new UploadLoad("10m.bin");
        var three = new UploadLoad("3m.bin");
        const string Late = "up.reorder=1 up.reorder_ms=5";
        return
        [
            Row("upload", "upload of 10 MB, clean", 20, Fast, "", ten, Uploaded),
            Row("upload", "upload of 10 MB, clean", 100, Fast, "", ten, Uploaded),
            Row("upload-loss1", "upload of 3 MB, 1 % lost", 20, Fast, "up.loss=1", three, Uploaded) with
            {
                IsRandom = true,
                IsSlow = true,
            },
            Row("upload-loss3", "upload of 3 MB, 3 % lost", 20, Fast, "up.loss=3", three, Uploaded) with
            {
                IsRandom = true,
                IsSlow = true,
            },
            Row("upload-reorder", "upload of 10 MB, 1 % 5 ms late", 20, Fast, Late, ten, Uploaded),
        ];
    }

    private static PathRow Slow(
        string name, string title, int roundTrip, string settings, IReadOnlyList<PathBar> bars) =>
        Row(name, title, roundTrip, Fast, settings, ThreeMegabytes, bars) with
        {
            IsRandom = true,
            IsSlow = true,
        };

    /// <summary>
    /// A row whose queue is one product of bandwidth and delay, unless its settings say otherwise.
    /// </summary>
    private static PathRow Row(
        string name, string title, int roundTrip, double rate, string settings, IPathLoad load,
        IReadOnlyList<PathBar> bars)
    {
        double queue = rate * roundTrip * 1000 / 8;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{name}-{roundTrip}"),
            string.Create(CultureInfo.InvariantCulture, $"RTT {roundTrip}, {title}"),
            string.Create(
                CultureInfo.InvariantCulture, $"delay={roundTrip / 2} rate={rate} queue={queue} {settings}"),
            rate, load, bars);
    }
}
