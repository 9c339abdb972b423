using System.Globalization;
using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// The receive queue beside a plain array that says of each byte whether it has come: random segments,
/// sessions that take any part, and windows that grow and shrink, over the borders of buffers.
/// </summary>
public sealed class ReceiveModelTests
{
    private const int Steps = 3000;
    private const int StreamLength = 4_000_000;

    /// <summary>TESTS_SEEDS=from..to runs other seeds than these.</summary>
    private static (ulong From, ulong To) Seeds
    {
        get
        {
            string[] ends =
                (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "1..40").Split("..");
            return (ulong.Parse(ends[0], CultureInfo.InvariantCulture),
                ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Every_byte_that_came_is_shown_in_its_place_and_reported_until_then()
    {
        (ulong from, ulong to) = Seeds;
        for (ulong seed = from; seed <= to; seed++)
        {
            Model model = new(seed);
            try
            {
                model.Run();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw new AssertionException($"TESTS_SEEDS={seed}..{seed}: {exception}", exception);
            }
        }
    }

    private sealed class Model
    {
        private readonly SeededRandom _random;
        private readonly ReceiveQueue _queue;
        private readonly TcpCounters _counters = new();
        private readonly bool[] _came = new bool[StreamLength];
        private readonly int _length;
        private readonly int _free;
        private readonly bool _isShort;
        private TcpConnection _tcb;
        private int _front;
        private int _next;
        private int _edge;

        public Model(ulong seed)
        {
            _random = new SeededRandom(seed);
            _length = _random.Pick(3000, 4096, 8192, 65_536);
            _isShort = _random.Chance(0.3);
            TcpLimits limits = new()
            {
                ReceiveWindow = _length,
                ReceiveBuffers = _isShort ? _random.Between(1, 6) : 80,
                ReceiveBufferSmallCount = _random.Between(0, 2),
                Connections = 2,
            };
            _queue = new ReceiveQueue(limits, new PeerShares(limits, 64, 1024, null), _counters);
            _free = _queue.FreeCount;
            SequenceNumber first = new((uint)_random.Next());
            _tcb = new TcpConnection { Marks = TcpMarks.Sack, RcvNxt = first, Irs = first };
            _edge = _length;
        }

        public void Run()
        {
            for (int i = 0; i < Steps && _next < StreamLength - (128 * 65_536); i++)
            {
                Step();
                Check();
            }
            _queue.Clear(ref _tcb);
            Assert.That(_queue.FreeCount, Is.EqualTo(_free));
        }

        private void Step()
        {
            switch (_random.Between(0, 19))
            {
                case < 6:
                    Receive(_next, _random.Pick(1, 536, 1460, 9000));
                    break;
                case < 15:
                    int start = _random.Between(_next, _edge);
                    Receive(_random.Chance(0.3) ? _next + (_random.Between(1, 40) * 1460) : start,
                        _random.Pick(1, 536, 1460, 1460, 1460, 40_000));
                    break;
                case < 18:
                    Consume(_random.Pick(0.01, 0.5, 1, 1));
                    break;
                default:
                    Resize();
                    break;
            }
        }

        private void Resize()
        {
            int window = _random.Between(1, 60) * _length;
            if (_random.Chance(0.5))
            {
                _edge = Math.Max(_edge, _front + _queue.PromiseWindow(in _tcb, window));
            }
            else
            {
                // Of what was announced, too: then it is kept as far as there are buffers.
                _queue.UnpromiseBeyond(in _tcb, _random.Pick(_length, 2 * _length, _edge - _front));
            }
            _edge = Math.Max(_edge, _front + _length);
        }

        private void Receive(int start, int length)
        {
            int end = Math.Min(start + length, _edge);
            if (start >= end)
            {
                return;
            }
            byte[] bytes = Pattern.Bytes(start, end - start);
            if (start > _next)
            {
                long kept = _counters.OutOfOrderSegments;
                _queue.AddOutOfOrder(ref _tcb, _tcb.Irs + start, bytes);
                if (_counters.OutOfOrderSegments > kept)
                {
                    _came.AsSpan(start, end - start).Fill(true);
                    CheckFirstBlock(start, end);
                }
                else
                {
                    bool isFull = _counters.OutOfOrderRangesExceeded > 0;
                    Assert.That(_isShort || isFull || _length < 4 * 1460, "what the window allows is kept");
                    Learn();
                }
                _tcb.DuplicateSack = default;
                return;
            }
            SequenceNumber before = _tcb.RcvNxt;
            if (_queue.TryAppend(ref _tcb, bytes))
            {
                int taken = Math.Min(_tcb.RcvNxt.Since(before), bytes.Length);
                _came.AsSpan(start, taken).Fill(true);
                Assert.That(taken, Is.GreaterThanOrEqualTo(_isShort ? 1 : bytes.Length));
                while (_came[_next])
                {
                    _next++;
                }
            }
            else
            {
                Assert.That(_isShort, "what the window allows is kept");
            }
        }

        // Of what was refused a part may have been kept: what its blocks say counts.
        private void Learn()
        {
            _tcb.DuplicateSack = default;
            var blocks = new SackBlock[_queue.SackBlockCount(in _tcb, 4)];
            _queue.WriteSackBlocks(ref _tcb, blocks);
            foreach (SackBlock block in blocks)
            {
                _came.AsSpan(block.Left.Since(_tcb.Irs), block.Right.Since(block.Left)).Fill(true);
            }
        }

        private void CheckFirstBlock(int start, int end)
        {
            _tcb.DuplicateSack = default;
            var blocks = new SackBlock[_queue.SackBlockCount(in _tcb, 4)];
            _queue.WriteSackBlocks(ref _tcb, blocks);
            int left = blocks[0].Left.Since(_tcb.Irs), right = blocks[0].Right.Since(_tcb.Irs);
            Assert.That(left <= start && end <= right, "the first block has the latest segment");
            foreach (SackBlock block in blocks)
            {
                left = block.Left.Since(_tcb.Irs);
                right = block.Right.Since(_tcb.Irs);
                Assert.That(_came.AsSpan(left, right - left).Contains(false), Is.False, "it has come");
                Assert.That(!_came[left - 1] && !_came[right], "a block is as long as it can be");
                Assert.That(left, Is.GreaterThan(_next));
            }
            Assert.That(blocks.Distinct().Count(), Is.EqualTo(blocks.Length));
        }

        private void Consume(double part)
        {
            int left;
            do
            {
                ReadOnlySpan<byte> shown = _queue.Bytes(in _tcb);
                Pattern.Check(shown, _front);
                int taken = (int)(shown.Length * part);
                left = shown.Length - taken;
                _front += taken;
                _queue.Consume(ref _tcb, taken);
            }
            while (_tcb.ReceivedBytes > left && _queue.TryGather(ref _tcb, left));
            Assert.That(
                _queue.Bytes(in _tcb).Length, Is.GreaterThanOrEqualTo(left), "no less is shown again");
            Assert.That(
                left, Is.EqualTo(_tcb.ReceivedBytes).Or.GreaterThanOrEqualTo(_length * (1 - part) - 1),
                "a window's worth is shown together");
            _edge = Math.Max(_edge, _front + _length);
        }

        private void Check()
        {
            Assert.That(_tcb.RcvNxt.Since(_tcb.Irs), Is.EqualTo(_next));
            Assert.That(_tcb.ReceivedBytes, Is.EqualTo(_next - _front));
            Assert.That(
                _tcb.RangeCount > 0, Is.EqualTo(_came.AsSpan(_next..(_edge + 70_000)).Contains(true)));
            Pattern.Check(_queue.Bytes(in _tcb), _front);
        }
    }
}
