using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>How a listing is asked for.</summary>
/// <param name="Form">What it is written in.</param>
/// <param name="By">What it is sorted by; null: nothing is asked for.</param>
/// <param name="IsDescending">Whether the order is the other way round.</param>
internal readonly record struct ListingQuery(ListingForm Form, ListingColumn? By, bool IsDescending)
{
    /// <summary>
    /// Reads <c>format</c>, <c>sort</c> and <c>order</c> out of a query, the last of each name; Accept is
    /// asked where there is no format. What is not known is passed over, since links may bring along queries
    /// of others. Allocates nothing.
    /// </summary>
    /// <param name="query">With its question mark; empty when there is none.</param>
    /// <param name="accept">Accept; empty when there is none.</param>
    public static ListingQuery Read(ReadOnlySpan<byte> query, ReadOnlySpan<byte> accept)
    {
        ListingForm? form = null;
        ListingColumn? by = null;
        bool isDescending = false;
        ReadOnlySpan<byte> rest = query.IsEmpty ? query : query[1..];
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'&');
            ReadOnlySpan<byte> part = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            int equals = part.IndexOf((byte)'=');
            ReadOnlySpan<byte> value = part[(equals + 1)..];
            switch (equals < 0 ? [] : part[..equals])
            {
                case var name when name.SequenceEqual("format"u8):
                    form = FormOf(value) ?? form;
                    break;
                case var name when name.SequenceEqual("sort"u8):
                    by = ColumnOf(value) ?? by;
                    break;
                case var name when name.SequenceEqual("order"u8):
                    isDescending = value.SequenceEqual("desc"u8)
                        || (isDescending && !value.SequenceEqual("asc"u8));
                    break;
            }
        }
        form ??= AcceptField.Prefers(accept) switch
        {
            AcceptedForm.Json => ListingForm.Json,
            AcceptedForm.Text => ListingForm.Text,
            _ => ListingForm.Html,
        };
        return new ListingQuery(form.Value, by, by is not null && isDescending);
    }

    private static ListingForm? FormOf(ReadOnlySpan<byte> value) => value switch
    {
        _ when value.SequenceEqual("html"u8) => ListingForm.Html,
        _ when value.SequenceEqual("json"u8) => ListingForm.Json,
        _ when value.SequenceEqual("text"u8) => ListingForm.Text,
        _ => null,
    };

    private static ListingColumn? ColumnOf(ReadOnlySpan<byte> value) => value switch
    {
        _ when value.SequenceEqual("name"u8) => ListingColumn.Name,
        _ when value.SequenceEqual("size"u8) => ListingColumn.Size,
        _ when value.SequenceEqual("time"u8) => ListingColumn.Time,
        _ => null,
    };
}
