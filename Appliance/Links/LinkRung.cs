using Straightwire.Devices;
using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Links;

/// <summary>One way to a link.</summary>
/// <param name="Name">The kind of link, for people.</param>
/// <param name="Open">Opens it; a <see cref="LinkException"/> leads to the next way.</param>
public readonly record struct LinkRung(string Name, Func<LinkGrant> Open);
