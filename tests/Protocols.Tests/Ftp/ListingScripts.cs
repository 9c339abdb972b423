using System.Text;
using Straightwire.Simulation;
using Straightwire.Simulation.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>LIST, NLST, MLSD, MLST, STAT with a path, SIZE, MDTM, and directories.</summary>
public sealed class ListingScripts
{
    private const string LongA = "-rw-r--r--   1 ftp      ftp            18 Oct  1 08:30 a.txt";
    private const string LongReadme = "-rw-r--r--   1 ftp      ftp            30 Oct  1 08:30 readme.txt";
    private const string LongSub = "drwxr-xr-x   2 ftp      ftp             0 Oct  1 08:30 sub";

    [TestCase("LIST pub", $"{LongReadme}\\r\\n{LongSub}\\r\\n")]
    [TestCase("LIST -la pub", $"{LongReadme}\\r\\n{LongSub}\\r\\n")]
    [TestCase("LIST -a -l /pub/", $"{LongReadme}\\r\\n{LongSub}\\r\\n")]
    [TestCase("LIST a.txt", $"{LongA}\\r\\n")]
    [TestCase("LIST a*", $"{LongA}\\r\\n")]
    [TestCase("LIST pub/r*", $"{LongReadme}\\r\\n")]
    [TestCase("LIST hollow", "")]
    [TestCase("LIST x*", "")]
    [TestCase("NLST", "a.txt\\r\\nbig.bin\\r\\nempty.txt\\r\\nhollow\\r\\npub\\r\\n")]
    [TestCase("NLST -a", "a.txt\\r\\nbig.bin\\r\\nempty.txt\\r\\nhollow\\r\\npub\\r\\n")]
    [TestCase("NLST pub", "pub/readme.txt\\r\\npub/sub\\r\\n")]
    [TestCase("NLST pub/", "pub/readme.txt\\r\\npub/sub\\r\\n")]
    [TestCase("NLST /pub/*.txt", "/pub/readme.txt\\r\\n")]
    [TestCase("NLST *.[tb]*", "a.txt\\r\\nbig.bin\\r\\nempty.txt\\r\\n")]
    [TestCase("NLST a.txt", "a.txt\\r\\n")]
    [TestCase("NLST pub/readme.txt", "pub/readme.txt\\r\\n")]
    [TestCase("MLSD pub", "type=file;size=30;modify=20261001083015;perm=rawfd; readme.txt\\r\\n"
        + "type=dir;modify=20261001083015;perm=elcmpdf; sub\\r\\n")]
    [TestCase("MLSD hollow", "")]
    public void A_listing_is_in_the_form_that_was_asked_for(string command, string expected) => FtpScript.Run(
        $"""
        enter alice
        passive
        > {command}
        < 150 *
        data "{expected}"
        < 226 *
        counter Listings 1
        log Login  0 230
        log List * 226
        """);

    [Test]
    public void Facts_are_those_that_were_chosen_and_permissions_those_of_the_user() => FtpScript.Run("""
        enter bob
        > OPTS MLST perm;size;
        < 200 MLST OPTS size;perm;
        passive
        > MLSD
        < 150 *
        data "size=30;perm=r; readme.txt\r\nperm=el; sub\r\n"
        < 226 *
        > MLST readme.txt
        < 250-Listing
        <  size=30;perm=r; /readme.txt
        < 250 End
        > OPTS MLST
        < 200 MLST OPTS
        > MLST readme.txt
        < 250-Listing
        <   /readme.txt
        < 250 End
        """);

    [Test]
    public void Mlst_tells_facts_on_the_control_connection() => FtpScript.Run("""
        enter alice
        > MLST a.txt
        < 250-Listing
        <  type=file;size=18;modify=20261001083015;perm=rawfd; /a.txt
        < 250 End
        > MLST pub/sub
        < 250-Listing
        <  type=dir;modify=20261001083015;perm=elcmpdf; /pub/sub
        < 250 End
        > CWD pub
        < 250 *
        > MLST /
        < 250-Listing
        <  type=dir;modify=20261001083015;perm=elcmp; /
        < 250 End
        """);

    [Test]
    public void Stat_of_a_path_lists_on_the_control_connection() => FtpScript.Run($"""
        enter alice
        > STAT -l pub
        < 213-*
        < {LongReadme}
        < {LongSub}
        < 213 End.
        > STAT a.txt
        < 213-*
        < {LongA}
        < 213 End.
        > STAT hollow
        < 213-*
        < 213 End.
        """);

    [Test]
    public void Size_and_mdtm_are_of_files_and_mdtm_of_directories() => FtpScript.Run("""
        enter alice I
        > SIZE a.txt
        < 213 18
        > SIZE /pub/../a.txt
        < 213 18
        > SIZE empty.txt
        < 213 0
        > SIZE pub
        < 550 *
        > MDTM a.txt
        < 213 20261001083015
        > MDTM pub
        < 213 20261001083015
        """);

