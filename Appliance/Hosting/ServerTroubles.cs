using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Devices;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// What befalls a server while it runs: tells the log, and ends the program where it cannot go on. Told by
/// any thread.
/// </summary>
/// <param name="application">Stopped by what cannot be survived.</param>
/// <param name="logger">Told of everything.</param>
public sealed class ServerTroubles(IHostApplicationLifetime application, ILogger logger)
{
    private volatile int _status = ExitCode.Ok;
    private int _hasToldOfSteering;

    /// <summary>What the process ends with: not 0 after a shard has failed, or the link is lost.</summary>
    public int Status => _status;

    /// <summary>A shard cannot go on.</summary>
    public void OnFault(int shard, Exception e)
    {
        if (e is LinkException)
        {
            OnLinkLost(e.Message);
            return;
        }
        _status = ExitCode.Failure;
        logger.LogCritical(e, "Shard {Number} failed: {Reason}", shard, e.Message);
        application.StopApplication();
    }

    /// <summary>The link is gone; told once, though every shard finds it, and the watch too.</summary>
    public void OnLinkLost(string reason)
    {
        if (Interlocked.CompareExchange(ref _status, ExitCode.Link, ExitCode.Ok) == ExitCode.Ok)
        {
            logger.LogCritical("{Reason:l}", reason);
            application.StopApplication();
        }
    }

    /// <summary>
    /// The link gives a shard what is another's. Told once, for all shards: the counters tell the rest.
    /// </summary>
    public void OnMisdirected(int shard, int percent)
    {
        if (Interlocked.Exchange(ref _hasToldOfSteering, 1) == 0)
        {
            logger.LogWarning(
                "Steering: {Percent} % of what came to shard {Number} within a second was another's, and was "
                + "handed over. Nothing breaks, but it costs time: see that the link gives all frames of a "
                + "flow to one queue (RSS, fanout), or run fewer server.shards",
                percent, shard);
        }
    }

    /// <summary>Another station says that it has the server's address.</summary>
    public void OnConflict(MacAddress other) => logger.LogWarning(
        "Conflict: {Mac:l} claims the server's address, too. It is defended (RFC 5227 §2.4), but some will "
        + "reach the other one: give one of the two another address",
        other.ToString());
}
