using System.Globalization;

namespace LiaisonHub.Cli.Up;

/// <summary>
/// Legal time that runs faster than the day, for a demonstration. Only the clock's reading is faster: timers wait as they always do, so nothing technical hurries. Where it stands is kept in a
/// file, so that after a crash legal time goes on from there and never back.
/// </summary>
sealed class FasterClock : TimeProvider
{
    readonly DateTimeOffset legal;
    readonly long started = System.GetTimestamp();
    readonly double speed;
    readonly string file;

    /// <param name="speed">Legal seconds a second; 86,400 makes a day pass each second.</param>
    /// <param name="file">Where the reading is kept.</param>
    public FasterClock(double speed, string file)
    {
        this.speed = speed;
        this.file = file;
        legal = System.GetUtcNow();
        // A second's worth on top: the last second before a crash may not have been kept.
        if (File.Exists(file) && DateTimeOffset.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var kept) && kept > legal)
            legal = kept + TimeSpan.FromSeconds(2 * speed);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => legal + System.GetElapsedTime(started) * speed;

    /// <summary>Keeps the reading. Called about once a second.</summary>
    public void Keep()
    {
        var next = file + ".tmp";
        File.WriteAllText(next, GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        File.Move(next, file, overwrite: true);
    }
}
