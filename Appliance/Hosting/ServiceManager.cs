using System.Globalization;
using Straightwire.Appliance.Text;
using Straightwire.Devices.Native;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// What the service manager is told (sd_notify(3)): that the server is ready, reads its content anew, stops,
/// and is alive. Without one, nothing.
/// </summary>
/// <param name="descriptor">The connected socket, which this object closes; null: no manager.</param>
public sealed class ServiceManager(int? descriptor) : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";
    private const long NanosecondsPerMicrosecond = 1000;

    private readonly Lock _using = new();
    private bool _disposed;

    /// <summary>Connects to the manager that the environment names; null when there is none.</summary>
    public static int? Connect() =>
        Environment.GetEnvironmentVariable(SocketVariable) is { } path ? NotifySocket.Connect(path) : null;

    /// <summary>Within which time the manager wants a sign of life; null: it wants none.</summary>
    public TimeSpan? WatchdogTimeout => descriptor is not null
        && ulong.TryParse(Environment.GetEnvironmentVariable(WatchdogVariable), out ulong microseconds)
        && microseconds > 0
        && (Environment.GetEnvironmentVariable(WatchdogProcessVariable) is not { } process
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        ? TimeSpan.FromMicroseconds(microseconds)
        : null;

    /// <summary>Tells that the server answers from now on (READY=1).</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={PrintableText.Of(status)}");

    /// <summary>
    /// What the server does has changed, and neither whether it is ready nor whether it reads.
    /// </summary>
    public void Status(string status) => Send($"STATUS={PrintableText.Of(status)}");

    /// <summary>The content is being read anew; <see cref="Ready"/> ends that.</summary>
    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={MonotonicClock.Now.Nanoseconds / NanosecondsPerMicrosecond}"));

    /// <summary>The server drains its connections.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Draining");

    /// <summary>Every shard is alive.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_using)
        {
            if (descriptor is { } open && !_disposed)
            {
                NotifySocket.Close(open);
            }
            _disposed = true;
        }
    }

    private void Send(string lines)
    {
        lock (_using)
        {
            if (descriptor is { } open && !_disposed)
            {
                NotifySocket.Send(open, lines);
            }
        }
    }
}
