namespace LiaisonHub.Sealing;

/// <summary>When the end of a key or certificate is said: each of these once.</summary>
public static class Expiry
{
    /// <summary>Days before the end, the earliest first.</summary>
    public static IReadOnlyList<int> WarnAtDays { get; } = [90, 30, 7, 1];

    /// <summary>The warning that is due: the last of <see cref="WarnAtDays"/> that has come. Null: none has.</summary>
    public static int? Threshold(DateTimeOffset end, DateTimeOffset now) => WarnAtDays.Where(days => end <= now.AddDays(days)).Select(days => (int?)days).LastOrDefault();
}
