using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>
/// Something of this program fails while a session is told what other threads have done for it: that client
/// is reset, and the next one is served in the same pass.
/// </summary>
public sealed class FaultyAnswerTests
{
    [TestCase("password")]
    [TestCase("change")]
    [TestCase("upload")]
    public void An_answer_that_throws_resets_its_own_client_alone(string what)
    {
        Recorder recorder = new();
        FtpWorld world = new(faults: recorder);
        FtpScript mallory = FtpScript.Begin(world);
        FtpScript anna = FtpScript.Begin(world);
        anna.Do("enter alice");
        mallory.Do(what == "password" ? "< 220 *\n> USER alice\n< 331 *" : "enter alice");
        int told = 0;
        world.Passwords.BeforeTelling = world.Changes.BeforeTelling = () =>
        {
            if (told++ == 0)
            {
                throw new NotSupportedException("on purpose");
            }
        };
        mallory.Do(what switch
        {
            "password" => ">> PASS secret\\r\\n",
            "change" => ">> MKD new\\r\\n",
            _ => "passive\n> STOR x.bin\n< 150 *\nput \"x\"\nfinish",
        });
        world.Run(TimeSpan.FromMilliseconds(500));
        Assert.That(world.Service.ClientCount, Is.EqualTo(1), "the broken one is gone");
        anna.Do("> MKD mine\n< 257 *\n> QUIT\n< 221 *\nclosed");

        Assert.That(recorder.Faults, Is.EqualTo(new[] { FaultPlace.Answer }));
        Assert.That(world.Stacks.Server.Counters.Tcp.ConnectionFaults, Is.EqualTo(1));
        mallory.Leave();
        mallory.End();
    }

    private sealed class Recorder : IFaultSink
    {
        public List<FaultPlace> Faults { get; } = [];

        public void OnFault(FaultPlace place, in FlowKey flow, Exception fault) => Faults.Add(place);
    }
}