    [Test]
    public void A_users_root_is_the_root_by_any_spelling_and_the_log_has_the_whole_path() => FtpScript.Run("""
        enter bob I
        > CWD ../../..
        < 250 *
        > PWD
        < 257 "/" *
        > SIZE ../../a.txt
        < 550 *
        > SIZE /../../../pub/../readme.txt
        < 213 30
        > CWD sub/../../sub
        < 250 *
        > PWD
        < 257 "/sub" *
        > CDUP
        < 250 *
        > CDUP
        < 250 *
        > PWD
        < 257 "/" *
        > CWD ~
        < 550 *
        > CWD ..\\..
        < 553 *
        > CWD %2e%2e
        < 550 *
        passive
        > RETR ../../readme.txt
        < 150 *
        data /pub/readme.txt
        < 226 *
        passive
        > LIST /..
        < 150 *
        data "dr-xr-xr-x*"
        < 226 *
        log Login  0 230
        log Download /pub/readme.txt 30 226
        log List /pub * 226
        """.Replace(
            "data \"dr-xr-xr-x*\"",
            "data \"" + LongReadme.Replace("-rw-", "-r--", StringComparison.Ordinal) + "\\r\\n"
                + LongSub.Replace("drwx", "dr-x", StringComparison.Ordinal) + "\\r\\n\"",
            StringComparison.Ordinal));

    [Test]
    public void Hidden_names_are_not_there_and_cannot_be_made() => FtpScript.Run("""
        enter alice
        > STOR .git/config
        < 553 *
        > MKD .git
        < 553 *
        > MKD pub/.x/y
        < 553 *
        > CWD .git
        < 550 *
        > RNFR a.txt
        < 350 *
        > RNTO .a.txt
        < 553 *
        > RETR .htaccess
        < 550 *
        > MKD .well-known
        < 257 *
        directory /.well-known/
        """);

    [Test]
    public void Who_enters_a_directory_is_told_its_message()
    {
        FtpWorld world = new(change: options => options with { DirectoryMessage = "welcome.msg" });
        world.Changes.Add(
            "/pub/welcome.msg",
            Encoding.UTF8.GetBytes("Hello\r\n250 to all\x07\nbye\n"),
            FtpWorld.ContentTime);
        world.Changes.Add("/hollow/welcome.msg", new byte[5000], FtpWorld.ContentTime);
        FtpScript.Run("""
            enter alice
            > CWD pub
            < 250-Hello
            <  250 to all
            <  bye
            < 250 The directory is /pub.
            > CWD sub
            < 250 *
            > CWD /hollow
            < 250 The directory is /hollow.
            """, world);
    }

    [Test]
    public void Stat_of_a_long_directory_waits_for_a_client_that_does_not_read()
    {
        FtpWorld world = new();
        world.Changes.AddDirectory("/many/", FtpWorld.ContentTime);
        for (int i = 0; i < 5000; i++)
        {
            world.Changes.AddEmpty($"/many/file-{i:0000}.txt", FtpWorld.ContentTime);
        }
        FtpScript script = FtpScript.Begin(world);
        script.Do("enter alice");
        script.StopReading();
        script.Do("""
            >> STAT many\r\nPWD\r\n
            wait 20s
            """);
        Assert.That(world.Stacks.Server.Pool.FreeCount, Is.GreaterThan(1024 - 48), "frames that stay free");
        script.ReadOn();
        script.Do("""
            wait 1s
            < 213-*
            """);
        for (int i = 0; i < 5000; i++)
        {
            script.Do($"< * file-{i:0000}.txt");
        }
        script.Do("""
            < 213 End.
            < 257 *
            """);
        script.End();
    }

    [Test]
    public void A_directory_of_a_hundred_thousand_names_is_sent_a_piece_at_a_time()
    {
        FtpWorld world = new(
            cable: new CablePlan { BitsPerSecond = 100_000_000 },
            shards: options => options with { Frames = options.Frames with { PoolFrames = 512 } });
        StringBuilder names = new();
        world.Changes.AddDirectory("/many/", FtpWorld.ContentTime);
        for (int i = 0; i < 100_000; i++)
        {
            string name = $"file-{i:000000}.txt";
            world.Changes.AddEmpty($"/many/{name}", FtpWorld.ContentTime);
            names.Append(name).Append("\\r\\n");
        }
        int least = int.MaxValue;
        world.World.BeforePass += _ => least = Math.Min(least, world.Stacks.Server.Pool.FreeCount);
        FtpScript.Run($"""
            enter alice
            > CWD many
            < 250 *
            passive
            > NLST
            < 150 *
            data "{names}"
            < 226 Transfer complete: 1700000 bytes *
            """, world);
        Assert.That(least, Is.LessThan(512).And.GreaterThan(512 - 192), "frames of the pool that stay free");
    }
}
