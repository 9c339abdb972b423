using System.Diagnostics;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Faults;

/// <summary>What is said without a log, and of an exception that ends the process: one line.</summary>
public static class LastWords
{
    /// <summary>Tells a sentence on standard error, where no log is, in one line.</summary>
    public static void Tell(string sentence) =>
        Console.Error.WriteLine($"straightwire: {PrintableText.Of(sentence.TrimEnd('\n'))}");

    /// <summary>
    /// The kind, the reason and the place; of memory that is not to be had, what to lower.
    /// </summary>
    public static string Of(Exception exception)
    {
        Exception first = exception.GetBaseException();
        if (first is OutOfMemoryException)
        {
            return "there is not enough memory: lower server.poolFrames, tcp.receiveBuffers, "
                + "tcp.connections or content.packedBytes ('straightwire doctor' has the sum)";
        }
        StackFrame? frame = new StackTrace(first, fNeedFileInfo: false).GetFrame(0);
        string place = frame is not null && DiagnosticMethodInfo.Create(frame) is { } method
            ? $" in {method.DeclaringTypeName?.Split('.')[^1]}.{method.Name}"
            : "";
        string reason = first.Message.ReplaceLineEndings(" ");
        return $"a fault of the program: {reason} ({first.GetType().Name}{place}); please tell "
            + "its makers, with this line";
    }
}
