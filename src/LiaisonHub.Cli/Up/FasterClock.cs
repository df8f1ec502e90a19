using System.Globalization;

namespace LiaisonHub.Cli.Up;

/// <summary>
/// Legal time that runs faster than the day, for a demonstration. Only the clock's reading is faster: timers wait as they always do, so nothing technical hurries. Where it stands is kept in a
/// file, so that after a crash legal time goes on from there and never back. After <see cref="Longest"/> it runs like any other: whoever looks around for an hour finds no centuries of overdue limits.
/// </summary>
public sealed class FasterClock : TimeProvider
{
    /// <summary>So much legal time passes fast: the longest of the demonstration's requests has come to its dispute by then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(200);

    readonly DateTimeOffset legal, fastUntil;
    readonly long started;
    readonly double speed;
    readonly string file;
    readonly TimeProvider source;

    /// <param name="speed">Legal seconds a second; 86,400 makes a day pass each second.</param>
    /// <param name="file">Where the reading is kept.</param>
    /// <param name="source">The clock of the machine.</param>
    public FasterClock(double speed, string file, TimeProvider source)
    {
        (this.speed, this.file, this.source) = (speed, file, source);
        (started, legal) = (source.GetTimestamp(), source.GetUtcNow());
        fastUntil = legal + Longest;
        if (!File.Exists(file) || File.ReadAllLines(file) is not [var stood, var until] || Read(stood) is not { } kept || Read(until) is not { } ends)
            return;
        fastUntil = ends;
        // A second's worth on top: the last second before a crash may not have been kept.
        if (kept > legal)
            legal = kept + TimeSpan.FromSeconds(2 * (kept < ends ? speed : 1));
    }

    static DateTimeOffset? Read(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var (elapsed, fast) = (source.GetElapsedTime(started), (fastUntil > legal ? fastUntil - legal : TimeSpan.Zero) / speed);
        return elapsed <= fast ? legal + elapsed * speed : legal + fast * speed + (elapsed - fast);
    }

    /// <summary>Keeps the reading. Called about once a second.</summary>
    public void Keep()
    {
        var next = file + ".tmp";
        File.WriteAllLines(next, [GetUtcNow().ToString("O", CultureInfo.InvariantCulture), fastUntil.ToString("O", CultureInfo.InvariantCulture)]);
        File.Move(next, file, overwrite: true);
    }
}
