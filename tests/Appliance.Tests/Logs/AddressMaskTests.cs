using System.Text;
using Straightwire.Appliance.Logs;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Logs;

public sealed class AddressMaskTests
{
    [TestCase(32, 128, "198.18.77.5", "198.18.77.5")]
    [TestCase(24, 48, "198.18.77.5", "198.18.77.0")]
    [TestCase(0, 0, "198.18.77.5", "0.0.0.0")]
    [TestCase(24, 48, "2001:db8:1:2:3::5", "2001:db8:1::")]
    [TestCase(24, 128, "2001:db8:1:2:3::5", "2001:db8:1:2:3::5")]
    [TestCase(24, 0, "2001:db8::5", "::")]
    public void The_rest_of_an_address_is_zero(int length4, int length6, string text, string masked)
    {
        Assert.That(IpAddressText.TryRead(Encoding.ASCII.GetBytes(text), out IpAddress address), Is.True);

        Assert.That(new AddressMask(length4, length6).Of(address).ToString(), Is.EqualTo(masked));
    }
}
