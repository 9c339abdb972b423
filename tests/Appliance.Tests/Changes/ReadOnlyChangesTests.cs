using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

public sealed class ReadOnlyChangesTests
{
    [Test]
    public void Every_change_is_refused_in_the_next_poll_unless_it_was_abandoned()
    {
        var changes = new ReadOnlyChanges();
        var owner = new Owner();
        var user = new ContentOwner("anna");

        changes.Start(new ContentChange(ChangeKind.DeleteFile, "/a"), owner);
        IUpload upload = changes.StartUpload(new UploadRequest("/b", UploadMode.Store, 0, user), owner);
        changes.StartUpload(new UploadRequest("/c", UploadMode.Store, 0, user), owner).Abandon();
        upload.Commit();

        Assert.That(upload.Write("bytes"u8), Is.Zero);
        Assert.That(changes.PartialLength("/b", user), Is.Null);
        Assert.That(owner.Told, Is.Empty);
        changes.Poll(new GuardingNetwork(), default);
        changes.Poll(new GuardingNetwork(), default);
        Assert.That(owner.Told, Is.EqualTo(new[] { "NotPermitted", "NotPermitted /b" }));
    }

    private sealed class Owner : IChangeOwner, IUploadOwner
    {
        public List<string> Told { get; } = [];

        public void OnChanged(ChangeResult result) => Told.Add($"{result}");

        public void OnUploadRoom() => Told.Add("room");

        public void OnUploadEnded(ChangeResult result, string path) => Told.Add($"{result} {path}");
    }
}
