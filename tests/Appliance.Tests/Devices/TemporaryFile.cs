using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>A file that ends with the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public TemporaryFile(ReadOnlySpan<byte> bytes) => File.WriteAllBytes(_path, bytes);

    public int AddTo(RegionTable regions)
    {
        using var handle = File.OpenHandle(_path);
        return regions.AddFile(handle, RandomAccess.GetLength(handle));
    }

    public void Truncate(long length)
    {
        using var handle = File.OpenHandle(_path, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(handle, length);
    }

    public void Dispose() => File.Delete(_path);
}
