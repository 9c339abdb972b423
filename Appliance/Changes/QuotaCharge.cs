namespace Straightwire.Appliance.Changes;

/// <summary>
/// What one upload holds of its owner's quota, from its first byte to the generation that shows it. Under the
/// writer's gate.
/// </summary>
/// <param name="usage">The owner's.</param>
internal sealed class QuotaCharge(OwnerUsage usage)
{
    /// <summary>Bytes that it holds.</summary>
    public long Bytes { get; private set; }

    /// <summary>It holds so many bytes from now on, whatever the quota is.</summary>
    public void Set(long bytes)
    {
        usage.Held += bytes - Bytes;
        Bytes = bytes;
    }

    /// <summary>It holds nothing any more.</summary>
    public void Release() => Set(0);

    /// <summary>It grows by so many bytes; false when the owner may not have them.</summary>
    /// <param name="count">Bytes.</param>
    /// <param name="quota">What the owner may have.</param>
    /// <param name="replaced">Bytes of the file that will give way.</param>
    public bool TryAdd(long count, long quota, long replaced)
    {
        if (quota != long.MaxValue && usage.Below + usage.Held + count - replaced > quota)
        {
            return false;
        }
        Set(Bytes + count);
        return true;
    }

    /// <summary>A charge of the same owner with all that this one holds; this one holds nothing.</summary>
    public QuotaCharge MoveOut()
    {
        var other = new QuotaCharge(usage);
        other.TakeOver(this);
        return other;
    }

    /// <summary>Takes all that another one of the same owner holds.</summary>
    public void TakeOver(QuotaCharge other)
    {
        Bytes += other.Bytes;
        other.Bytes = 0;
    }
}
