namespace LiaisonHub.Coordinator;

/// <summary>Work that comes round again and again: what goes wrong in one round is told, and the next one comes all the same.</summary>
/// <param name="pause">How long it pauses between two rounds, as a rule and after one that failed.</param>
public abstract class Rounds(TimeSpan pause) : BackgroundService
{
    /// <summary>One round.</summary>
    /// <returns>How long to pause before the next one; zero where there is more to do at once. Null: as a rule.</returns>
    protected abstract Task<TimeSpan?> Next(CancellationToken cancellationToken);

    /// <summary>Tells of a round that failed.</summary>
    protected abstract void Failed(Exception e);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan? next = null;
            try
            {
                next = await Next(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(e);
            }
            try
            {
                // The pace is a technical matter: it is the machine's even where legal time runs faster.
                await Task.Delay(next ?? pause, TimeProvider.System, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
