using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Straightwire.Protocols.Ftp.Data;

namespace Straightwire.Protocols.Tests.Ftp.Data;

internal sealed class AsciiTextTests
{
    private static Arbitrary<(string Text, int[] Cuts)> CutTexts =>
        (from pieces in Gen.Elements("\r", "\n", "\r\n", "a", "bc", "\n\n", "\r\r").ArrayOf()
         from cuts in Gen.Choose(1, 5).NonEmptyListOf()
         select (string.Concat(pieces), cuts.ToArray())).ToArbitrary();

    [TestCase("", "")]
    [TestCase("a", "a")]
    [TestCase("a\nb\n", "a\r\nb\r\n")]
    [TestCase("a\r\nb\r\n", "a\r\nb\r\n")]
    [TestCase("\n\n", "\r\n\r\n")]
    [TestCase("a\rb\r", "a\rb\r")]
    [TestCase("\r\r\n", "\r\r\n")]
    [TestCase("\r\n\n", "\r\n\r\n")]
    [TestCase("\0\u00ff", "\0\u00ff")]
    public void A_file_goes_to_the_wire_with_CRLF(string file, string wire) =>
        Assert.That(Encode(file, [100], [100]), Is.EqualTo(wire));

    [TestCase("", "")]
    [TestCase("a", "a")]
    [TestCase("a\r\nb\r\n", "a\nb\n")]
    [TestCase("a\nb\n", "a\nb\n")]
    [TestCase("a\rb", "a\rb")]
    [TestCase("a\r", "a\r")]
    [TestCase("\r\r\n", "\r\n")]
    [TestCase("\r\r\r", "\r\r\r")]
    [TestCase("\r\n\r\n", "\n\n")]
    [TestCase("\n\r", "\n\r")]
    [TestCase("\0\u00ff", "\0\u00ff")]
    public void The_wire_goes_to_a_file_with_LF(string wire, string file) =>
        Assert.That(Decode(wire, [100], [100]), Is.EqualTo(file));

    [Test]
    public void Where_the_pieces_are_cut_changes_nothing_of_what_is_sent() =>
        Prop.ForAll(CutTexts, CutTexts, (sources, rooms) =>
                // Room for one byte only may be none: an LF can need two.
                Encode(sources.Text, sources.Cuts, [.. rooms.Cuts.Select(cut => cut + 1)])
                    == ExpectedOnTheWire(sources.Text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void Where_the_pieces_are_cut_changes_nothing_of_what_is_stored() =>
        Prop.ForAll(CutTexts, CutTexts, (sources, rooms) =>
                Decode(sources.Text, sources.Cuts, rooms.Cuts)
                    == sources.Text.Replace("\r\n", "\n", StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Test]
    public void A_carriage_return_at_the_end_of_a_piece_waits_for_what_follows()
    {
        bool afterCr = false;
        var destination = new byte[4];
        AsciiText.Decode("a\r"u8, destination, ref afterCr, out int consumed, out int written, isLast: false);
        Assert.That((consumed, written, afterCr), Is.EqualTo((2, 1, true)));
        AsciiText.Decode("\n"u8, destination, ref afterCr, out consumed, out written, isLast: false);
        Assert.That((consumed, written, afterCr, destination[0]), Is.EqualTo((1, 1, false, (byte)'\n')));
    }

    [Test]
    public void A_carriage_return_at_the_very_end_is_held_until_there_is_room()
    {
        bool afterCr = false;
        var destination = new byte[1];
        AsciiText.Decode("a\r"u8, destination, ref afterCr, out int consumed, out int written, isLast: true);
        Assert.That((consumed, written, afterCr), Is.EqualTo((1, 1, false)));
        AsciiText.Decode("\r"u8, destination, ref afterCr, out consumed, out written, isLast: true);
        Assert.That((consumed, written, afterCr, destination[0]), Is.EqualTo((1, 1, false, (byte)'\r')));
    }

    [Test]
    public void A_line_end_without_room_for_two_bytes_is_not_torn()
    {
        bool afterCr = false;
        var destination = new byte[2];
        AsciiText.Encode("a\n"u8, destination, ref afterCr, out int consumed, out int written);
        Assert.That((consumed, written), Is.EqualTo((1, 1)));
    }

    private static string ExpectedOnTheWire(string file)
    {
        var wire = new StringBuilder();
        for (int i = 0; i < file.Length; i++)
        {
            if (file[i] == '\n' && (i == 0 || file[i - 1] != '\r'))
            {
                wire.Append('\r');
            }
            wire.Append(file[i]);
        }
        return wire.ToString();
    }

    private static string Encode(string file, int[] sources, int[] rooms)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(file);
        var wire = new StringBuilder();
        bool afterCr = false;
        int at = 0;
        for (int turn = 0; at < bytes.Length; turn++)
        {
            var destination = new byte[rooms[turn % rooms.Length]];
            int length = Math.Min(sources[turn % sources.Length], bytes.Length - at);
            AsciiText.Encode(
                bytes.AsSpan(at, length), destination, ref afterCr, out int consumed, out int written);
            Assert.That(consumed, Is.Positive);
            at += consumed;
            wire.Append(Encoding.Latin1.GetString(destination, 0, written));
        }
        return wire.ToString();
    }

    private static string Decode(string wire, int[] sources, int[] rooms)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(wire);
        var file = new StringBuilder();
        bool afterCr = false;
        int at = 0;
        for (int turn = 0; at < bytes.Length || afterCr; turn++)
        {
            var destination = new byte[rooms[turn % rooms.Length]];
            int length = Math.Min(sources[turn % sources.Length], bytes.Length - at);
            AsciiText.Decode(
                bytes.AsSpan(at, length),
                destination,
                ref afterCr,
                out int consumed,
                out int written,
                isLast: at + length == bytes.Length);
            Assert.That(consumed + written, Is.Positive);
            at += consumed;
            file.Append(Encoding.Latin1.GetString(destination, 0, written));
        }
        return file.ToString();
    }
}
