using Straightwire.Appliance.Content;
using Straightwire.Appliance.Doctor;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Devices.Network;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Doctor;

public sealed class DoctorChecksTests
{
    private const ulong NetworkAdministration = 1UL << 12;
    private const ulong RawNetwork = 1UL << 13;
    private const ulong LockMemory = 1UL << 14;
    private const ulong Administration = 1UL << 21;

    private static readonly Ipv4Address Server = new(0xC612_0002);

    [TestCase(1024, Verdict.Warn)]
    [TestCase(10_000, Verdict.Ok)]
    public void Uploads_want_two_open_files_each(int most, Verdict verdict)
    {
        var writer = new FtpUserSettings
        {
            Name = "editor",
            PasswordHash = "pbkdf2-sha256$600000$c2FsdHNhbHRzYWx0$",
            Rights = [FtpRight.Read, FtpRight.Write],
        };
        var options = new ApplianceOptions { Ftp = new FtpSettings { Users = [writer] } };

        Assert.That(LimitChecks.Descriptors(options, 0, most).Verdict, Is.EqualTo(verdict));
        Assert.That(LimitChecks.Descriptors(new ApplianceOptions(), 0, most).Verdict, Is.EqualTo(Verdict.Ok));
    }

    [TestCase(100, 100, Verdict.Ok)]
    [TestCase(101, 100, Verdict.Warn)]
    public void Each_directory_takes_a_watch(int directories, int most, Verdict verdict)
    {
        Finding finding = WatchChecks.Watches(directories, most, Duration.Parse("30s"));

        Assert.That(finding.Verdict, Is.EqualTo(verdict));
        Assert.That(
            finding.Text.Contains("sysctl -w fs.inotify.max_user_watches=202", StringComparison.Ordinal),
            Is.EqualTo(verdict == Verdict.Warn));
    }

    [Test]
    public void Capabilities_are_read_by_name()
    {
        var some = CapabilitySet.Read(
            "Name:\tdotnet\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000003000\n");

        Assert.That(some.ToString(), Is.EqualTo("CAP_NET_ADMIN, CAP_NET_RAW"));
        Assert.That(some.Has("NET_RAW"), Is.True);
        Assert.That(some.Has("BPF"), Is.False);
        Assert.That(new CapabilitySet(Administration).Has("BPF"), Is.True, "CAP_SYS_ADMIN has it");
        Assert.That(CapabilitySet.Read("CapEff:\t1ffffffffff").ToString(), Is.EqualTo("all capabilities"));
        Assert.That(CapabilitySet.Read("CapEff:\t0").ToString(), Is.EqualTo("no capability"));
    }

    [TestCase(0UL, true, "CAP_NET_ADMIN is needed to make the TAP")]
    [TestCase(NetworkAdministration, false, "CAP_NET_RAW is needed to open the interface")]
    [TestCase(RawNetwork | NetworkAdministration, false, "CAP_BPF is needed to")]
    public void A_missing_capability_is_named_with_its_purpose(ulong bits, bool isTap, string expected)
    {
        Finding finding = ProcessChecks.Privileges(new CapabilitySet(bits), isTap);

        Assert.That(finding.Verdict, Is.EqualTo(Verdict.Warn));
        Assert.That(finding.Text, Does.Contain(expected));
        var enough = new CapabilitySet(bits | Administration | RawNetwork | NetworkAdministration);
        Assert.That(ProcessChecks.Privileges(enough, isTap).Verdict, Is.EqualTo(Verdict.Ok));
    }

    [Test]
    public void A_user_namespace_matters_on_an_interface_only()
    {
        const string Whole = "         0          0 4294967295\n";
        const string Own = "         0       1000          1\n";

        Assert.That(ProcessChecks.UserNamespace(Whole, isTap: false).Verdict, Is.EqualTo(Verdict.Ok));
        Assert.That(ProcessChecks.UserNamespace(Own, isTap: false).Verdict, Is.EqualTo(Verdict.Warn));
        Assert.That(ProcessChecks.UserNamespace(Own, isTap: true).Verdict, Is.EqualTo(Verdict.Ok));
    }

