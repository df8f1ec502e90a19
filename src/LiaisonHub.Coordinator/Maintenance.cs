using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Coordinator;

/// <summary>
/// What a state announces about work on its own adapter: noted, told to every other state, entered in the ledger. Until it ends its silence raises no alarm. Its notices wait as always, and legal time goes on:
/// a limit is a matter between two states, and no row of the time catalogue is held because a machine is worked on.
/// </summary>
public sealed class Maintenance(
    Database database, RequestStore requests, NoticeWriter notices, Region region, OutboxSignal outbox, TimeProvider time, [FromKeyedServices(Watch.Technical)] TimeProvider technical)
{
    const int FarthestDays = 90, LongestReason = 200;

    /// <summary>Takes an announcement. When it returns, it is noted and the others will be told, or the answer says why not.</summary>
    public async Task<MaintenanceAnswered> Take(MaintenanceAnnounced announced, CancellationToken cancellationToken)
    {
        var present = technical.GetUtcNow();
        await using var unit = await database.Begin(cancellationToken);
        var before = await AdapterRegister.One(unit, announced.State, cancellationToken);
        var noted = before?.MaintenanceAt is null || announced.At > before.MaintenanceAt ? Noted(announced, before, present) : null;
        if (noted is not null && Problem(noted, present) is { } problem)
            return Answer(announced, before, present) with { Problem = problem };
        if (noted is null)
            return Answer(announced, before, present) with
            {
                Problem = announced.At == before!.MaintenanceAt ? null : "A later announcement is noted already; look at this machine's clock.",
            };
        await AdapterRegister.Maintain(unit, noted, present, cancellationToken);
        var now = time.GetUtcNow();
        var rows = await notices.Number(unit, [.. region.States.Keys.Where(s => s != noted.State).Order(StringComparer.Ordinal).Select(state => new NoticeDraft
        {
            State = state,
            NoticeId = Ids.From($"{noted.AnnouncementId:N}/maintenance/{state}"),
            Lane = Lane.Routine,
            At = now,
            Body = new MaintenanceNotice { State = noted.State, From = noted.From, Until = noted.Until, Reason = noted.Reason },
        })], cancellationToken);
        var leaf = new LedgerLeaf
        {
            At = now,
            Kind = noted.Until > noted.At ? "MaintenanceAnnounced" : "MaintenanceEnded",
            Actor = noted.State,
            Content = JsonSerializer.Serialize(new { noted.From, noted.Until, noted.Reason }, Wire.Json),
        };
        await requests.Write(unit, [new Change { Work = new Work { RequestId = Guid.Empty }, Outbox = rows, Leaves = [leaf] }], cancellationToken);
        await unit.Commit(cancellationToken);
        outbox.Set();
        return new() { AnnouncementId = announced.AnnouncementId, From = noted.Until > present ? noted.From : null, Until = noted.Until > present ? noted.Until : null };
    }

    // One that is prolonged while it runs keeps its beginning, so that the region's limit counts from there; one that is ended begins no later than it ends.
    static MaintenanceAnnounced Noted(MaintenanceAnnounced announced, AdapterStanding? before, DateTimeOffset present)
    {
        if (before?.InMaintenance(present) == true)
            return announced with { From = before.MaintenanceFrom!.Value };
        return announced.Until > announced.At ? announced : announced with { From = announced.Until };
    }

    string? Problem(MaintenanceAnnounced announced, DateTimeOffset present)
    {
        if (announced.Until <= announced.At)
            return null;
        var longest = TimeSpan.FromDays(region.MaintenanceDays);
        return announced.Until <= announced.From ? "It ends before it begins; give an end that comes later."
            : announced.Until <= present ? $"It would have ended at {announced.Until:u}, and it is {present:u}; give an end that is still to come."
            : announced.From > present.AddDays(FarthestDays) ? $"It begins more than {FarthestDays} days from now; announce it later."
            : announced.Until - announced.From > longest ? $"It would last until {announced.Until:u}; the region allows {region.MaintenanceDays} days, here until {announced.From + longest:u}."
            : announced.Reason.Length is 0 or > LongestReason || announced.Reason.Any(char.IsControl) ? $"The reason is one line of 1 to {LongestReason} characters, without personal data."
            : null;
    }

    static MaintenanceAnswered Answer(MaintenanceAnnounced announced, AdapterStanding? standing, DateTimeOffset present) => standing?.MaintenanceUntil > present
        ? new() { AnnouncementId = announced.AnnouncementId, From = standing.MaintenanceFrom, Until = standing.MaintenanceUntil }
        : new() { AnnouncementId = announced.AnnouncementId };
}
