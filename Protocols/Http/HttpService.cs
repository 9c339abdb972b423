using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http;

/// <summary>
/// HTTP for static content (RFC 9110): one instance per shard. It puts together who decides what a request is
/// answered with, and who writes it.
/// </summary>
public sealed class HttpService : IStreamService
{
    private readonly IContentSource _content;
    private readonly Http1Server _server;

    /// <summary>Creates the service of one shard.</summary>
    /// <param name="options">Its limits and the names that it gives itself.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="pool">The shard's frames; one of them holds what the answers of a second share.</param>
    /// <param name="clock">Tells what stands in Date.</param>
    /// <param name="network">The shard's TCP, which shows requests again that waited for their file; null:
    /// none waits, and no answer is waited for until it is acknowledged.</param>
    /// <param name="log">Is told of each answer; null: none.</param>
    /// <param name="orders">Sorts large directories for listings; null: nobody does.</param>
    public HttpService(
        HttpOptions options,
        IContentSource content,
        FramePool pool,
        WallClock clock,
        IStreamNetwork? network = null,
        IHttpLog? log = null,
        IListingOrders? orders = null)
    {
        Invariant.Assert(
            options.TargetBytes is > 0 && options.TargetBytes < options.HeadBytes,
            "a head has room for its target");
        Invariant.Assert(
            Ascii.IsValid(options.ServerName) && options.ServerName.Length <= HttpOptions.ServerNameLengthMax,
            "a server's name is short and ASCII");
        _content = content;
        _server = new Http1Server(
            options, new ContentHandler(options, content, orders), new Http1Writer(options, pool), clock,
            network)
        {
            Log = log,
        };
    }

    /// <inheritdoc/>
    public ushort Port => Options.Port;

    /// <summary>The limits and names that it was told.</summary>
    public HttpOptions Options => _server.Options;

    /// <summary>What it did and refused.</summary>
    public HttpCounters Counters => _server.Counters;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info) => _server.Accept(info);

    /// <summary>
    /// The shard begins a pass, with what may be another generation: requests that waited for one are shown
    /// again.
    /// </summary>
    public void BeginPass(Instant now) => _server.BeginPass(_content.Current.Number, now);
}
