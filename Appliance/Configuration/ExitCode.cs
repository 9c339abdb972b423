namespace Straightwire.Appliance.Configuration;

/// <summary>
/// What the process ends with. `lab` ends with its COMMAND's status instead, once that has run.
/// </summary>
public static class ExitCode
{
    /// <summary>All went well; after SIGTERM or SIGINT too.</summary>
    public const int Ok = 0;

    /// <summary>The server failed while it ran; the log says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is at fault.</summary>
    public const int Usage = 2;

    /// <summary>
    /// The link cannot be opened: a privilege, a device, a name or an address is missing or taken. Or it was
    /// lost while the server ran: the interface is gone, or the address was taken from it.
    /// </summary>
    public const int Link = 3;

    /// <summary>The content cannot be read.</summary>
    public const int Content = 4;

    /// <summary>lab: COMMAND is there but cannot be run, as shells say it.</summary>
    public const int CannotRun = 126;

    /// <summary>lab: COMMAND is not there, as shells say it.</summary>
    public const int NotFound = 127;

    /// <summary>Ended by a signal: this and its number.</summary>
    public const int SignalBase = 128;
}
