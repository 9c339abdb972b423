using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>A name that leads to a site.</summary>
/// <param name="Path">
/// The one spelling of the host; with a dot in front, as *.example.org has it, of all names below.
/// </param>
/// <param name="Site">The site.</param>
/// <param name="IsMoved">Whether it is told to look under the site's first name.</param>
internal sealed record SiteHost(string Path, Site Site, bool IsMoved) : INamed;
