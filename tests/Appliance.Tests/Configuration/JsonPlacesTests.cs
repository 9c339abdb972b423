using System.Text;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Tests.Configuration;

public sealed class JsonPlacesTests
{
    [TestCase("a", "1:3")]
    [TestCase("b:c", "3:3")]
    [TestCase("B:C", "3:3")]
    [TestCase("b:list:1", "4:17")]
    [TestCase("b:list:1:name", "4:19")]
    [TestCase("b:list:7", "4:2")]
    [TestCase("x", null)]
    public void A_key_is_found_where_an_editor_shows_it(string key, string? place)
    {
        var places = JsonPlaces.Read(
            "{ \"a\": 1, // ö\n\"b\": {\n  \"c\": 2,\n \"list\": [ \"ö\", { \"name\": 3 }, ], }, }"u8,
            out var fault);

        Assert.That(fault, Is.Null);
        Assert.That(places.Of(key), Is.EqualTo(place));
    }

    [Test]
    public void A_byte_order_mark_is_no_column()
    {
        byte[] text = [.. Encoding.UTF8.Preamble, .. "{ \"a\": 1 }"u8];

        Assert.That(JsonPlaces.Read(text, out var fault).Of("a"), Is.EqualTo("1:3"));
        Assert.That(fault, Is.Null);
    }

    [Test]
    public void No_text_is_read_without_an_answer()
    {
        var random = new Random(1);
        byte[] whole = Encoding.UTF8.GetBytes("{ \"a\": [ 1, { \"b\": \"c\" } ], \"d\": { } } // e");
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = whole[..random.Next(whole.Length + 1)];
            for (int j = random.Next(3); j > 0 && text.Length > 0; j--)
            {
                text[random.Next(text.Length)] = (byte)random.Next(256);
            }
            Assert.That(() => JsonPlaces.Read(text, out _).Of("a:1:b"), Throws.Nothing);
        }
    }
}
