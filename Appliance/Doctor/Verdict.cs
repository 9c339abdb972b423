namespace Straightwire.Appliance.Doctor;

/// <summary>What a finding means for a server with these options.</summary>
public enum Verdict
{
    /// <summary>Nothing is to be done.</summary>
    Ok,

    /// <summary>The server runs, and something would go better.</summary>
    Warn,

    /// <summary>The server does not start.</summary>
    Fail,
}
