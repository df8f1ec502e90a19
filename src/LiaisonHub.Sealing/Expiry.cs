namespace LiaisonHub.Sealing;

/// <summary>Something that ends on a day: a key, a certificate.</summary>
/// <param name="What">What it is, in words, for the person who must renew it.</param>
/// <param name="Ends">When it ends (UTC).</param>
/// <param name="Remedy">What to do before that.</param>
public sealed record Ending(string What, DateTimeOffset Ends, string Remedy)
{
    /// <summary>The warning in words. Null: none is due.</summary>
    public string? Warning(DateTimeOffset now) => Expiry.Threshold(Ends, now) is not { } days ? null
        : Ends <= now ? $"{What} ended {Ends:u}. {Remedy}"
        : $"{What} ends {Ends:u}, {(days == 1 ? "within a day" : $"within {days} days")}. {Remedy}";
}

/// <summary>When the end of a key or certificate is said: each of these once.</summary>
public static class Expiry
{
    /// <summary>Days before the end, the earliest first.</summary>
    public static IReadOnlyList<int> WarnAtDays { get; } = [90, 30, 7, 1];

    /// <summary>The warning that is due: the last of <see cref="WarnAtDays"/> that has come. Null: none has.</summary>
    public static int? Threshold(DateTimeOffset end, DateTimeOffset now) => WarnAtDays.Where(days => end <= now.AddDays(days)).Select(days => (int?)days).LastOrDefault();
}

/// <summary>Says each warning once: a thing is named again when its next threshold has come, or when the program has been started anew.</summary>
public sealed class WarnedOnce
{
    readonly Dictionary<string, int> said = [];

    /// <summary>The warnings that were not said yet.</summary>
    public IReadOnlyList<string> New(IEnumerable<Ending> endings, DateTimeOffset now)
    {
        var warnings = new List<string>();
        foreach (var ending in endings)
            if (Expiry.Threshold(ending.Ends, now) is { } due && !(said.TryGetValue(Key(ending), out var before) && before <= due))
            {
                said[Key(ending)] = due;
                warnings.Add(ending.Warning(now)!);
            }
        return warnings;
    }

    static string Key(Ending ending) => $"{ending.What}/{ending.Ends.UtcTicks}";
}
