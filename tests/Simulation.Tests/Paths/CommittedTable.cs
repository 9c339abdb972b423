namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// A table beside the tests that says what is measured: a change of it shows as a difference.
/// TESTS_WRITE=FOLDER has the tables of today written there.
/// </summary>
internal static class CommittedTable
{
    /// <summary>Fails unless the lines are those of the committed table.</summary>
    public static void Check(string name, IReadOnlyList<string> lines)
    {
        if (Environment.GetEnvironmentVariable("TESTS_WRITE") is { Length: > 0 } place)
        {
            // A file's name is the older way: the table that it is named for.
            bool isFolder = Directory.Exists(place);
            if (isFolder || Path.GetFileName(place) == name)
            {
                File.WriteAllLines(isFolder ? Path.Combine(place, name) : place, lines);
            }
        }
        string[] committed = File.ReadAllLines(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "Paths", name));
        Assert.That(
            lines, Is.EqualTo(committed), "TESTS_WRITE=FOLDER writes the tables of today there");
    }
}
