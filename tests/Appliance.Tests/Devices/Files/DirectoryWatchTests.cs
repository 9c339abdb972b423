using System.Buffers.Binary;
using System.Text;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Tests.Devices.Files;

[Platform("Linux")]
public sealed class DirectoryWatchTests
{
    [Test]
    public void What_happens_in_a_directory_is_told_with_its_name()
    {
        DirectoryInfo home = Directory.CreateTempSubdirectory("straightwire-watch-");
        try
        {
            using DirectoryWatch watch = DirectoryWatch.Open(out _)!;
            using var directory = FileTree.OpenRoot(home.FullName, out _)!;
            int number = watch.Add(directory, out FileOutcome outcome);
            Assert.That(outcome.IsOk, Is.True, outcome.Reason);
            Assert.That(watch.Add(home.FullName, isNamesOnly: true, out _), Is.EqualTo(number));
            Assert.That(watch.Read(new byte[4096]), Is.Zero);

            string path = Path.Combine(home.FullName, "näme");
            File.WriteAllText(path, "x");
            Directory.CreateDirectory(Path.Combine(home.FullName, "d"));
            File.Move(path, Path.Combine(home.FullName, "b"));
            File.Delete(Path.Combine(home.FullName, "b"));
            Assert.That(Told(watch, number), Is.EqualTo(
                [
                    "näme Created", "näme Modified", "näme Written", "d Created, OfDirectory",
                    "näme MovedFrom", "b MovedTo", "b Deleted",
                ]));
            watch.Remove(number);
            Assert.That(Told(watch, number), Is.EqualTo([" Ignored"]));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [Test]
    public void What_is_no_directory_or_not_there_is_not_watched()
    {
        using DirectoryWatch watch = DirectoryWatch.Open(out _)!;
        const string File = "/proc/self/status";
        Assert.That(watch.Add(File, isNamesOnly: false, out FileOutcome outcome), Is.EqualTo(-1));
        Assert.That(outcome.Result, Is.EqualTo(FileResult.NotFound));
        Assert.That(watch.Add("/nowhere/at/all", isNamesOnly: false, out outcome), Is.EqualTo(-1));
        Assert.That(outcome.Result, Is.EqualTo(FileResult.NotFound));
    }

    [Test]
    public void Half_of_an_event_is_none()
    {
        byte[] whole = new byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(whole, 7);
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(12), 16);
        "name"u8.CopyTo(whole.AsSpan(16));
        for (int length = 0; length < whole.Length; length++)
        {
            ReadOnlySpan<byte> half = whole.AsSpan(0, length);
            Assert.That(DirectoryEvent.TryTake(ref half, out _), Is.False);
            Assert.That(half.Length, Is.EqualTo(length), "nothing is taken");
        }
        ReadOnlySpan<byte> all = whole;
        Assert.That(DirectoryEvent.TryTake(ref all, out DirectoryEvent taken), Is.True);
        Assert.That(Encoding.UTF8.GetString(taken.Name), Is.EqualTo("name"));
        Assert.That(taken.Watch, Is.EqualTo(7));
        Assert.That(all.IsEmpty, Is.True);
    }

    private static List<string> Told(DirectoryWatch watch, int number)
    {
        List<string> told = [];
        var buffer = new byte[4096];
        ReadOnlySpan<byte> events = buffer.AsSpan(0, watch.Read(buffer));
        while (DirectoryEvent.TryTake(ref events, out DirectoryEvent taken))
        {
            Assert.That(taken.Watch, Is.EqualTo(number));
            told.Add($"{Encoding.UTF8.GetString(taken.Name)} {taken.What}");
        }
        return told;
    }
}
