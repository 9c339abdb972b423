namespace Straightwire.Appliance.Tests.Support;

/// <summary>Tests that this machine cannot run.</summary>
internal static class Skip
{
    /// <summary>
    /// Ignores the running test and shows why: `dotnet test` prints the name of an ignored test alone, and
    /// what a test writes to its error stream.
    /// </summary>
    public static void Because(string reason)
    {
        TestContext.Error.WriteLine($"skipped: {reason}");
        Assert.Ignore(reason);
    }
}
