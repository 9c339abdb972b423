using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>Takes any part of what it is shown, now or when it is notified, and answers a little.</summary>
internal sealed class ShownRawService(SimulatedWorld world, IStreamNetwork network) : IStreamService
{
    public ushort Port => 80;

    public IStreamSession? Accept(in StreamInfo info) => new Session(world, network);

    private sealed class Session(SimulatedWorld world, IStreamNetwork network) : IStreamSession
    {
        private readonly SeededRandom _random = new(world.Random.Next());
        private StreamId _id;

        public void OnConnected(ref StreamOutput output) => _id = output.Id;

        public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            if (_random.Chance(0.3))
            {
                output.TryWrite(new byte[_random.Between(1, 2000)]);
            }
            if (_random.Chance(0.2))
            {
                world.Schedule(world.Now.Plus(_random.Between(0, 100_000_000)), () => network.Notify(_id));
            }
            return _random.Between(0, 3) switch
            {
                0 => 0,
                1 => _random.Between(0, received.Length),
                _ => received.Length,
            };
        }

        public void OnWritable(ref StreamOutput output)
        {
        }

        public void OnPeerFinished(ref StreamOutput output)
        {
            if (_random.Chance(0.5))
            {
                output.Finish();
            }
        }

        public void OnDeadline(ref StreamOutput output)
        {
        }

        public void OnDrain(ref StreamOutput output)
        {
        }

        public void OnClosed(StreamEnd end)
        {
        }
    }
}
