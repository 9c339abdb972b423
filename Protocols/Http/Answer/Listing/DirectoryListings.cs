using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>Answers for directories that have no index, with what is in them; for one shard.</summary>
/// <param name="content">The shard's view of the content.</param>
/// <param name="orders">Sorts large directories; null: they are not sorted.</param>
internal sealed class DirectoryListings(IContentSource content, IListingOrders? orders)
{
    private static readonly string[] MediaTypes =
        ["text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"];

    private static readonly HttpField[] Fields =
    [
        // It changes with every name in it, and asking whether it has costs a tag.
        new("Cache-Control", "no-cache"),
        new("Vary", "Accept"),
    ];

    private static readonly HttpField[] HtmlFields =
        [.. Fields, new("Content-Security-Policy", HtmlListing.Policy)];

    private readonly DirectoryTimes _times = new(content);

    /// <summary>Answers a GET or HEAD of a directory; false: a precondition does not hold.</summary>
    /// <param name="directory">What is listed.</param>
    /// <param name="site">Whose directory it is.</param>
    /// <param name="request">How it is asked for.</param>
    /// <param name="unixSeconds">The time of day.</param>
    /// <param name="answer">The answer.</param>
    public bool TryAnswer(
        DirectoryEntry directory,
        Site site,
        scoped in HttpRequest request,
        long unixSeconds,
        out HttpAnswer answer)
    {
        answer = default;
        ListingQuery query = ListingQuery.Read(request.Query, request.Accept);
        string? tag = TagOf(directory, query.Form);
        PreconditionResult precondition = request.IsConditional
            ? Preconditions.Evaluate(request, Encoding.ASCII.GetBytes(tag ?? ""), 0, unixSeconds)
            : PreconditionResult.Proceed;
        if (precondition == PreconditionResult.Failed)
        {
            return false;
        }
        HttpField[] fields = query.Form == ListingForm.Html ? HtmlFields : Fields;
        fields = tag is null ? fields : [.. fields, new HttpField("ETag", tag)];
        if (precondition == PreconditionResult.NotModified)
        {
            (answer.Status, answer.Text) = (304, new HttpText(null, default, fields));
            return true;
        }
        answer.Status = 200;
        answer.HasContent = request.Method != RequestMethod.Head;
        answer.Text = new HttpText(MediaTypes[(int)query.Form], default, fields)
        {
            Body = new DirectoryListing(directory, site, query, orders, _times, request.Peer),
        };
        return true;
    }

    /// <summary>
    /// A tag of the names, lengths and times that are listed; null: none can be told. It is weak, since the
    /// octets are those of this version of the program, and of the order that was asked for.
    /// </summary>
    private string? TagOf(DirectoryEntry directory, ListingForm form)
    {
        DirectoryChildren children = directory.Children;
        ulong digest = children.Digest;
        if (children.DirectoryCount > 0 && children.Length <= DirectoryListing.SmallMax)
        {
            foreach (long time in _times.AllOf(directory))
            {
                digest = NameHash.Mix(digest ^ (ulong)time);
            }
        }
        else if (children.DirectoryCount > 0)
        {
            // Too many to look each one up: any generation may have changed the time of one of them.
            if (orders is null)
            {
                return null;
            }
            digest = NameHash.Mix(digest ^ orders.Run ^ (ulong)_times.Generation);
        }
        digest = form == ListingForm.Html ? digest ^ HtmlListing.Layout : digest;
        return string.Create(CultureInfo.InvariantCulture, $"W/\"{"hjt"[(int)form]}{digest:x16}\"");
    }
}
