using System.Globalization;
using System.Net;
using System.Text;
using Straightwire.Appliance.Tests.Attacks;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// What the test assembly does when it is run as a program: clients that no tool is, beside the server, and
/// what tries the sandbox from inside. Ends with 0, or says what was wrong and ends with 1.
/// </summary>
internal static class ClientProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (NextImage.Take() is { } left)
        {
            return SandboxProver.Prove(Encoding.UTF8.GetString(left).Split('\n'));
        }
        try
        {
            switch (args)
            {
                case ["pipeline", var address, var directory, var rounds]:
                    await HttpClients.Pipeline(Server(address), directory, Number(rounds));
                    break;
                case ["half-close", var address, var directory]:
                    await HttpClients.HalfClose(Server(address), directory);
                    break;
                case ["hold", var address, var directory, var connections, var ready, var release]:
                    await HttpClients.Hold(Server(address), directory, Number(connections), ready, release);
                    break;
                case ["attack", var name, var device, var process]:
                    return await AttackProgram.Run(name, device, Number(process));
                case ["sandbox", var content, var access, var log, var outside]:
                    return SandboxProver.Enter(content, access == "change", log, outside);
                case ["code", var forbidden]:
                    CodeProver.Prove(forbidden);
                    break;
                default:
                    await Console.Error.WriteLineAsync(
                        "pipeline, half-close, hold, attack, sandbox or code is expected");
                    return 2;
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static IPEndPoint Server(string address) => IPEndPoint.Parse(address);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
