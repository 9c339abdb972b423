namespace Straightwire.Protocols.Http;

/// <summary>What a request's preconditions make of it.</summary>
internal enum PreconditionResult : byte
{
    /// <summary>Answer as if there were none.</summary>
    Proceed,

    /// <summary>304.</summary>
    NotModified,

    /// <summary>412.</summary>
    Failed,
}

/// <summary>
/// Conditional requests (RFC 9110 §13), for GET and HEAD of a representation that exists: pure. Fields that
/// are no list and came twice, and dates that are none, are ignored as §13.1.3 and §13.1.4 tell.
/// </summary>
internal static class Preconditions
{
    /// <summary>Steps 1 to 4 of the order of precedence in RFC 9110 §13.2.2.</summary>
    /// <param name="head">The request.</param>
    /// <param name="entityTag">The representation's strong tag with its quotes.</param>
    /// <param name="modified">Its modification, seconds since 1970.</param>
    /// <param name="now">The present, seconds since 1970.</param>
    public static PreconditionResult Evaluate(
        in RequestHead head, ReadOnlySpan<byte> entityTag, long modified, long now)
    {
        if (head.Has(FieldName.IfMatch))
        {
            if (!AnyContains(head, FieldName.IfMatch, head.IfMatch, entityTag))
            {
                return PreconditionResult.Failed;
            }
        }
        else if (head.HasOnce(FieldName.IfUnmodifiedSince)
            && HttpDate.TryParse(head.IfUnmodifiedSince, now, out long unmodifiedSince)
            && modified > unmodifiedSince)
        {
            return PreconditionResult.Failed;
        }
        if (head.Has(FieldName.IfNoneMatch))
        {
            return AnyContains(head, FieldName.IfNoneMatch, head.IfNoneMatch, entityTag)
                ? PreconditionResult.NotModified
                : PreconditionResult.Proceed;
        }
        return head.HasOnce(FieldName.IfModifiedSince)
            && HttpDate.TryParse(head.IfModifiedSince, now, out long modifiedSince)
            && modified <= modifiedSince
            ? PreconditionResult.NotModified
            : PreconditionResult.Proceed;
    }

    /// <summary>
    /// Step 5: whether Range is to be obeyed. RFC 9110 §13.1.5: by strong comparison of a tag, or by a date
    /// that is exactly Last-Modified; a value that is neither is a condition that does not hold.
    /// </summary>
    public static bool RangeApplies(
        in RequestHead head, ReadOnlySpan<byte> entityTag, long modified, long now)
    {
        if (!head.Has(FieldName.IfRange))
        {
            return true;
        }
        ReadOnlySpan<byte> value = head.IfRange;
        if (!head.HasOnce(FieldName.IfRange))
        {
            return false;
        }
        if (EntityTags.TryTake(ref value, out ReadOnlySpan<byte> tag, out bool isWeak))
        {
            return value.IsEmpty && !isWeak && tag.SequenceEqual(entityTag);
        }
        return HttpDate.TryParse(value, now, out long date) && date == modified;
    }

    // If-Match compares strongly (§13.1.1), If-None-Match weakly (§13.1.2); either may stand on several
    // lines.
    private static bool AnyContains(
        in RequestHead head, FieldName field, ReadOnlySpan<byte> first, ReadOnlySpan<byte> entityTag)
    {
        bool weak = field == FieldName.IfNoneMatch;
        if (head.HasOnce(field))
        {
            return EntityTags.Contain(first, entityTag, weak);
        }
        ReadOnlySpan<byte> lines = head.FieldLines;
        while (HttpRequestParser.TryNextField(ref lines, out FieldName next, out ReadOnlySpan<byte> value))
        {
            if (next == field && EntityTags.Contain(value, entityTag, weak))
            {
                return true;
            }
        }
        return false;
    }
}
