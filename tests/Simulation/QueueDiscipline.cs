namespace Straightwire.Simulation;

/// <summary>Which frames a router's queue drops.</summary>
public enum QueueDiscipline
{
    /// <summary>Those that come when it is full.</summary>
    DropTail,

    /// <summary>Some of those that have waited for long, too (RFC 8289, CoDel).</summary>
    CoDel,

    /// <summary>
    /// Acknowledgements that wait when a newer one comes: a router before a narrow way back thins them.
    /// </summary>
    Thinning,
}
