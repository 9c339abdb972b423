using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// Answers with the files of the content, in a fixed order whatever the rules: host and site, method,
/// canonical path, the site's other names, the file's name with slashes and clean names, the fallback, the
/// listing; then conditions and ranges of what was found, or the document of an error.
/// </summary>
internal sealed class ContentHandler : IHttpHandler
{
    private static readonly HttpText WhatMayBeDone = new(null, default, [ErrorDocuments.Allow]);

    private readonly IContentSource _content;
    private readonly NameFinder _finder;
    private readonly LocationWriter _location;

    // Of generations that were made by no rules of sites.
    private readonly SiteTable _usual = SiteTable.OfDefaults();
    private ContentGeneration? _generation;
    private SiteTable _sites;

    private readonly DirectoryListings _listings;

    /// <summary>Creates the handler of one shard.</summary>
    /// <param name="options">The longest target that it is given.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="orders">Sorts large directories for listings; null: nobody does.</param>
    public ContentHandler(HttpOptions options, IContentSource content, IListingOrders? orders = null)
    {
        _content = content;
        _finder = new NameFinder(options.TargetBytes);
        _location = new LocationWriter(options.TargetBytes);
        _sites = _usual;
        _listings = new DirectoryListings(content, orders);
    }

    /// <inheritdoc/>
    public void Decide(
        scoped in HttpRequest request, Instant now, long unixSeconds, out HttpAnswer answer)
    {
        ContentGeneration generation = Current();
        Site? site = _sites.Find(request.Authority, out bool isMoved);
        RequestFault fault = Check(request, site);
        if (fault != RequestFault.None)
        {
            Refuse(fault, request, site, generation, default, out answer);
            return;
        }
        if (request.Method == RequestMethod.Options)
        {
            answer = new HttpAnswer
            {
                Status = 204,
                Text = WhatMayBeDone,
                Site = site,
                Block = site!.Fields.Moved,
            };
            return;
        }
        if (!_finder.TryBegin(request.Path, site!.Root))
        {
            Refuse(RequestFault.BadPath, request, site, generation, default, out answer);
            return;
        }
        if (isMoved)
        {
            Redirect(
                _location.OnHost(site.FirstHost, request.Authority, _finder.Path, request.Query),
                request, site, out answer);
            return;
        }
        FoundName found = _finder.Find(generation, site);
        switch (found)
        {
            case FoundName.File:
                File(_finder.Entry!, request, site, now, unixSeconds, out answer);
                return;
            case FoundName.Elsewhere:
                Redirect(_location.Of(_finder.Path, request.Query), request, site, out answer);
                return;
            case FoundName.Directory:
                List(_finder.Directory!, request, site, unixSeconds, out answer);
                return;
            default:
                Refuse(RequestFault.NotFound, request, site, generation, _finder.Path, out answer);
                return;
        }
    }

    /// <inheritdoc/>
    public void Refuse(RequestFault fault, scoped in HttpRequest request, out HttpAnswer answer)
    {
        ContentGeneration generation = Current();
        Site? site = request.Authority.IsEmpty ? null : _sites.Find(request.Authority, out _);
        Refuse(fault, request, site, generation, default, out answer);
    }

    private ContentGeneration Current()
    {
        ContentGeneration generation = _content.Current;
        if (!ReferenceEquals(generation, _generation))
        {
            _generation = generation;
            _sites = generation.Rules as SiteTable ?? _usual;
        }
        return generation;
    }

    private static RequestFault Check(scoped in HttpRequest request, Site? site)
    {
        if (request.Refusal != RequestFault.None)
        {
            return request.Refusal;
        }
        if (site is null)
        {
            // RFC 9110 §15.5.20: never what another site has.
            return RequestFault.UnknownHost;
        }
        return request.Method switch
        {
            RequestMethod.Get or RequestMethod.Head or RequestMethod.Options => RequestFault.None,
            RequestMethod.Unknown => RequestFault.MethodUnknown,
            _ => RequestFault.MethodNotAllowed,
        };
    }

