using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Request;

/// <summary>What a request's preconditions make of it.</summary>
internal enum PreconditionResult : byte
{
    /// <summary>Answer as if there were none.</summary>
    Proceed,

    /// <summary>304: the client has what it asks for.</summary>
    NotModified,

    /// <summary>412: what the client took for granted is not so.</summary>
    Failed,
}

/// <summary>
/// Conditional requests (RFC 9110 §13), for GET and HEAD of a representation that exists: pure. Fields that
/// are no list and came twice, and dates that are none, are ignored as §13.1.3 and §13.1.4 tell.
/// </summary>
internal static class Preconditions
{
    /// <summary>Steps 1 to 4 of the order of precedence in RFC 9110 §13.2.2.</summary>
    /// <param name="request">The request, for GET or HEAD.</param>
    /// <param name="entry">The representation that it is about.</param>
    /// <param name="now">The present, seconds since 1970.</param>
    public static PreconditionResult Evaluate(in HttpRequest request, ContentEntry entry, long now) =>
        Evaluate(request, entry.EntityTag, entry.ModifiedUnixSeconds, now);

    /// <summary>The same of what has a tag, or a date, and is no file.</summary>
    public static PreconditionResult Evaluate(
        in HttpRequest request, ReadOnlySpan<byte> entityTag, long modified, long now)
    {
        // §13.1.3, §13.1.4: dates are ignored where there is no date to compare them with.
        bool isDated = HttpDate.IsDate(modified);
        if (request.Has(FieldName.IfMatch))
        {
            if (!AnyContains(request, FieldName.IfMatch, request.IfMatch, entityTag))
            {
                return PreconditionResult.Failed;
            }
        }
        else if (isDated
            && request.HasOnce(FieldName.IfUnmodifiedSince)
            && HttpDate.TryParse(request.IfUnmodifiedSince, now, out long unmodifiedSince)
            && modified > unmodifiedSince)
        {
            return PreconditionResult.Failed;
        }
        if (request.Has(FieldName.IfNoneMatch))
        {
            return AnyContains(request, FieldName.IfNoneMatch, request.IfNoneMatch, entityTag)
                ? PreconditionResult.NotModified
                : PreconditionResult.Proceed;
        }
        // A file may be replaced by one that is older, so that only the very same date says that the client
        // has this one.
        return isDated
            && request.HasOnce(FieldName.IfModifiedSince)
            && HttpDate.TryParse(request.IfModifiedSince, now, out long modifiedSince)
            && modified == modifiedSince
            ? PreconditionResult.NotModified
            : PreconditionResult.Proceed;
    }

    /// <summary>
    /// Step 5: whether Range is to be obeyed. RFC 9110 §13.1.5: by strong comparison of a tag, or by a date
    /// that is exactly Last-Modified and a strong validator (§8.8.2.2); a value that is neither is a
    /// condition that does not hold. Of what has a weak tag no part is sent: nothing says that the next part
    /// is of the same file.
    /// </summary>
    public static bool RangeApplies(in HttpRequest request, ContentEntry entry, long now)
    {
        if (entry.IsTagWeak)
        {
            return false;
        }
        if (!request.Has(FieldName.IfRange))
        {
            return true;
        }
        ReadOnlySpan<byte> value = request.IfRange;
        if (!request.HasOnce(FieldName.IfRange))
        {
            return false;
        }
        if (EntityTags.TryTake(ref value, out ReadOnlySpan<byte> tag, out bool isWeak))
        {
            return value.IsEmpty && !isWeak && tag.SequenceEqual(entry.EntityTag);
        }
        return entry.IsDateStrong
            && HttpDate.IsDate(entry.ModifiedUnixSeconds)
            && HttpDate.TryParse(value, now, out long date)
            && date == entry.ModifiedUnixSeconds;
    }

    // If-Match compares strongly (§13.1.1), If-None-Match weakly (§13.1.2); either may stand on several
    // lines.
    private static bool AnyContains(
        in HttpRequest request, FieldName field, ReadOnlySpan<byte> first, ReadOnlySpan<byte> entityTag)
    {
        bool weak = field == FieldName.IfNoneMatch;
        if (request.HasOnce(field))
        {
            return EntityTags.Contain(first, entityTag, weak);
        }
        ReadOnlySpan<byte> lines = request.FieldLines;
        while (FieldSyntax.TryNextLine(ref lines, out FieldName next, out ReadOnlySpan<byte> value))
        {
            if (next == field && EntityTags.Contain(value, entityTag, weak))
            {
                return true;
            }
        }
        return false;
    }
}
