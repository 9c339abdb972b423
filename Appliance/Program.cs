namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main() => 0;
}
