using System.Globalization;

namespace LiaisonHub.Adapters.Channels;

/// <summary>
/// What a channel leaves where it is while all else goes on. An item that could not be brought is tried again by itself, later and later; it neither stops the items behind it nor slows the channel down.
/// </summary>
sealed class LeftItems(TimeProvider time)
{
    /// <summary>How long an item waits after its first failure; each further one doubles it.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    /// <summary>The longest an item waits.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    // When the source did not answer so many times on end, it is not the fault of the items: the look ends, and the channel itself waits.
    const int MostUnanswered = 3;

    // More than that nobody reads.
    const int MostWords = 3;

    readonly Dictionary<string, Failure> failures = new(StringComparer.Ordinal);
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly List<string> words = [];
    int count, unanswered;

    /// <summary>Begins a look at the source.</summary>
    public void Look()
    {
        seen.Clear();
        words.Clear();
        (count, unanswered) = (0, 0);
    }

    /// <summary>True: the item failed not long ago and is not tried at this look.</summary>
    public bool Waits(string item)
    {
        if (!failures.TryGetValue(item, out var failure))
            return false;
        seen.Add(item);
        if (time.GetUtcNow() >= failure.Again)
            return false;
        Leave(failure.Words);
        return true;
    }

    /// <summary>The item was tried and could not be brought.</summary>
    /// <exception cref="ChannelException"><paramref name="why"/>, where the source itself seems to be away.</exception>
    public void Failed(string item, ChannelException why)
    {
        var before = failures.GetValueOrDefault(item)?.Times ?? 0;
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(before, 12)));
        failures[item] = new Failure(before + 1, time.GetUtcNow() + pause, why.Message);
        seen.Add(item);
        Leave(why.Message);
        unanswered = why.Away ? unanswered + 1 : 0;
        if (unanswered >= MostUnanswered)
            throw why;
    }

    /// <summary>Items that cannot be brought as they are; it costs little to look at them again each time.</summary>
    public void Leave(string why, int items = 1)
    {
        if (items == 0)
            return;
        count += items;
        if (words.Count < MostWords && !words.Contains(why))
            words.Add(why);
    }

    /// <summary>The item was brought, or there was nothing to bring of it.</summary>
    public void Came(string item)
    {
        unanswered = 0;
        failures.Remove(item);
    }

    /// <summary>Ends a look that came to the end of the source: items that are no longer there are forgotten.</summary>
    /// <returns>What was left, in words. Null: nothing.</returns>
    public string? End()
    {
        foreach (var gone in failures.Keys.Where(i => !seen.Contains(i)).ToList())
            failures.Remove(gone);
        return count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "item is" : "items are")} left at the source, and all else is brought. {string.Join(' ', words)}");
    }

    sealed record Failure(int Times, DateTimeOffset Again, string Words);
}
