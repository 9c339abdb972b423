using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Faults;

/// <summary>What is said of faults that were survived.</summary>
public sealed class FaultLogTests : ILogger
{
    private static readonly FlowKey Flow = new(new Ipv4Address(1), 21, new Ipv4Address(0xC612_0009), 4000);

    private readonly List<string> _lines = [];
    private Instant _now = new(1_000_000_000);

    [SetUp]
    public void Forget() => _lines.Clear();

    [Test]
    public void Each_line_names_the_place_and_the_peer()
    {
        FaultLog log = new(this, () => _now);
        log.OnFault(FaultPlace.Answer, in Flow, new NotSupportedException());
        Fail(log, "password check");
        Assert.That(log.TryDo("sweep", static () => throw new NotSupportedException()), Is.False);
        Assert.That(_lines, Is.EqualTo(new[]
        {
            "The connection of 198.18.0.9:4000 to port 21 is reset: a fault of this program, in Answer; "
                + "file a bug with this text",
            "A password check for 198.18.0.9 failed: a fault of this program; file a bug with this text",
            "A sweep for the server itself failed: a fault of this program; file a bug with this text",
        }));
        Assert.That(log.JobFaults, Is.EqualTo(2));
    }

    [Test]
    public void A_flood_of_faults_is_counted_and_few_lines()
    {
        FaultLog log = new(this, () => _now);
        for (int i = 0; i < 100; i++)
        {
            Fail(log, "job");
            log.OnFault(FaultPlace.Segment, in Flow, new NotSupportedException());
        }
        Assert.That((_lines.Count, log.JobFaults), Is.EqualTo((10, 100)));
        _now = _now.PlusMilliseconds(6000);
        Fail(log, "job");
        Assert.That(_lines[^1], Does.EndWith("(190 faults before it were not logged)"));
    }

    [Test]
    public void What_all_share_is_no_jobs_fault()
    {
        FaultLog log = new(this, () => _now);
        Assert.That(
            () => log.TryDo("sweep", static () => throw new SharedStateException("the index")),
            Throws.TypeOf<SharedStateException>());
    }

    private static void Fail(FaultLog log, string job) =>
        log.TryDo(job, static () => throw new NotSupportedException(), Flow.RemoteAddress);

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Add(formatter(state, exception));
}
