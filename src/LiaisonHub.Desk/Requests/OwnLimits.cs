using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using NodaTime.Text;

namespace LiaisonHub.Desk.Requests;

/// <summary>Limits of this state's own law on a request it is asked: they run here alone, and the other side hears nothing of them.</summary>
sealed class OwnLimits(House house, Database database, OwnLimitStore store, TimeProvider time)
{
    /// <summary>As they stand. Empty: this state asks, or its law names none.</summary>
    public async Task<IReadOnlyList<OwnLimit>> Of(OwnRequest request, IReadOnlyList<StoredAct> acts, CancellationToken cancellationToken) =>
        Of(request, acts, await store.Of(request.RequestId, cancellationToken));

    /// <summary>Where an act of that type, or the hub's answer to it, touches a limit: when the earliest now ends, in the transaction that stores it.</summary>
    public async Task Follow(Unit unit, StoredAct act, CancellationToken cancellationToken)
    {
        if (house.Region.Profiles.GetValueOrDefault(house.Own)?.SubTimers.Any(t => t.Heeds(act.ActType)) == true
            && await ActStore.Request(unit, act.RequestId, cancellationToken) is { OwnSide: Side.Requested } request)
            await Due(unit, request, await ActStore.Of(unit, request.RequestId, cancellationToken), cancellationToken);
    }

    /// <summary>Notes what an officer has typed.</summary>
    /// <returns>What is wrong, with the remedy. Null: it is noted.</returns>
    public async Task<string?> Note(Guid requestId, IFormCollection form, Officer officer, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (await ActStore.Request(unit, requestId, cancellationToken) is not { } request)
            return "The request is not in the records of this desk; go back to the worklist.";
        var acts = await ActStore.Of(unit, requestId, cancellationToken);
        var now = time.GetUtcNow();
        if (Of(request, acts, await OwnLimitStore.Of(unit, requestId, cancellationToken)).FirstOrDefault(l => l.Row.Code == form["code"]) is not { Row: var row } limit)
            return "The limit is not one of this state's law for this request; choose one of the list.";
        if (!Enum.TryParse<OwnLimitEvent>(form["what"], out var what) || !Enum.IsDefined(what))
            return "What happened is missing; choose whether it began, became longer or was met.";
        if (what == OwnLimitEvent.Extended && row.Extension == 0)
            return $"{row.Title} ({row.Code}) cannot become longer; its article knows no extension.";
        var at = now;
        if (form["at"].ToString() is { Length: > 0 } typed)
            if (Typed.MomentFormats.Select(f => LocalDateTimePattern.CreateWithInvariantCulture(f).Parse(typed)).FirstOrDefault(p => p.Success) is { } local)
                at = local.Value.InZoneLeniently(house.Time.Zone).ToDateTimeOffset().ToUniversalTime();
            else
                return "The point in time cannot be read; write it as 2026-03-02T09:30, or leave it empty for now.";
        if (at > now)
            return "The point in time is still to come; note it when it has happened.";
        if (what != OwnLimitEvent.Started && limit.Since is null)
            return $"{row.Title} ({row.Code}) has not begun; note first when it began: {row.From}.";
        await OwnLimitStore.Note(
            unit, new() { NoteId = Guid.CreateVersion7(now), RequestId = requestId, Code = row.Code, What = what.ToString(), At = at, NotedAt = now, Officer = officer.Signature }, cancellationToken);
        await Due(unit, request, acts, cancellationToken);
        await unit.Commit(cancellationToken);
        return null;
    }

    async Task Due(Unit unit, OwnRequest request, IReadOnlyList<StoredAct> acts, CancellationToken cancellationToken)
    {
        var noted = await OwnLimitStore.Of(unit, request.RequestId, cancellationToken);
        var due = Earliest(time.GetUtcNow());
        var then = due is { } end ? Earliest(end.AddSeconds(1)) : null;
        await OwnLimitStore.Due(unit, request.RequestId, due, then == due ? null : then, cancellationToken);

        DateTimeOffset? Earliest(DateTimeOffset at) => Of(request, acts, noted, at).Where(l => l.Runs).Min(l => l.Due);
    }

    IReadOnlyList<OwnLimit> Of(OwnRequest request, IReadOnlyList<StoredAct> acts, IReadOnlyList<OwnLimitRow> noted, DateTimeOffset? at = null)
    {
        if (request.OwnSide != Side.Requested || acts.FirstOrDefault(a => a.Direction == Direction.In && Acts.All.TryGetValue(a.ActType, out var type) && type.Opens) is not { } opening)
            return [];
        var instrument = new Choices(house.Region, house.Own, house.Today) { Request = request, Acts = acts }.Instrument ?? "";
        return OwnLimit.Of(
            house.Rules, house.Own, ProcedureSheet.OpenedBy(opening.ActType).FirstOrDefault() ?? "", opening.ActType, instrument,
            noted.Select(n => new OwnLimitNote(n.Code, Enum.Parse<OwnLimitEvent>(n.What), n.At)),
            [.. acts.Where(a => a.Outcome != "Refused").Select(a => new OwnLimitAct(a.ActType, a.OpenPart, a.OutcomeAt ?? a.At)).OrderBy(a => a.ReceivedAt)], at ?? time.GetUtcNow());
    }

    /// <summary>What silence means, in words.</summary>
    public static string SilenceMeans(SubTimer row) => row.Silence switch
    {
        Silence.Release => "the person is to be released: a court decides",
        Silence.MayRelease => "the person may be released: a court decides",
        Silence.DefaultDecision => $"another authority decides in its place{(row.Then is { } then ? $" ({then})" : "")}",
        Silence.Escalate => "it is overdue; nothing is decided by it",
        var other => Words.ContractWords.Spaced(other.ToString()).ToLowerInvariant(),
    };

    /// <summary>The length in words.</summary>
    public static string Length(OwnLimit limit) => string.Create(
        CultureInfo.InvariantCulture, $"{limit.Row.Length + (limit.Extended ? limit.Row.Extension : 0)} {Words.ContractWords.Spaced(limit.Row.Unit.ToString()).ToLowerInvariant()}");
}
