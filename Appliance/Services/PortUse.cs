namespace Straightwire.Appliance.Services;

/// <summary>What a service does with a port.</summary>
public enum PortUse
{
    /// <summary>Strangers come to it.</summary>
    Listens,

    /// <summary>
    /// Those come to it who were told to; each of the ports belongs to one shard, and opened connections
    /// leave from them where the kernel has the address too.
    /// </summary>
    Expects,

    /// <summary>Connections that it opens leave from it.</summary>
    Opens,
}
