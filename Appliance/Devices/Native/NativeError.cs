using System.Globalization;
using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>The values of errno that this program tells apart, and text for all of them.</summary>
internal static class NativeError
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoDeviceAddress = 6;
    public const int TryAgain = 11;
    public const int NoMemory = 12;
    public const int AccessDenied = 13;
    public const int Fault = 14;
    public const int Busy = 16;
    public const int NoDevice = 19;
    public const int Exists = 17;
    public const int Invalid = 22;
    public const int NoCall = 38;
    public const int BadState = 77;
    public const int MessageTooLong = 90;
    public const int NoFamily = 97;
    public const int NetworkDown = 100;
    public const int NoBuffers = 105;

    /// <summary>errno of the last system call of this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The C library's words for an errno, and its number.</summary>
    public static string Describe(int error) => string.Create(
        CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
}
