using Straightwire.Appliance.Content;
using Straightwire.Protocols;
using Straightwire.Stack;

namespace Straightwire.Appliance.Services;

/// <summary>The shard that a service is built on.</summary>
/// <param name="Stack">Its TCP/IP, to listen on.</param>
/// <param name="Content">Its view of the content.</param>
/// <param name="Clock">The time of day, as its thread knows it.</param>
public readonly record struct ShardContext(Shard Stack, ShardContent Content, WallClock Clock);
