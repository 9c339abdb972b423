using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Ftp.Data;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class PartsFuzzTests
{
    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "\0", " ", "/", "..", ".", "|", ",", "1", "255", "65536", "*", "?", "[",
        "]", "[!", "-", "\u00ff", "\u00ff\u00fa", "\u00ff\u00f0", "\u00ff\u00fb", "\u00f2", "ABOR",
        "RETR", "EPRT |1|198.18.0.1|1|", "\u00c3\u00a4", "\u00e2\u0082", "19941106084937", ";", "type;",
        "\"", "\\", "99999999999999999999",
    ];

    [Test]
    public void Whatever_comes_nothing_is_thrown([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = Next(random);
            byte[] other = Next(random);
            Assert.That(() => TryAll(bytes, other), Throws.Nothing, Convert.ToHexString(bytes));
        }
    }

    [Test]
    public void Reading_commands_and_writing_listings_allocates_nothing()
    {
        var buffer = new byte[256];
        long before = 0;
        int written = 0;
        for (int round = 0; round < 200; round++)
        {
            // The first rounds compile.
            if (round == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            FtpLineReader.Read("\u00ff\u00f1RETR a\r\n"u8, buffer, out int length, out _);
            written += (int)FtpCommand.Parse(buffer.AsSpan(0, length), out _);
            bool isPort = HostPort.TryParsePort("1,2,3,4,5,6"u8, out Ipv4Address address, out ushort port);
            written += isPort ? 1 : 0;
            written += HostPort.WritePasv(address, port, buffer) + HostPort.WriteEpsv(port, buffer);
            written += FtpTime.TryParse("19941106084937"u8, out long seconds) ? 1 : 0;
            var name = new ListedName { Name = "a"u8, ModifiedUnixSeconds = seconds };
            written += ListingFormat.WriteLong(name, 0, buffer);
            written += ListingFormat.WriteFacts(name, MlstFacts.All, ListedKind.Entry, buffer);
            written += GlobPattern.Matches("*[a-z]?"u8, "abc"u8) ? 1 : 0;
            written += FtpPath.HidesAny("/a/.well-known/.b") ? 1 : 0;
            bool afterCr = false;
            AsciiText.Encode("a\nb"u8, buffer, ref afterCr, out _, out _);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(written, Is.Positive);
    }

    private static void TryAll(byte[] bytes, byte[] other)
    {
        var buffer = new byte[(2 * bytes.Length) + 2];
        LineResult result = FtpLineReader.Read(
            bytes, buffer.AsSpan(0, bytes.Length / 2), out int length, out int consumed);
        Assert.That(consumed, result == LineResult.Line ? Is.InRange(1, bytes.Length) : Is.Zero);
        FtpCommand.Parse(buffer.AsSpan(0, length), out _);
        FtpCommand.Parse(bytes, out _);
        FtpLineReader.HoldsAbort(bytes);
        FtpLineReader.EndOfLine(bytes);
        FtpPath.TryResolve("/a", bytes, out _);
        FtpPath.HidesAny(Encoding.Latin1.GetString(bytes));
        Assert.That(HostPort.TryParsePort(bytes, out _, out ushort port) || port == 0);
        EprtResult eprt = HostPort.TryParseEprt(bytes, out _, out port);
        Assert.That(eprt == EprtResult.Ok || port == 0);
        HostPort.ParseEpsv(bytes);
        Assert.That(FtpTime.TryParse(bytes, out long seconds) || seconds == 0);
        Assert.That(ListingFormat.TryParseFacts(bytes, out MlstFacts facts) || facts == MlstFacts.None);
        GlobPattern.IsPattern(bytes);
        GlobPattern.Matches(bytes, other);
        bool afterCr = false;
        AsciiText.Encode(bytes, buffer, ref afterCr, out consumed, out _);
        Assert.That(consumed, Is.EqualTo(bytes.Length));
        AsciiText.Decode(bytes, buffer, ref afterCr, out consumed, out _, isLast: true);
        Assert.That((consumed, afterCr), Is.EqualTo((bytes.Length, false)));
    }

    private static byte[] Next(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(8); i > 0; i--)
        {
            text.Append(
                random.Next(4) == 0
                    ? ((char)random.Next(256)).ToString()
                    : Pieces[random.Next(Pieces.Length)]);
        }
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
