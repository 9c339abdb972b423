namespace Straightwire.Protocols.Http.Request;

/// <summary>1*DIGIT as it stands in Content-Length and Range: any number of digits, no sign.</summary>
internal static class DecimalNumber
{
    /// <summary>
    /// False for anything but digits. RFC 9110 §8.6: a recipient has to expect large numbers, so that one
    /// beyond 2^63 − 1 becomes that.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                value = 0;
                return false;
            }
            int ones = digit - '0';
            value = value > (long.MaxValue - ones) / 10 ? long.MaxValue : (value * 10) + ones;
        }
        return !digits.IsEmpty;
    }
}
