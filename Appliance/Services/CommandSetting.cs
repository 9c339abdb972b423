namespace Straightwire.Appliance.Services;

/// <summary>An option of the command line that sets a key.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Key">The key, with ':' between its parts.</param>
/// <param name="Description">A sentence for --help.</param>
public sealed record CommandSetting(string Name, string Key, string Description)
{
    /// <summary>What stands for the value in --help; null: it takes none.</summary>
    public string? ValueName { get; init; }

    /// <summary>What the key is set to by an option that takes no value.</summary>
    public string Value { get; init; } = "true";
}
