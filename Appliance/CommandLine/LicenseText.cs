namespace Straightwire.Appliance.CommandLine;

/// <summary>The licenses of the program and of all that is in it, which go with every copy.</summary>
internal static class LicenseText
{
    // Resources of the assembly (Appliance.csproj).
    private static readonly string[] Parts = ["LICENSE", "Notices.txt", "Apache-2.0.txt", "MPL-2.0.txt"];

    /// <summary>Writes all of them.</summary>
    public static void Write(TextWriter output)
    {
        foreach (string part in Parts)
        {
            Stream stream = typeof(LicenseText).Assembly.GetManifestResourceStream(part)
                ?? throw new InvalidOperationException($"the resource {part} is in the assembly");
            using var reader = new StreamReader(stream);
            output.WriteLine(reader.ReadToEnd().Trim('\n'));
            output.WriteLine($"\n{new string('-', 80)}\n");
        }
    }
}
