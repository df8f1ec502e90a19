namespace LiaisonHub.OperatorConsole.Stuck;

/// <summary>Keeps the stuck board read while nobody looks.</summary>
sealed partial class StuckRenewal(StuckReader stuck, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical, ILogger<StuckRenewal> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = StuckReader.Soonest;
            try
            {
                pause = await stuck.Keep(stoppingToken);
                told = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each time the database is away; whoever looks is told as well.
                if (!told)
                    RenewalFailed(log, e);
                told = true;
            }
            await Task.Delay(pause, technical, stoppingToken);
        }
    }

    [LoggerMessage(4201, LogLevel.Warning, "The board of stuck requests could not be read; trying again")]
    static partial void RenewalFailed(ILogger log, Exception e);
}
