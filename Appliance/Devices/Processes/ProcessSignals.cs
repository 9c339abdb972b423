using System.Runtime.InteropServices;

namespace Straightwire.Devices.Processes;

/// <summary>
/// Signals, where the runtime's own way to take them leaves a gap: while one image of the program gives way
/// to the next, and for those that nobody here wants.
/// </summary>
public static unsafe partial class ProcessSignals
{
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int UserOne = 10;
    private const int Terminate = 15;
    private const nint DefaultAction = 0;
    private const nint Ignore = 1;
    private const int Block = 0;
    private const int Unblock = 1;
    private const int SetBytes = 128;

    // The first is the runtime's own; a program's are those behind it.
    private const int RealTimeFirst = 35;
    private const int RealTimeLast = 64;

    private static readonly int[] OfTheServer = [Hangup, Interrupt, Quit, UserOne, Terminate];

    // SIGUSR2, SIGALRM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR: what ends a process
    // that says nothing about them. SIGXFSZ comes with a write beyond a limit, which then says so itself.
    // Faults (SIGSEGV and the like) and job control (SIGTSTP, SIGCONT) keep their action.
    private static readonly int[] Stray = [12, 14, 16, 24, 25, 26, 27, 29, 30];

    /// <summary>
    /// Nothing happens at signals that a server has no use for. Images and processes that this one becomes or
    /// starts inherit that.
    /// </summary>
    public static void IgnoreStray()
    {
        const int RealTimeCount = RealTimeLast - RealTimeFirst + 1;
        foreach (int signal in Stray.Concat(Enumerable.Range(RealTimeFirst, RealTimeCount)))
        {
            _ = SetAction(signal, Ignore);
        }
    }

    /// <summary>
    /// For an image that serves nothing yet: what ends a server ends it as any process, by the kernel, and
    /// what a server answers is nothing to it.
    /// </summary>
    public static void BeginFirstImage()
    {
        IgnoreStray();
        foreach (int signal in (int[])[Interrupt, Quit, Terminate])
        {
            // What a shell ignores for a program in its background stays so.
            if (SetAction(signal, DefaultAction) == Ignore)
            {
                _ = SetAction(signal, Ignore);
            }
        }
        _ = SetAction(UserOne, Ignore);
        _ = SetAction(Hangup, Ignore);
    }

    /// <summary>
    /// From now on the server's signals wait, for the calling thread and the image that it executes; other
    /// threads take them as before.
    /// </summary>
    public static void Hold() => Mask(Block);

    /// <summary>What has waited comes to the calling thread, and what comes next does so at once.</summary>
    public static void Release() => Mask(Unblock);

    /// <summary>
    /// Takes back that SIGHUP, SIGUSR1 and SIGTERM are ignored, as nohup and the image before leave it: the
    /// runtime would not take them.
    /// </summary>
    public static void Expect()
    {
        foreach (int signal in (int[])[Hangup, UserOne, Terminate])
        {
            if (SetAction(signal, DefaultAction) is var before and not (DefaultAction or Ignore))
            {
                _ = SetAction(signal, before);
            }
        }
    }

    private static void Mask(int how)
    {
        // An array of machine words with a bit for each signal, the first lowest (sigsetops(3)).
        ulong* set = stackalloc ulong[SetBytes / sizeof(ulong)];
        new Span<ulong>(set, SetBytes / sizeof(ulong)).Clear();
        foreach (int signal in OfTheServer)
        {
            set[0] |= 1UL << (signal - 1);
        }
        _ = ThreadMask(how, set, null);
    }

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int ThreadMask(int how, void* set, void* before);
}
