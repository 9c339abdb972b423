namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>The rows of listings for programs.</summary>
internal static class PlainListing
{
    /// <summary>
    /// An object as nginx's autoindex writes it: name, type, mtime, and of a file its size. A line each.
    /// </summary>
    public static void WriteJson(ref ListingText text, in ListedChild child, bool isFirst)
    {
        text.Write(isFirst ? "{ \"name\":"u8 : ",\n{ \"name\":"u8);
        text.WriteJson(child.Name);
        text.Write(child.File is null ? ", \"type\":\"directory\""u8 : ", \"type\":\"file\""u8);
        if (child.IsDated)
        {
            text.Write(", \"mtime\":\""u8);
            text.WriteHttpDate(child.ModifiedUnixSeconds);
            text.Write("\""u8);
        }
        if (child.File is { } file)
        {
            text.Write(", \"size\":"u8);
            text.Write(file.Body.Length);
        }
        text.Write(" }"u8);
    }

    /// <summary>A name on a line, with a slash behind a directory's.</summary>
    public static void WriteText(ref ListingText text, in ListedChild child)
    {
        text.Write(child.Name);
        text.Write(child.File is null ? "/\n"u8 : "\n"u8);
    }
}