    private void File(
        ContentEntry entry,
        scoped in HttpRequest request,
        Site site,
        Instant now,
        long unixSeconds,
        out HttpAnswer answer)
    {
        if (entry.MayChange && !_content.IsCurrent(entry, request.Peer, now))
        {
            // The next generation tells what has become of it.
            answer = HttpAnswer.Later(_content.Current.Number);
        }
        else if (request.IsConditional)
        {
            Conditional(entry, request, site, unixSeconds, out answer);
        }
        else
        {
            Whole(entry, request, site, out answer);
        }
    }

    private void List(
        DirectoryEntry directory,
        scoped in HttpRequest request,
        Site site,
        long unixSeconds,
        out HttpAnswer answer)
    {
        if (_listings.TryAnswer(directory, site, request, unixSeconds, out answer))
        {
            answer.Site = site;
            answer.Block = site.Fields.Moved;
        }
        else
        {
            Refuse(RequestFault.PreconditionFailed, request, site, _generation!, default, out answer);
        }
    }

    private void Conditional(
        ContentEntry entry,
        scoped in HttpRequest request,
        Site site,
        long unixSeconds,
        out HttpAnswer answer)
    {
        switch (Preconditions.Evaluate(request, entry, unixSeconds))
        {
            case PreconditionResult.Failed:
                Refuse(RequestFault.PreconditionFailed, request, site, _generation!, default, out answer);
                return;
            case PreconditionResult.NotModified:
                answer = default;
                answer.Status = 304;
                answer.Entry = entry;
                answer.Site = site;
                answer.Block = entry.Blocks[site.Place];
                return;
        }
        Whole(entry, request, site, out answer);
        // RFC 9110 §14.2: Range is defined for GET alone.
        if (request.Method == RequestMethod.Get
            && request.HasOnce(FieldName.Range)
            && Preconditions.RangeApplies(request, entry, unixSeconds))
        {
            switch (RangeRequest.Evaluate(request.Range, entry.Body.Length, out ByteRange range))
            {
                case RangeResult.Part:
                    (answer.Status, answer.Part) = (206, range);
                    break;
                case RangeResult.NotSatisfiable:
                    Refuse(
                        RequestFault.RangeNotSatisfiable, request, site, _generation!, default, out answer);
                    answer.Entry = entry;
                    break;
            }
        }
    }

    private static void Whole(
        ContentEntry entry, scoped in HttpRequest request, Site site, out HttpAnswer answer)
    {
        answer = default;
        answer.Status = 200;
        answer.Entry = entry;
        answer.Site = site;
        answer.Block = entry.Blocks[site.Place];
        answer.HasContent = request.Method != RequestMethod.Head;
    }

    private static void Redirect(
        ReadOnlySpan<byte> location, scoped in HttpRequest request, Site site, out HttpAnswer answer)
    {
        Document(301, AcceptField.PrefersJson(request.Accept), request, out answer);
        answer.Site = site;
        answer.Block = site.Fields.Moved;
        answer.Location = location;
    }

    /// <summary>
    /// The document of an error: the site's own, unless JSON is asked for, or the file would have to be
    /// waited for.
    /// </summary>
    private void Refuse(
        RequestFault fault,
        scoped in HttpRequest request,
        Site? site,
        ContentGeneration generation,
        scoped ReadOnlySpan<byte> path,
        out HttpAnswer answer)
    {
        int status = fault.Status();
        bool isJson = AcceptField.PrefersJson(request.Accept);
        Document(status, isJson, request, out answer);
        answer.Fault = fault;
        answer.Site = site;
        answer.Block = site?.Fields.Errors ?? _sites.Fields.Errors;
        if (site is not null && !isJson)
        {
            answer.Page = _finder.PageOf(generation, site, status, path);
        }
    }

    /// <summary>What is no file: the document of a status code.</summary>
    private static void Document(
        int status, bool isJson, scoped in HttpRequest request, out HttpAnswer answer)
    {
        answer = default;
        answer.Status = status;
        answer.Text = ErrorDocuments.Of(status, isJson);
        answer.HasContent = request.Method != RequestMethod.Head;
    }
}
