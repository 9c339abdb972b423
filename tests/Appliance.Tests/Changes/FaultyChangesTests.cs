using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Tests.Changes;

/// <summary>
/// Something of this program throws while a change is made or told of: that change fails, and no other.
/// </summary>
public sealed class FaultyChangesTests
{
    private ContentChangesHost _host = null!;

    [SetUp]
    public void SetUp()
    {
        _host = new ContentChangesHost();
        _host.Content.Write("first", "text");
    }

    [TearDown]
    public void TearDown() => _host.Dispose();

    [TestCase("write")]
    [TestCase("publish")]
    [TestCase("serves")]
    public void An_upload_whose_step_throws_fails_and_the_others_are_stored(string step)
    {
        _host.Storage.Throws = step;
        UploadProbe broken = _host.Store("/broken", "?");
        Assert.That(broken.Result, Is.EqualTo(ChangeResult.Failed));
        _host.Storage.Throws = "";
        Assert.That(_host.Store("/whole", "text").Served, Is.EqualTo("text"));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/new"), Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Temporaries, Is.Empty);
    }

    [Test]
    public void A_change_whose_end_throws_fails_and_the_next_one_is_made()
    {
        _host.Storage.Throws = "serves";
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/broken"), Is.EqualTo(ChangeResult.Failed));
        Assert.That(_host.Change(ChangeKind.MakeDirectory, "/whole"), Is.EqualTo(ChangeResult.Done));
    }

    [Test]
    public void An_owner_that_throws_when_told_is_named_and_the_others_are_told()
    {
        var broken = new UploadProbe(_host) { Throws = true, Stream = new StreamId(3, 7) };
        broken.Upload = _host.Changes.StartUpload(
            new UploadRequest("/a", UploadMode.Store, 0, _host.User), broken);
        UploadProbe whole = _host.Start("/b");
        broken.Upload.Commit();
        whole.Upload.Commit();
        _host.Until(() => whole.Result is not null && _host.Network.Faults.Count > 0, "both are told");
        Assert.That(whole.Result, Is.EqualTo(ChangeResult.Done));
        Assert.That(_host.Network.Faults.Select(fault => fault.Stream), Is.EqualTo(new[] { broken.Stream }));
    }
}
