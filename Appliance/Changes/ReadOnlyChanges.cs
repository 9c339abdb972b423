using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// Stands where no user may change anything, so that nothing is kept ready for it: every change is refused.
/// </summary>
public sealed class ReadOnlyChanges : IContentChanges
{
    private readonly Queue<Action> _refused = new();

    /// <inheritdoc/>
    public void Start(in ContentChange change, IChangeOwner owner) =>
        _refused.Enqueue(() => owner.OnChanged(ChangeResult.NotPermitted));

    /// <inheritdoc/>
    public IUpload StartUpload(in UploadRequest request, IUploadOwner owner)
    {
        var upload = new RefusedUpload();
        string path = request.Path;
        _refused.Enqueue(() =>
        {
            if (!upload.IsAbandoned)
            {
                owner.OnUploadEnded(ChangeResult.NotPermitted, path);
            }
        });
        return upload;
    }

    /// <inheritdoc/>
    public long? PartialLength(string path, ContentOwner owner) => null;

    /// <inheritdoc/>
    public bool HasAside(string path, ContentOwner owner) => false;

    /// <inheritdoc/>
    public ChangeResult Check(string path, NameUse use) => ChangeResult.Done;

    /// <inheritdoc/>
    public void Poll(IStreamNetwork network, Instant now)
    {
        while (_refused.TryDequeue(out Action? refuse))
        {
            refuse();
        }
    }

    private sealed class RefusedUpload : IUpload
    {
        public bool IsAbandoned { get; private set; }

        public int Write(ReadOnlySpan<byte> bytes) => 0;

        public void Commit()
        {
        }

        public void Abandon() => IsAbandoned = true;
    }
}