    [TestCase(6, "kill_process errno allow", true, Verdict.Ok, "Landlock 6, seccomp there")]
    [TestCase(null, "kill_process errno allow", true, Verdict.Warn, "files are not restricted")]
    [TestCase(6, "", true, Verdict.Warn, "system calls are not restricted")]
    [TestCase(6, "errno", false, Verdict.Warn, "turned off")]
    public void What_the_sandbox_lacks_is_told(
        int? landlock, string actions, bool isWanted, Verdict expected, string text)
    {
        Finding finding = ProcessChecks.Sandbox(landlock, actions, isWanted);

        Assert.That(finding.Verdict, Is.EqualTo(expected));
        Assert.That(finding.Text, Does.Contain(text));
    }

    [TestCase("8388608", 0UL, Verdict.Warn)]
    [TestCase("8388608", LockMemory, Verdict.Ok)]
    [TestCase("unlimited", 0UL, Verdict.Ok)]
    [TestCase("67108864", 0UL, Verdict.Ok)]
    public void Locked_memory_has_to_hold_the_frames_of_af_xdp(string soft, ulong bits, Verdict expected)
    {
        string limits = $"Limit                     Soft Limit           Hard Limit           Units     \n"
            + $"Max locked memory         {soft,-20} unlimited            bytes     \n";

        Finding finding = ProcessChecks.LockedMemory(limits, new CapabilitySet(bits));

        Assert.That(finding.Verdict, Is.EqualTo(expected), finding.Text);
    }

