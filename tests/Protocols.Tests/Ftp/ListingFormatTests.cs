using System.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class ListingFormatTests
{
    private const long Now = 1_795_344_845; // 22 November 2026, 10:54:05
    private const long HalfYear = 15_778_476;
    private const FtpRights AllRights = FtpUser.ReadOnly | FtpRights.Write | FtpRights.Delete
        | FtpRights.Rename | FtpRights.MakeDirectories;

    [Test]
    public void A_file_is_listed_as_ls_does() =>
        Assert.That(
            Long("name", 1234, Now - 1, AllRights),
            Is.EqualTo("-rw-r--r--   1 ftp      ftp          1234 Nov 22 10:54 name\r\n"));

    [Test]
    public void A_directory_is_listed_as_ls_does() =>
        Assert.That(
            LongDirectory("sub dir", Now - 1, AllRights),
            Is.EqualTo("drwxr-xr-x   2 ftp      ftp             0 Nov 22 10:54 sub dir\r\n"));

    [Test]
    public void A_size_wider_than_its_column_takes_the_room_it_needs() =>
        Assert.That(
            Long("€", long.MaxValue, Now, FtpUser.ReadOnly),
            Is.EqualTo("-r--r--r--   1 ftp      ftp      9223372036854775807 Nov 22 10:54 €\r\n"));

    [TestCase(Now, "Nov 22 10:54")]
    [TestCase(Now + 1, "Nov 22  2026")]
    [TestCase(Now - HalfYear + 1, "May 23 19:59")]
    [TestCase(Now - HalfYear, "May 23  2026")]
    [TestCase(0, "Jan  1  1970")]
    [TestCase(-5, "Jan  1  1970")]
    [TestCase(1_788_307_200, "Sep  2 00:00")]
    [TestCase(long.MaxValue, "Dec 31  9999")]
    public void A_time_of_the_last_half_year_has_its_minute_and_any_other_its_year(
        long time, string expected) =>
        Assert.That(Long("a", 0, time, AllRights)[42..], Is.EqualTo(expected + " a\r\n"));

    [TestCase(FtpRights.None, "----------", "d--x--x--x")]
    [TestCase(FtpRights.Read, "-r--r--r--", "d--x--x--x")]
    [TestCase(FtpUser.ReadOnly, "-r--r--r--", "dr-xr-xr-x")]
    [TestCase(FtpRights.Write, "--w-------", "d-wx--x--x")]
    [TestCase(FtpUser.ReadOnly | FtpRights.Write, "-rw-r--r--", "drwxr-xr-x")]
    [TestCase(FtpUser.ReadOnly | FtpRights.MakeDirectories, "-r--r--r--", "drwxr-xr-x")]
    public void A_mode_shows_what_the_user_may_do(FtpRights rights, string file, string directory)
    {
        Assert.That(Long("a", 0, 0, rights)[..10], Is.EqualTo(file));
        Assert.That(LongDirectory("a", 0, rights)[..10], Is.EqualTo(directory));
    }

    [TestCase(MlstFacts.All, "type=file;size=1234;modify=20261122105405;perm=rawfd; a b")]
    [TestCase(MlstFacts.Type | MlstFacts.Modify, "type=file;modify=20261122105405; a b")]
    [TestCase(MlstFacts.Size, "size=1234; a b")]
    [TestCase(MlstFacts.Perm, "perm=rawfd; a b")]
    [TestCase(MlstFacts.None, " a b")]
    public void A_file_is_told_by_the_facts_that_are_chosen(object facts, string expected) =>
        Assert.That(
            Facts(
                new ListedName
                {
                    Name = "a b"u8,
                    Length = 1234,
                    ModifiedUnixSeconds = Now,
                    Rights = AllRights,
                },
                (MlstFacts)facts,
                ListedKind.Entry),
            Is.EqualTo(expected));

    [TestCase(ListedKind.Entry, "type=dir;modify=20261122105405;perm=elcmpdf; /x")]
    [TestCase(ListedKind.Current, "type=cdir;modify=20261122105405;perm=elcmpdf; /x")]
    [TestCase(ListedKind.Parent, "type=pdir;modify=20261122105405;perm=elcmpdf; /x")]
    public void A_directory_is_told_by_its_kind_and_without_a_size(object kind, string expected) =>
        Assert.That(
            Facts(ListedName.OfDirectory("/x"u8, Now, AllRights), MlstFacts.All, (ListedKind)kind),
            Is.EqualTo(expected));

    [TestCase(FtpRights.None, "perm=;", "perm=e;")]
    [TestCase(FtpUser.ReadOnly, "perm=r;", "perm=el;")]
    [TestCase(FtpRights.Read, "perm=r;", "perm=e;")]
    [TestCase(FtpRights.List, "perm=;", "perm=el;")]
    [TestCase(FtpRights.Write, "perm=aw;", "perm=ec;")]
    [TestCase(FtpRights.Delete, "perm=d;", "perm=epd;")]
    [TestCase(FtpRights.Rename, "perm=f;", "perm=ef;")]
    [TestCase(FtpRights.MakeDirectories, "perm=;", "perm=em;")]
    public void Each_right_has_its_letters_for_files_and_for_directories(
        FtpRights rights, string file, string directory)
    {
        var name = new ListedName { Name = "a"u8, Rights = rights };
        Assert.That(Facts(name, MlstFacts.Perm, ListedKind.Entry), Is.EqualTo(file + " a"));
        Assert.That(
            Facts(ListedName.OfDirectory("a"u8, 0, rights), MlstFacts.Perm, ListedKind.Entry),
            Is.EqualTo(directory + " a"));
    }

    [Test]
    public void The_root_can_be_neither_deleted_nor_renamed() =>
        Assert.That(
            Facts(ListedName.OfDirectory("/"u8, 0, AllRights), MlstFacts.Perm, ListedKind.Current),
            Is.EqualTo("perm=elcmp; /"));

    [Test]
    public void The_longest_lines_fit_what_is_promised()
    {
        var name = new ListedName
        {
            Name = "a"u8,
            Length = long.MinValue,
            ModifiedUnixSeconds = long.MinValue,
            Rights = AllRights,
        };
        var destination = new byte[ListingFormat.LengthMax(1) - 2];
        Assert.That(ListingFormat.WriteLong(name, 0, destination), Is.Positive);
        Assert.That(
            ListingFormat.WriteFacts(name, MlstFacts.All, ListedKind.Parent, destination), Is.Positive);
    }

    [TestCase("", MlstFacts.None)]
    [TestCase("type;", MlstFacts.Type)]
    [TestCase("Type;SIZE;modify;pErM;", MlstFacts.All)]
    [TestCase("type;size", MlstFacts.Type | MlstFacts.Size)]
    [TestCase("size;size;", MlstFacts.Size)]
    [TestCase("UNIX.mode;unique;media-type;X.y;", MlstFacts.None)]
    [TestCase("type;UNIX.mode;perm;", MlstFacts.Type | MlstFacts.Perm)]
    [TestCase("types;ype;", MlstFacts.None)]
    public void Facts_are_chosen_by_name_and_others_ignored(string argument, object expected)
    {
        Assert.That(
            ListingFormat.TryParseFacts(Encoding.ASCII.GetBytes(argument), out MlstFacts facts), Is.True);
        Assert.That(facts, Is.EqualTo((MlstFacts)expected));
    }

    [TestCase(";")]
    [TestCase("type;;")]
    [TestCase("type; size;")]
    [TestCase(" type;")]
    [TestCase("type;\u00e4;")]
    public void What_is_no_list_of_facts_chooses_nothing(string argument)
    {
        Assert.That(
            ListingFormat.TryParseFacts(Encoding.Latin1.GetBytes(argument), out MlstFacts facts), Is.False);
        Assert.That(facts, Is.EqualTo(MlstFacts.None));
    }

    [TestCase(MlstFacts.All, "type*;size*;modify*;perm*;", "type;size;modify;perm;")]
    [TestCase(MlstFacts.Type | MlstFacts.Modify, "type*;size;modify*;perm;", "type;modify;")]
    [TestCase(MlstFacts.None, "type;size;modify;perm;", "")]
    public void The_features_star_what_the_options_chose(object chosen, string features, string options)
    {
        var destination = new byte[32];
        int length = ListingFormat.WriteFactNames((MlstFacts)chosen, forFeat: true, destination);
        Assert.That(Encoding.ASCII.GetString(destination, 0, length), Is.EqualTo(features));
        length = ListingFormat.WriteFactNames((MlstFacts)chosen, forFeat: false, destination);
        Assert.That(Encoding.ASCII.GetString(destination, 0, length), Is.EqualTo(options));
    }

    private static string Long(string name, long length, long time, FtpRights rights) =>
        Long(new ListedName
        {
            Name = Encoding.UTF8.GetBytes(name),
            Length = length,
            ModifiedUnixSeconds = time,
            Rights = rights,
        });

    private static string LongDirectory(string name, long time, FtpRights rights) =>
        Long(ListedName.OfDirectory(Encoding.UTF8.GetBytes(name), time, rights));

    private static string Long(in ListedName name)
    {
        var destination = new byte[ListingFormat.LengthMax(name.Name.Length)];
        int length = ListingFormat.WriteLong(name, Now, destination);
        return Encoding.UTF8.GetString(destination, 0, length);
    }

    private static string Facts(in ListedName name, MlstFacts facts, ListedKind kind)
    {
        var destination = new byte[ListingFormat.LengthMax(name.Name.Length)];
        int length = ListingFormat.WriteFacts(name, facts, kind, destination);
        return Encoding.UTF8.GetString(destination, 0, length);
    }
}
