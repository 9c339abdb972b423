using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// Sorts directories for listings: those in them come first, and files after them, each ascending; what is
/// alike stands by its bytes.
/// </summary>
public static class ListingSort
{
    /// <summary>
    /// Sorts children: the place of each among all (<see cref="DirectoryChildren"/>), in order. Takes about a
    /// microsecond for each name.
    /// </summary>
    /// <param name="children">What is sorted.</param>
    /// <param name="by">By what. Directories have no length, and stand by their names then.</param>
    /// <param name="timesOfDirectories">
    /// The times of the directories among them, by the places of all children; null: they stand by their
    /// names.
    /// </param>
    public static int[] Of(DirectoryChildren children, ListingColumn by, long[]? timesOfDirectories = null)
    {
        var all = new DirectoryChild[children.Length];
        int[] order = new int[all.Length];
        int directories = 0;
        int files = children.DirectoryCount;
        int index = 0;
        foreach (DirectoryChild child in children)
        {
            order[child.File is null ? directories++ : files++] = index;
            all[index++] = child;
        }
        Span<int> first = order.AsSpan(0, directories);
        if (by == ListingColumn.Time && timesOfDirectories is { } times)
        {
            first.Sort((a, b) => Decide(times[a].CompareTo(times[b]), a, b));
        }
        else
        {
            SortByName(first, all);
        }
        Span<int> rest = order.AsSpan(directories);
        switch (by)
        {
            case ListingColumn.Size:
                rest.Sort((a, b) =>
                    Decide(all[a].File!.Body.Length.CompareTo(all[b].File!.Body.Length), a, b));
                break;
            case ListingColumn.Time:
                rest.Sort((a, b) => Decide(
                    all[a].File!.ModifiedUnixSeconds.CompareTo(all[b].File!.ModifiedUnixSeconds), a, b));
                break;
            default:
                SortByName(rest, all);
                break;
        }
        return order;
    }

    private static void SortByName(Span<int> order, DirectoryChild[] all) =>
        order.Sort((a, b) => Decide(NaturalOrder.Compare(all[a].Name, all[b].Name), a, b));

    // They come in the order of their bytes.
    private static int Decide(int order, int a, int b) => order != 0 ? order : a.CompareTo(b);
}
