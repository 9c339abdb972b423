namespace Straightwire.Appliance.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Source">Where the value comes from: a file's name, the environment, the command line.</param>
/// <param name="Pointer">The key as a JSON pointer (RFC 6901); empty for the whole.</param>
/// <param name="Message">What is wrong and, where it can be told, what is right.</param>
public readonly record struct ConfigurationFault(string Source, string Pointer, string Message)
{
    /// <summary>"line:column" in a file; null where there is none.</summary>
    public string? Place { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string at = Place is null ? Source : $"{Source}:{Place}";
        return Pointer.Length == 0 ? $"{at}: {Message}" : $"{at}: {Pointer}: {Message}";
    }
}
