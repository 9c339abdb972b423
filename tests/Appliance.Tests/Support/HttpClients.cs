using System.Net;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>Clients with a mind of their own about when to write, read and close.</summary>
internal static class HttpClients
{
    /// <summary>
    /// Asks for all files of a directory at once, many times over on one connection, and compares every
    /// answer in order; then once more, one after the other.
    /// </summary>
    public static async Task Pipeline(IPEndPoint server, string directory, int rounds)
    {
        (string Name, byte[] Bytes)[] files = Files(directory);
        await using HttpConnection connection = await HttpConnection.Open(server);
        for (int round = 0; round < rounds; round++)
        {
            Task writing = connection.Ask([.. files.Select(f => f.Name)]);
            foreach ((string name, byte[] bytes) in files)
            {
                await connection.Expect(name, bytes);
            }
            await writing;
        }
        foreach ((string name, byte[] bytes) in files)
        {
            await connection.Ask(name);
            await connection.Expect(name, bytes);
        }
    }

    /// <summary>
    /// Asks for all files at once, says that it has nothing more to say, and still gets every answer.
    /// </summary>
    public static async Task HalfClose(IPEndPoint server, string directory)
    {
        (string Name, byte[] Bytes)[] files = Files(directory);
        await using HttpConnection connection = await HttpConnection.Open(server);
        await connection.Ask([.. files.Select(f => f.Name)]);
        connection.FinishAsking();
        foreach ((string name, byte[] bytes) in files)
        {
            await connection.Expect(name, bytes);
        }
        await connection.ExpectEnd();
    }

    /// <summary>
    /// Opens many connections and uses each once; then makes the file <paramref name="ready"/>, waits for the
    /// file
    /// <paramref name="release"/>, and uses each again.
    /// </summary>
    public static async Task Hold(
        IPEndPoint server, string directory, int count, string ready, string release)
    {
        (string name, byte[] bytes) = Files(directory).MinBy(f => f.Bytes.Length);
        var connections = new List<HttpConnection>(count);
        const int AtOnce = 256;
        while (connections.Count < count)
        {
            int more = Math.Min(AtOnce, count - connections.Count);
            IEnumerable<Task<HttpConnection>> opening =
                Enumerable.Range(0, more).Select(_ => HttpConnection.Open(server));
            connections.AddRange(await Task.WhenAll(opening));
        }
        await Use();
        await File.WriteAllTextAsync(ready, "");
        while (!File.Exists(release))
        {
            await Task.Delay(50);
        }
        await Use();
        foreach (HttpConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        async Task Use()
        {
            foreach (HttpConnection[] some in connections.Chunk(AtOnce))
            {
                await Task.WhenAll(some.Select(c => c.Ask(name)));
                await Task.WhenAll(some.Select(c => c.Expect(name, bytes)));
            }
        }
    }

    private static (string Name, byte[] Bytes)[] Files(string directory) => [.. Directory
        .EnumerateFiles(directory)
        .Order()
        .Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
}
