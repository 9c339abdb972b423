using System.Text.RegularExpressions;

namespace Straightwire.Tidy.Tests;

/// <summary>
/// Where the version of IP ends: TCP, UDP, services and what they are told of know addresses, not whose.
/// </summary>
[TestFixture]
public sealed partial class AddressTests
{
    // Who knows IPv4 besides IP itself: what reads and writes its addresses, whoever is told one by the
    // configuration or by the kernel, and FTP's commands that have one as an argument.
    private static readonly string[] KnowIpv4 =
    [
        "Stack/Wire/", "Stack/Ip/",
        "Protocols/Ftp/HostPort.cs", "Protocols/Ftp/DataEndpoint.cs",
        "Appliance/Configuration/", "Appliance/Options/", "Appliance/Addresses/", "Appliance/Devices/",
        "Appliance/Devices.Pcap/",
        "Appliance/Doctor/InterfaceChecks.cs", "Appliance/Sandbox/ImageHandover.cs",
    ];

    [Test]
    public void Ipv4_ends_at_ip() => Assert.That(
        string.Join(
            '\n',
            from source in Repository.Sources
            where !source.Name.StartsWith("tests/", StringComparison.Ordinal)
                && !KnowIpv4.Any(place => source.Name.StartsWith(place, StringComparison.Ordinal))
            let match = OfIpv4().Match(source.Code)
            where match.Success
            select $"{source.Name}:{source.LineOf(match.Index)}: '{match.Value}'; above Stack/Ip an address "
                + "is an IpAddress, and the next hop says how long a header is"),
        Is.Empty);

    [GeneratedRegex(@"\bIpv4(?:Address|Prefix|Header|Layer|Interface|Input|Output)\b|\bStack\.Ip\.V4\b")]
    private static partial Regex OfIpv4();
}
