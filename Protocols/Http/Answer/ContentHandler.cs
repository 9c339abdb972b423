using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>Answers with the files of the content.</summary>
internal sealed class ContentHandler : IHttpHandler
{
    private static readonly HttpText WhatMayBeDone = new(null, default, [ErrorDocuments.Allow]);

    private readonly IContentSource _content;
    private readonly byte[] _path;
    private readonly byte[] _location;

    // Null where directories are not listed.
    private readonly DirectoryListings? _listings;
    private int _pathLength;

    /// <summary>Creates the handler of one shard.</summary>
    /// <param name="options">The longest target that it is given.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="orders">Sorts large directories for listings; null: nobody does.</param>
    public ContentHandler(HttpOptions options, IContentSource content, IListingOrders? orders = null)
    {
        _content = content;
        _listings = options.Listing ? new DirectoryListings(content, orders) : null;
        _path = new byte[options.TargetBytes];
        // Up to three bytes for one of the path, a slash, and the query as it came.
        _location = new byte[(3 * options.TargetBytes) + 1];
    }

    /// <inheritdoc/>
    public void Decide(
        scoped in HttpRequest request, Instant now, long unixSeconds, out HttpAnswer answer)
    {
        RequestFault fault = Find(request, out ContentEntry? entry);
        if (fault != RequestFault.None)
        {
            if (fault != RequestFault.NotFound || !TryList(request, unixSeconds, out answer))
            {
                Refuse(fault, request, out answer);
            }
        }
        else if (entry is null)
        {
            answer = new HttpAnswer { Status = 204, Text = WhatMayBeDone };
        }
        else if (entry.MayChange && !_content.IsCurrent(entry, request.Peer, now))
        {
            // The next generation tells what has become of it.
            answer = HttpAnswer.Later(_content.Current.Number);
        }
        else if (entry.Kind == ContentKind.DirectoryRedirect)
        {
            Redirect(request, out answer);
        }
        else if (request.IsConditional)
        {
            Conditional(entry, request, unixSeconds, out answer);
        }
        else
        {
            Whole(entry, request, out answer);
        }
    }

    /// <inheritdoc/>
    public void Refuse(RequestFault fault, scoped in HttpRequest request, out HttpAnswer answer)
    {
        Document(fault.Status(), request, out answer);
        answer.Fault = fault;
    }

    /// <summary>Finds what is asked for; null, and no fault, for OPTIONS.</summary>
    private RequestFault Find(scoped in HttpRequest request, out ContentEntry? entry)
    {
        entry = null;
        if (request.Refusal != RequestFault.None)
        {
            return request.Refusal;
        }
        if (request.Method is not (RequestMethod.Get or RequestMethod.Head))
        {
            return request.Method switch
            {
                RequestMethod.Options => RequestFault.None,
                RequestMethod.Unknown => RequestFault.MethodUnknown,
                _ => RequestFault.MethodNotAllowed,
            };
        }
        if (CanonicalPath.TryMake(request.Path, _path, out _pathLength) != CanonicalPathResult.Ok)
        {
            return RequestFault.BadPath;
        }
        entry = _content.Current.Find(_path.AsSpan(0, _pathLength));
        return entry is null ? RequestFault.NotFound : RequestFault.None;
    }

    /// <summary>
    /// What is in a directory that has no index, or the way to it where the slash is missing.
    /// </summary>
    private bool TryList(scoped in HttpRequest request, long unixSeconds, out HttpAnswer answer)
    {
        answer = default;
        if (_listings?.Find(_path.AsSpan(0, _pathLength)) is not { } directory)
        {
            return false;
        }
        if (_path[_pathLength - 1] != '/')
        {
            Redirect(request, out answer);
        }
        else if (!_listings.TryAnswer(directory, 0, request, unixSeconds, out answer))
        {
            Refuse(RequestFault.PreconditionFailed, request, out answer);
        }
        return true;
    }

    /// <summary>
    /// 308 to the name with the slash. The reference is made from the canonical path, which begins with one
    /// slash, so that no target can make it lead to another host (RFC 3986 §4.2).
    /// </summary>
    private void Redirect(scoped in HttpRequest request, out HttpAnswer answer)
    {
        int length = PercentEncoding.WritePath(_path.AsSpan(0, _pathLength), _location);
        _location[length++] = (byte)'/';
        request.Query.CopyTo(_location.AsSpan(length));
        length += request.Query.Length;
        Document(308, request, out answer);
        answer.Location = _location.AsSpan(0, length);
    }

    private void Conditional(
        ContentEntry entry, scoped in HttpRequest request, long unixSeconds, out HttpAnswer answer)
    {
        switch (Preconditions.Evaluate(request, entry, unixSeconds))
        {
            case PreconditionResult.Failed:
                Refuse(RequestFault.PreconditionFailed, request, out answer);
                return;
            case PreconditionResult.NotModified:
                answer = default;
                answer.Status = 304;
                answer.Entry = entry;
                return;
        }
        Whole(entry, request, out answer);
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
                    Refuse(RequestFault.RangeNotSatisfiable, request, out answer);
                    answer.Entry = entry;
                    break;
            }
        }
    }

    private static void Whole(ContentEntry entry, scoped in HttpRequest request, out HttpAnswer answer)
    {
        answer = default;
        answer.Status = 200;
        answer.Entry = entry;
        answer.HasContent = request.Method != RequestMethod.Head;
    }

    /// <summary>What is no file: the document of a status code, as Accept asks for it.</summary>
    private static void Document(int status, scoped in HttpRequest request, out HttpAnswer answer)
    {
        answer = default;
        answer.Status = status;
        answer.Text = ErrorDocuments.Of(status, AcceptField.PrefersJson(request.Accept));
        answer.HasContent = request.Method != RequestMethod.Head;
    }
}