    [Test]
    public void Programs_that_listen_at_the_servers_ports_are_named()
    {
        // 0.0.0.0:80, 127.0.0.1:21, 198.18.0.2:8080 and a connection from 198.18.0.2:21.
        const string Table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
               0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               1: 0100007F:0015 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               2: 020012C6:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               3: 020012C6:0015 010012C6:C350 01 00000000:00000000 00:00000000 00000000     0
            """;
        var listeners = HostListener.Parse(Table, IpProtocol.Tcp).ToArray();

        Assert.That(
            listeners.Select(l => $"{l.Address}:{l.Port}"),
            Is.EqualTo(new[] { "0.0.0.0:80", "127.0.0.1:21", "198.18.0.2:8080" }));
        Assert.That(
            PortsAt(new PortSpan(80, 80), new PortSpan(8000, 8100)).Text, Does.Contain("at 80, 8080 of"));
        Assert.That(PortsAt(new PortSpan(80, 80)).Verdict, Is.EqualTo(Verdict.Warn));
        Assert.That(PortsAt(new PortSpan(21, 21)).Verdict, Is.EqualTo(Verdict.Ok));

        Finding PortsAt(params PortSpan[] spans) => InterfaceChecks.Ports(
            new InterfaceOptions
            {
                Name = "eth0",
                Ports = [.. spans.Select(span => new ServicePort(IpProtocol.Tcp, span))],
            },
            Server, listeners);
    }

    [Test]
    public void Programs_that_take_datagrams_at_the_servers_ports_are_named()
    {
        // 0.0.0.0:53, 198.18.0.2:5353, and 198.18.0.2:67 with one peer.
        const string Table = """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
              201: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0
              202: 020012C6:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0
              203: 020012C6:0043 010012C6:0044 01 00000000:00000000 00:00000000 00000000     0
            """;
        HostListener[] listeners = [.. HostListener.Parse(Table, IpProtocol.Udp)];

        Assert.That(
            listeners.Select(l => $"{l.Address}:{l.Port}"),
            Is.EqualTo(new[] { "0.0.0.0:53", "198.18.0.2:5353" }));
        Assert.That(PortsAt(IpProtocol.Udp).Text, Does.Contain("at UDP 53, UDP 5353 of"));
        Assert.That(PortsAt(IpProtocol.Tcp).Verdict, Is.EqualTo(Verdict.Ok));

        Finding PortsAt(byte protocol) => InterfaceChecks.Ports(
            new InterfaceOptions { Name = "eth0", Ports = [new(protocol, new(1, 65_535))] },
            Server, listeners);
    }

    [Test]
    public void A_program_that_listens_by_IPv6_is_told_where_it_takes_IPv4_too()
    {
        // [::]:80, [::ffff:198.18.0.2]:81, [::1]:82 and [fe80::1]:83.
        const string Table = """
              sl  local_address                         remote_address                        st tx_queue
               0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:0
               1: 0000000000000000FFFF0000020012C6:0051 00000000000000000000000000000000:0000 0A 00000000:0
               2: 00000000000000000000000001000000:0052 00000000000000000000000000000000:0000 0A 00000000:0
               3: 000080FE000000000000000001000000:0053 00000000000000000000000000000000:0000 0A 00000000:0
            """;
        InterfaceOptions all = new() { Name = "eth0", Ports = [new(IpProtocol.Tcp, new(1, 65_535))] };
        HostListener[] listeners = [.. HostListener.Parse(Table, IpProtocol.Tcp)];
        Assert.That(
            listeners.Select(l => $"{l.Address} {l.Port}"),
            Is.EqualTo(new[] { ":: 80", "198.18.0.2 81", "::1 82", "fe80::1 83" }));
        Assert.That(
            InterfaceChecks.Ports(all, Server, listeners).Text, Does.Contain("at 80, 81 of 198.18.0.2"));
    }

    [TestCase("02:00:00:00:00:09", "eth0", Verdict.Warn)]
    [TestCase("02:00:00:00:00:01", "eth0", Verdict.Ok)]
    [TestCase("02:00:00:00:00:09", "eth1", Verdict.Ok)]
    public void Another_holder_of_the_address_that_the_host_knows_is_told(
        string mac, string device, Verdict expected)
    {
        string neighbors = "IP address       HW type     Flags       HW address            Mask     Device\n"
            + $"198.18.0.2       0x1         0x2         {mac}     *        {device}\n";
        var identity = new InterfaceIdentity
        {
            Mac = new MacAddress(0x0200_0000_0001),
            Address = new Ipv4Prefix(Server, 24),
            Mtu = 1500,
        };

        Finding finding = InterfaceChecks.Address(identity, "eth0", neighbors);

        Assert.That(finding.Verdict, Is.EqualTo(expected), finding.Text);
    }

    [Test]
    public void More_large_files_than_mappings_fail_and_say_the_number_to_set()
    {
        Assert.That(Residency.FilesFor(65_530), Is.GreaterThanOrEqualTo(60_000));
        Assert.That(
            LimitChecks.Mappings(60_000, 60_000 * 300_000L, 0, 65_530).Verdict, Is.EqualTo(Verdict.Ok));
        Finding packed = LimitChecks.Mappings(62_000, 62_000 * 300_000L, 4L << 30, 65_530);
        Assert.That(packed.Verdict, Is.EqualTo(Verdict.Warn), "the rest is packed");
        Finding finding = LimitChecks.Mappings(120_000, 120_000 * 300_000L, 4L << 30, 65_530);

        Assert.That(finding.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(finding.Text, Does.Contain("sysctl -w vm.max_map_count=130000"));
    }

    [Test]
    public void Large_files_and_uploads_are_one_sum_of_descriptors()
    {
        Finding all = LimitChecks.Descriptors(new ApplianceOptions(), 60_000, 75_536);
        Finding some = LimitChecks.Descriptors(new ApplianceOptions(), 60_000, 20_000);

        Assert.That((all.Verdict, some.Verdict), Is.EqualTo((Verdict.Ok, Verdict.Ok)));
        Assert.That(all.Text, Does.StartWith("large files 60000 + uploads 0 + "));
        Assert.That(
            some.Text, Does.StartWith("large files 10000 + ").And.Contain("of 50000 more large files"));
    }

    [Test]
    public void Nothing_is_judged_twice()
    {
        var content = new ContentOptions { Directory = AppContext.BaseDirectory };
        string[] subjects =
        [
            .. ContentChecks.Run(new ApplianceOptions { Content = content }).Select(f => f.Subject),
        ];

        Assert.That(subjects, Is.Unique);
        Assert.That(subjects, Is.SupersetOf(new[] { "content", "mappings", "memory", "descriptors" }));
    }
}
