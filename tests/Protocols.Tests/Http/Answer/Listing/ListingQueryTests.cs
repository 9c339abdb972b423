using System.Text;
using Straightwire.Protocols.Http.Answer.Listing;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>How a listing is asked for: queries and Accept, and what is made of them.</summary>
internal sealed class ListingQueryTests
{
    [TestCase("", "", ListingForm.Html)]
    [TestCase("", "*/*", ListingForm.Html)]
    [TestCase("", "text/*", ListingForm.Html)]
    [TestCase("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ListingForm.Html)]
    [TestCase("", "application/json", ListingForm.Json)]
    [TestCase("", "text/plain", ListingForm.Text)]
    [TestCase("", "text/plain, application/json", ListingForm.Json)]
    [TestCase("", "text/plain;q=0.9, application/json;q=0.8", ListingForm.Text)]
    [TestCase("", "text/html;q=0.5, text/plain;q=0.5", ListingForm.Html)]
    [TestCase("?format=json", "text/html", ListingForm.Json)]
    [TestCase("?format=text", "", ListingForm.Text)]
    [TestCase("?format=html", "application/json", ListingForm.Html)]
    [TestCase("?format=xml", "application/json", ListingForm.Json)]
    [TestCase("?format=", "", ListingForm.Html)]
    [TestCase("?format=JSON", "", ListingForm.Html)]
    [TestCase("?xformat=json", "", ListingForm.Html)]
    [TestCase("?a&format=json&b=c", "", ListingForm.Json)]
    [TestCase("?format=json&format=text", "", ListingForm.Text)]
    public void The_form_is_the_querys_or_that_of_accept(string query, string accept, ListingForm form) =>
        Assert.That(Read(query, accept).Form, Is.EqualTo(form));

    [TestCase("", null, false)]
    [TestCase("?", null, false)]
    [TestCase("?&&=&", null, false)]
    [TestCase("?sort=name", ListingColumn.Name, false)]
    [TestCase("?sort=size&order=desc", ListingColumn.Size, true)]
    [TestCase("?order=desc&sort=time", ListingColumn.Time, true)]
    [TestCase("?sort=time&order=asc", ListingColumn.Time, false)]
    [TestCase("?sort=time&order=down", ListingColumn.Time, false)]
    [TestCase("?order=desc", null, false)]
    [TestCase("?sort=", null, false)]
    [TestCase("?sort=names", null, false)]
    [TestCase("?C=S;O=A", null, false)]
    [TestCase("?sort=name&sort=x&sort=size", ListingColumn.Size, false)]
    [TestCase("?sort=size&order=desc&order=asc", ListingColumn.Size, false)]
    public void The_order_is_the_querys_and_what_is_not_known_is_passed_over(
        string query, object? by, bool isDescending)
    {
        ListingQuery read = Read(query, "");
        Assert.That((read.By, read.IsDescending), Is.EqualTo(((ListingColumn?)by, isDescending)));
    }

    [Test]
    public void A_query_of_nothing_but_wishes_allocates_nothing()
    {
        byte[] query = Encoding.ASCII.GetBytes(
            "?" + string.Join('&', Enumerable.Repeat("sort=&sort=size&order=desc", 300)));
        ListingQuery read = ListingQuery.Read(query, default);
        // The least of several, since the compiler may come by in one of them.
        long allocated = long.MaxValue;
        for (int run = 0; run < 8; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                read = ListingQuery.Read(query, default);
            }
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(allocated, Is.Zero);
        Assert.That(read.By, Is.EqualTo(ListingColumn.Size));
    }

    private static ListingQuery Read(string query, string accept) =>
        ListingQuery.Read(Encoding.ASCII.GetBytes(query), Encoding.ASCII.GetBytes(accept));
}
