using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Storage.Adapter;
using NodaTime.Text;

namespace LiaisonHub.Desk.Requests;

/// <summary>Limits of this state's own law on a request it is asked: they run here alone, and the other side hears nothing of them.</summary>
sealed class OwnLimits(House house, DeskReads reads, OwnLimitStore store, TimeProvider time)
{
    /// <summary>As they stand. Empty: this state asks, or its law names none.</summary>
    public async Task<IReadOnlyList<OwnLimit>> Of(OwnRequest request, IReadOnlyList<StoredAct> acts, CancellationToken cancellationToken) =>
        Of(request, acts, await store.Of(request.RequestId, cancellationToken), []);

    /// <summary>Notes what an officer has typed.</summary>
    /// <returns>What is wrong, with the remedy. Null: it is noted.</returns>
    public async Task<string?> Note(OwnRequest request, IFormCollection form, Officer officer, CancellationToken cancellationToken)
    {
        var acts = await reads.Acts(request.RequestId, cancellationToken);
        var stored = await store.Of(request.RequestId, cancellationToken);
        var now = time.GetUtcNow();
        if (Of(request, acts, stored, []).FirstOrDefault(l => l.Row.Code == form["code"]) is not { Row: var row })
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
        var note = new OwnLimitRow { NoteId = Guid.CreateVersion7(now), RequestId = request.RequestId, Code = row.Code, What = what.ToString(), At = at, NotedAt = now, Officer = officer.Signature };
        if (what != OwnLimitEvent.Started && Of(request, acts, stored, []).First(l => l.Row.Code == row.Code).Since is not { } since)
            return $"{row.Title} ({row.Code}) has not begun; note first when it began: {row.From}.";
        await store.Note(note, Of(request, acts, stored, [note]).Where(l => l.Runs).Min(l => l.Due), cancellationToken);
        return null;
    }

    IReadOnlyList<OwnLimit> Of(OwnRequest request, IReadOnlyList<StoredAct> acts, IReadOnlyList<OwnLimitRow> stored, IReadOnlyList<OwnLimitRow> more)
    {
        if (request.OwnSide != Side.Requested || acts.FirstOrDefault(a => a.Direction == Direction.In && Acts.All.TryGetValue(a.ActType, out var type) && type.Opens) is not { } opening)
            return [];
        var instrument = new Choices(house.Region, house.Own, house.Today) { Request = request, Acts = acts }.Instrument ?? "";
        return OwnLimit.Of(
            house.Rules, house.Own, ProcedureSheet.OpenedBy(opening.ActType).FirstOrDefault() ?? "", opening.ActType, instrument,
            stored.Concat(more).Select(n => new OwnLimitNote(n.Code, Enum.Parse<OwnLimitEvent>(n.What), n.At)), time.GetUtcNow());
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
