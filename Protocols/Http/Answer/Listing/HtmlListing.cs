using System.Text;
using Straightwire.Protocols.Digests;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>The parts of a listing for people.</summary>
internal static class HtmlListing
{
    /// <summary>
    /// Content-Security-Policy: nothing but this style, so that no name can bring anything in.
    /// </summary>
    public static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(Sha256.Hash(Style))}'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

    private static ReadOnlySpan<byte> Head => """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">

        """u8;

    private static ReadOnlySpan<byte> Style => """

        :root {
          color-scheme: light dark;
          --text: #1f2328; --dim: #59636e; --page: #ffffff; --line: #d1d9e0; --bar: #f3f6f9;
          --link: #0550ae; --folder: #5b9fd8; --file: #8c959f;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --text: #e6edf3; --dim: #9da7b1; --page: #0f1419; --line: #2d353e; --bar: #1a212a;
            --link: #7cc0ff; --folder: #4f8fc9; --file: #6e7883;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 62rem;
          color: var(--text); background: var(--page);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
        }
        a { color: var(--link); text-decoration: none; }
        a:hover { text-decoration: underline; }
        a:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        nav ol { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none; }
        nav li { color: var(--dim); overflow-wrap: anywhere; }
        nav li:only-child { display: none; }
        nav a, nav span { display: block; min-width: 1.5rem; padding: .1rem .4rem; text-align: start; }
        nav a { border-radius: .3rem; background: var(--bar); }
        h1 { margin: .75rem 0 0; font-size: 1.6rem; line-height: 1.3; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        caption { padding: .1rem 0 .9rem; color: var(--dim); text-align: left; }
        th, td { padding: .4rem .75rem; border-bottom: 1px solid var(--line); text-align: left; }
        th { font-weight: 400; overflow-wrap: anywhere; }
        td { color: var(--dim); white-space: nowrap; font-variant-numeric: tabular-nums; }
        th:nth-child(2), td:nth-child(2) { text-align: right; }
        thead th:first-child { width: 100%; }
        thead th { padding: 0; background: var(--bar); white-space: nowrap; overflow-wrap: normal; }
        thead span, button {
          display: block; width: 100%; padding: .45rem .75rem; border: 0; background: none;
          color: inherit; font: inherit; font-weight: 600; text-align: inherit;
        }
        button { cursor: pointer; }
        button:hover { text-decoration: underline; }
        button::after { content: "\2195" / ""; padding-left: .4em; color: var(--dim); }
        [aria-sort=ascending] button::after { content: "\2191" / ""; color: inherit; }
        [aria-sort=descending] button::after { content: "\2193" / ""; color: inherit; }
        tbody tr:hover { background: var(--bar); }
        tbody th { position: relative; padding-left: 2.4rem; }
        tbody a { display: inline-block; min-height: 1.5rem; }
        tbody th::before {
          content: ""; position: absolute; left: .8rem; top: .68rem; width: .8rem; height: 1rem;
          border: .1rem solid var(--file); border-radius: .15rem .45rem .15rem .15rem;
        }
        tbody .d::before {
          top: .72rem; width: 1.1rem; height: .92rem; border: 0; background: var(--folder);
          clip-path: polygon(
            0 8%, 6% 0, 38% 0, 48% 17%, 94% 17%, 100% 25%, 100% 93%, 94% 100%, 6% 100%, 0 93%);
        }
        @media (max-width: 40rem) {
          body { padding: 1rem .75rem 3rem; }
          th, td { padding: .4rem .4rem; vertical-align: top; }
          thead th { vertical-align: bottom; }
          thead span, button { padding: .45rem .4rem; }
          th:last-child, td:last-child { white-space: normal; }
          tbody th { padding-left: 1.9rem; }
          tbody th::before { left: .4rem; }
          td { padding-top: .5rem; font-size: .85rem; }
          time { display: inline-block; width: 6.2em; }
        }

        """u8;

    /// <summary>
    /// Changes when what is around the names does, so that a browser keeps no page of another layout.
    /// </summary>
    public static ulong Layout { get; } = BitConverter.ToUInt64(Sha256.Hash([.. Head, .. Style, Revision]));

    // One more when the markup of rows and headings changes.
    private const byte Revision = 1;

    /// <summary>All before the way to the directory.</summary>
    /// <param name="text">Where it is written.</param>
    /// <param name="path">The directory as it is asked for, with its slashes.</param>
    public static void WriteHead(ref ListingText text, ReadOnlySpan<char> path)
    {
        text.Write(Head);
        text.Write("<title>"u8);
        WriteText(ref text, NameOf(path, SegmentsOf(path)));
        text.Write("</title>\n<style>"u8);
        text.Write(Style);
        text.Write("</style>\n</head>\n<body>\n<nav aria-label=\"Path\">\n<ol>\n"u8);
    }

    /// <summary>Directories on the way to one, and itself; the root is the first.</summary>
    public static int SegmentsOf(ReadOnlySpan<char> path) => path.Count('/');

    /// <summary>One of the directories on the way, from 1; the last is the directory itself.</summary>
    public static void WriteCrumb(ref ListingText text, ReadOnlySpan<char> path, int number)
    {
        int up = SegmentsOf(path) - number;
        text.Write(up > 0 ? "<li><a href=\""u8 : "<li><span aria-current=\"page\">"u8);
        for (int i = 0; i < up; i++)
        {
            text.Write("../"u8);
        }
        text.Write(up > 0 ? "\">"u8 : []);
        WriteName(ref text, NameOf(path, number));
        text.Write(up > 0 ? "</a></li>\n"u8 : "</span></li>\n"u8);
    }

    /// <summary>All between the way and the names.</summary>
    /// <param name="text">Where it is written.</param>
    /// <param name="path">The directory as it is asked for, with its slashes.</param>
    /// <param name="totals">What is in it.</param>
    /// <param name="query">How it is asked for, with what it is sorted by.</param>
    /// <param name="isSortable">Whether it can be asked for in another order.</param>
    public static void WriteHeading(
        ref ListingText text,
        ReadOnlySpan<char> path,
        in ListingTotals totals,
        in ListingQuery query,
        bool isSortable)
    {
        text.Write("</ol>\n</nav>\n<main>\n<h1>"u8);
        WriteName(ref text, NameOf(path, SegmentsOf(path)));
        text.Write("</h1>\n<table>\n<caption>"u8);
        WriteTotals(ref text, totals);
        text.Write("</caption>\n<thead>\n<tr>\n"u8);
        WriteColumn(ref text, ListingColumn.Name, query, isSortable);
        WriteColumn(ref text, ListingColumn.Size, query, isSortable);
        WriteColumn(ref text, ListingColumn.Time, query, isSortable);
        text.Write("</tr>\n</thead>\n<tbody>\n"u8);
    }

    /// <summary>A name in its row.</summary>
    public static void WriteRow(ref ListingText text, in ListedChild child)
    {
        bool isDirectory = child.File is null;
        text.Write(isDirectory ? "<tr><th scope=\"row\" class=\"d\"><a href=\""u8
            : "<tr><th scope=\"row\"><a href=\""u8);
        text.WriteLink(child.Name);
        text.Write(isDirectory ? "/\"><bdi>"u8 : "\"><bdi>"u8);
        text.WriteMarkedUp(child.Name);
        text.Write(isDirectory ? "</bdi>/</a></th><td>"u8 : "</bdi></a></th><td"u8);
        if (child.File is { } file)
        {
            text.Write(" title=\""u8);
            text.WriteGrouped(file.Body.Length);
            text.Write(file.Body.Length == 1 ? " byte\">"u8 : " bytes\">"u8);
            text.WriteSize(file.Body.Length);
        }
        text.Write("</td><td>"u8);
        if (child.IsDated)
        {
            text.Write("<time datetime=\""u8);
            text.WriteMinute(child.ModifiedUnixSeconds, "T"u8);
            text.Write(":"u8);
            text.WriteSecond(child.ModifiedUnixSeconds);
            text.Write("Z\">"u8);
            text.WriteMinute(child.ModifiedUnixSeconds, " "u8);
            text.Write("</time>"u8);
        }
        text.Write("</td></tr>\n"u8);
    }

    /// <summary>All behind the names.</summary>
    public static void WriteTail(ref ListingText text, bool isEmpty)
    {
        text.Write(isEmpty ? "<tr><td colspan=\"3\">There is nothing here.</td></tr>\n"u8 : []);
        text.Write("</tbody>\n</table>\n</main>\n</body>\n</html>\n"u8);
    }

    private static void WriteTotals(ref ListingText text, in ListingTotals totals)
    {
        text.WriteGrouped(totals.Directories);
        text.Write(totals.Directories == 1 ? " directory, "u8 : " directories, "u8);
        text.WriteGrouped(totals.Files);
        text.Write(totals.Files == 1 ? " file, "u8 : " files, "u8);
        text.WriteSize(totals.Bytes);
    }

    // A button and no link, so that who mirrors by links does not fetch every directory in every order.
    private static void WriteColumn(
        ref ListingText text, ListingColumn column, in ListingQuery query, bool isSortable)
    {
        bool isSorted = query.By == column;
        text.Write("<th scope=\"col\""u8);
        text.Write(!isSorted ? []
            : query.IsDescending ? " aria-sort=\"descending\""u8 : " aria-sort=\"ascending\""u8);
        text.Write(">"u8);
        if (isSortable)
        {
            bool descends = isSorted ? !query.IsDescending : column != ListingColumn.Name;
            text.Write("<form><input type=\"hidden\" name=\"sort\" value=\""u8);
            text.Write(column switch
            {
                ListingColumn.Size => "size"u8,
                ListingColumn.Time => "time"u8,
                _ => "name"u8,
            });
            text.Write("\"><input type=\"hidden\" name=\"order\" value=\""u8);
            text.Write(descends ? "desc\"><button>"u8 : "asc\"><button>"u8);
        }
        else
        {
            text.Write("<span>"u8);
        }
        text.Write(column switch
        {
            ListingColumn.Size => "Size"u8,
            ListingColumn.Time => "Modified (UTC)"u8,
            _ => "Name"u8,
        });
        text.Write(isSortable ? "</button></form></th>\n"u8 : "</span></th>\n"u8);
    }

    // "/" for the root, else a segment with the slash behind it.
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path, int number)
    {
        for (int i = 1; i < number; i++)
        {
            path = path[(path.IndexOf('/') + 1)..];
        }
        return path[..(path.IndexOf('/') + 1)];
    }

    // A name of the other direction turns nothing round it.
    private static void WriteName(ref ListingText text, ReadOnlySpan<char> name)
    {
        text.Write("<bdi>"u8);
        WriteText(ref text, name);
        text.Write("</bdi>"u8);
    }

    // A name is a few hundred bytes; a content's owner may have longer ones.
    private static void WriteText(ref ListingText text, ReadOnlySpan<char> name)
    {
        Span<byte> bytes = stackalloc byte[1024];
        if (Encoding.UTF8.TryGetBytes(name, bytes, out int length))
        {
            text.WriteMarkedUp(bytes[..length]);
        }
        else
        {
            text.WriteMarkedUp(Encoding.UTF8.GetBytes(name.ToString()));
        }
    }
}
