using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Tests.Devices.Files;

[Platform("Linux")]
public sealed class FileTreeChangesTests
{
    private DirectoryInfo _home = null!;
    private SafeFileHandle _directory = null!;

    [SetUp]
    public void SetUp()
    {
        _home = Directory.CreateTempSubdirectory("straightwire-tree-");
        _directory = FileTree.OpenRoot(_home.FullName, out _)!;
    }

    [TearDown]
    public void TearDown()
    {
        _directory.Dispose();
        _home.Delete(recursive: true);
    }

    private string At(string name) => Path.Combine(_home.FullName, name);

    [Test]
    public void A_file_is_created_once_written_at_places_and_cut_off()
    {
        Assert.That(FileChanges.Create(_directory, "a"u8, out SafeFileHandle? file).IsOk, Is.True);
        using (file)
        {
            Assert.That(FileChanges.Write(file!, "world"u8, 6).IsOk, Is.True);
            Assert.That(FileChanges.Write(file!, "hello "u8, 0).IsOk, Is.True);
            Assert.That(FileChanges.SetLength(file!, 8).IsOk, Is.True);
            Assert.That(FileChanges.Sync(file!).IsOk, Is.True);
        }
        Assert.That(File.ReadAllText(At("a")), Is.EqualTo("hello wo"));
        Assert.That(
            FileChanges.Create(_directory, "a"u8, out _).Result,
            Is.EqualTo(FileResult.AlreadyExists));
        File.CreateSymbolicLink(At("dangling"), "nowhere");
        Assert.That(
            FileChanges.Create(_directory, "dangling"u8, out _).Result,
            Is.EqualTo(FileResult.AlreadyExists));
        Assert.That(File.Exists(At("nowhere")), Is.False);
    }

    [Test]
    public void Links_are_opened_neither_as_files_nor_as_directories()
    {
        File.WriteAllText(At("file"), "x");
        Directory.CreateDirectory(At("directory"));
        File.CreateSymbolicLink(At("to-file"), "file");
        File.CreateSymbolicLink(At("to-directory"), "directory");
        Assert.That(
            FileChanges.OpenForWriting(_directory, "to-file"u8, out _).Result,
            Is.EqualTo(FileResult.BadName));
        Assert.That(
            FileChanges.OpenDirectory(_directory, "to-directory"u8, out _).Result,
            Is.EqualTo(FileResult.BadName));
        Assert.That(
            FileChanges.OpenDirectory(_directory, "file"u8, out _).Result,
            Is.EqualTo(FileResult.NotFound));
        FileOutcome outcome = FileChanges.OpenDirectory(
            _directory, "directory"u8, out SafeFileHandle? opened);
        opened?.Dispose();
        Assert.That(outcome.IsOk, Is.True);
    }

    [Test]
    public void A_rename_takes_a_free_name_only_and_a_replacement_any()
    {
        File.WriteAllText(At("a"), "a");
        File.WriteAllText(At("b"), "b");
        Assert.That(
            FileChanges.Rename(_directory, "a"u8, _directory, "b"u8).Result,
            Is.EqualTo(FileResult.AlreadyExists));
        Assert.That(FileChanges.Rename(_directory, "a"u8, _directory, "c"u8).IsOk, Is.True);
        Assert.That(FileChanges.Replace(_directory, "c"u8, _directory, "b"u8).IsOk, Is.True);
        Assert.That(File.ReadAllText(At("b")), Is.EqualTo("a"));
        Assert.That(
            FileChanges.Rename(_directory, "c"u8, _directory, "d"u8).Result,
            Is.EqualTo(FileResult.NotFound));
    }

    [Test]
    public void Directories_are_made_and_removed_by_calls_of_their_own()
    {
        Assert.That(FileChanges.MakeDirectory(_directory, "d"u8).IsOk, Is.True);
        Assert.That(
            FileChanges.MakeDirectory(_directory, "d"u8).Result,
            Is.EqualTo(FileResult.AlreadyExists));
        File.WriteAllText(At("d/a"), "x");
        Assert.That(FileChanges.RemoveDirectory(_directory, "d"u8).Result, Is.EqualTo(FileResult.NotEmpty));
        Assert.That(
            FileChanges.RemoveFile(_directory, "d"u8).Result,
            Is.AnyOf(FileResult.AlreadyExists, FileResult.NotPermitted));
        File.Delete(At("d/a"));
        Assert.That(FileChanges.RemoveDirectory(_directory, "d"u8).IsOk, Is.True);
        Assert.That(Directory.Exists(At("d")), Is.False);
    }

    [TestCase("/dev/shm")]
    [TestCase(null)]
    public void A_copy_goes_to_the_same_place_within_and_across_file_systems(string? elsewhere)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000)));
        string source = elsewhere is null ? At("source") : Path.Combine(elsewhere, _home.Name);
        File.WriteAllBytes(source, bytes);
        try
        {
            using SafeFileHandle from = File.OpenHandle(source);
            _ = FileChanges.Create(_directory, "copy"u8, out SafeFileHandle? to);
            using (to)
            {
                long copied = 0;
                long some;
                do
                {
                    Assert.That(FileChanges.Copy(from, to!, copied, 300_000, out some).IsOk, Is.True);
                    copied += some;
                }
                while (some > 0);
            }
            Assert.That(File.ReadAllBytes(At("copy")), Is.EqualTo(bytes));
        }
        finally
        {
            File.Delete(source);
        }
    }

    [Test]
    public void A_modification_time_is_set_on_a_link_itself()
    {
        File.WriteAllText(At("a"), "x");
        DateTime before = File.GetLastWriteTimeUtc(At("a"));
        File.CreateSymbolicLink(At("link"), "a");
        Assert.That(FileChanges.SetModified(_directory, "link"u8, 1_000_000_000).IsOk, Is.True);
        Assert.That(File.GetLastWriteTimeUtc(At("a")), Is.EqualTo(before));
        Assert.That(FileChanges.SetModified(_directory, "a"u8, 1_000_000_000).IsOk, Is.True);
        Assert.That(
            File.GetLastWriteTimeUtc(At("a")), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1_000_000_000)));
    }

    [Test]
    public void A_full_device_answers_that_it_is_full()
    {
        using SafeFileHandle devices = FileTree.OpenRoot("/dev", out _)!;
        _ = FileChanges.OpenForWriting(devices, "full"u8, out SafeFileHandle? full);
        using (full)
        {
            FileOutcome outcome = FileChanges.Write(full!, "x"u8, 0);
            Assert.That(outcome.Result, Is.EqualTo(FileResult.OutOfSpace));
            Assert.That(outcome, Is.EqualTo(FileOutcome.NoSpace));
            Assert.That(outcome.Reason, Does.Contain("errno 28"));
        }
    }
}
