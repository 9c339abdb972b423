namespace Straightwire.Appliance.Tests;

/// <summary>Files of the repository that tests run in.</summary>
internal static class RepositoryFiles
{
    /// <summary>The full path of one.</summary>
    public static string PathOf(string relative)
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Straightwire.slnx")))
        {
            directory = Path.GetDirectoryName(directory);
        }
        return Path.Combine(directory ?? throw new FileNotFoundException("Straightwire.slnx"), relative);
    }
}
