using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts, choices and guards of the correction table, and what its open parts must look like.</summary>
static class CorrectionConditions
{
    // Facts: is the act open at all?

    public static readonly Fact ThisSideErred = new("this side erred", "The error is the other side's.", (r, side) => Of(r).Maker == side)
    {
        Code = RefusalCode.NotYours,
    };
    public static readonly Fact TheErrorWasReported =
        new("the other side reported it", "This side's own acknowledgement began the correction; there is nothing to contest.", (r, _) => Of(r).Reported)
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact NoReleaseIsReported =
        new("somebody may be held because of it", "Nobody is held because of the error, or the release is reported already.",
            (r, _) => Of(r).ReleasedAt is null && (Of(r).AssessedAt is null || Of(r).PersonDetained))
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact APersonIsToBeInformed =
        new("a person is to be informed", "No person is affected, or the person was informed already.", (r, _) => ToBeInformed(r))
        {
            Code = RefusalCode.NotNow,
        };
    public static readonly Fact ThisSideHoldsACopy =
        new("a copy is outstanding on this side", "No holder on this side is outstanding.",
            (r, side) => Of(r).Holders.Any(h => h is { Done: null, ThirdState: null } && h.Side == side))
        {
            Code = RefusalCode.NotNow,
        };

    // Choices: what does the act say?

    public static readonly Choice IsALeak = new("a leak", s => s.As<ErrorReported>().Cause == ErrorCause.Leak);
    public static readonly Choice IsNoLeak = new("no leak", s => s.As<ErrorReported>().Cause != ErrorCause.Leak);
    public static readonly Choice SomebodyIsHeld =
        new("somebody is held because of it", s => s.As<ErrorAssessed>().PersonDetained && Of(s.Request).ReleasedAt is null);
    public static readonly Choice NobodyIsHeld =
        new("nobody is held because of it", s => !s.As<ErrorAssessed>().PersonDetained || Of(s.Request).ReleasedAt is not null);
    public static readonly Choice SomebodyIsToBeInformed = new("a person is to be informed", s => ToBeInformed(s.Request));
    public static readonly Choice NobodyIsToBeInformed = new("nobody is to be informed", s => !ToBeInformed(s.Request));
    public static readonly Choice OthersAreOutstanding = new("others are outstanding", s => Others(s).Any());
    public static readonly Choice IsTheLastHolder = new("the last one", s => !Others(s).Any());
    public static readonly Choice SomethingIsToBeRemedied = new("something is to be remedied", s => ToBeRemedied(s.Request));
    public static readonly Choice NothingIsToBeRemedied = new("nothing is to be remedied", s => !ToBeRemedied(s.Request));

    // Guards: what must be so, or the act is refused

    public static readonly Guard IsTheErrorReported = new("the error that was reported", RefusalCode.ConditionNotMet, s =>
    {
        var (told, kept) = (s.As<ErrorAcknowledged>(), Of(s.Request));
        return told.AboutRequestId != kept.OfRequestId ? $"$.open.aboutRequestId: the error reported is about {kept.OfRequestId}; acknowledge that one."
            : told.AboutActId != kept.OfActId ? $"$.open.aboutActId: the error reported is in the act {kept.OfActId}; acknowledge that one."
            : told.Cause != kept.Cause ? $"$.open.cause: reported is {kept.Cause}; acknowledge that, or contest it (ErrorContested) and say why."
            : told.Instrument != s.Request.Instrument ? $"$.open.instrument: the report stands on {s.Request.Instrument}; write that."
            : null;
    });

    public static readonly Guard HoldersAreRegistered = new("the holders are in the register", RefusalCode.ConditionNotMet, s =>
        Unregistered(s, s.As<ErrorAssessed>().Holders));

    public static readonly Guard HoldersAreNew = new("holders in the register, not named before", RefusalCode.ConditionNotMet, s =>
    {
        var holders = s.As<HoldersNamed>().Holders;
        for (var i = 0; i < holders.Count; i++)
            if (Of(s.Request).Holders.Any(h => h.Authority == holders[i]))
                return $"$.open.holders[{i}]: is named already; name further holders only.";
        return Unregistered(s, holders);
    });

    public static readonly Guard ReleaseHasCome = new("the release lies in the past", RefusalCode.ConditionNotMet, s =>
        s.As<ReleaseReported>().At > s.At
            ? string.Create(CultureInfo.InvariantCulture,
                $"$.open.at: {s.As<ReleaseReported>().At.UtcDateTime:yyyy-MM-dd HH:mm'Z'} has not come yet; a release is ")
                + "reported after it was made."
            : null);

    public static readonly Guard WhatIsOutIsRecalled = new("a leak, or what went to the wrong state, is recalled", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Cause is ErrorCause.Leak or ErrorCause.WrongState && s.As<CorrectionIssued>().Manner != CorrectionManner.Recall
            ? $"$.open.manner: the error is {Of(s.Request).Cause}; another version would leave the copies where they are. Write Recall."
            : null);

    public static readonly Guard HolderIsOutstanding = new("a holder of this side that is outstanding", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Holders.FirstOrDefault(h => h.Authority == s.As<CopyConfirmed>().Holder) switch
        {
            { Done: not null } => "$.open.holder: this holder has confirmed already.",
            { ThirdState: { } third } => $"$.open.holder: {third} confirms for its own authorities; the hub has asked it, and tells both sides when it has confirmed.",
            { } holder when holder.Side == s.By => null,
            var other => $"$.open.holder: {(other is null ? "is not named" : "the other side answers for it")}; outstanding on this side: "
                + $"{string.Join(", ", Of(s.Request).Holders.Where(h => h is { Done: null, ThirdState: null } && h.Side == s.By).Select(h => h.Authority))}.",
        });

    public static readonly Guard DoneIsWhatWasIssued = new("done as it was issued", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Manner == CorrectionManner.Recall && s.As<CopyConfirmed>().Done == CopyFate.Replaced
            ? "$.open.done: is Replaced, but it was recalled and nothing takes its place; delete or restrict it, then write Deleted or Restricted."
            : null);

    public static readonly Guard ThePersonIsFree = new("whoever was held is free", RefusalCode.ConditionNotMet, s =>
        Of(s.Request) is { PersonDetained: true, ReleasedAt: null } ? "A person is held because of the error; report the release first (ReleaseReported)."
            : null);

    public static readonly Guard ThePersonIsInformed = new("whoever is affected is informed", RefusalCode.ConditionNotMet, s =>
        ToBeInformed(s.Request) ? "A person is affected and not informed; inform the person first (PersonInformed)." : null);

    public static readonly Guard StepsAreEnough = new("compensation and the court are not forgotten", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).PersonDetained && !s.As<ErrorRemedied>().Steps.Contains(RemedyStep.CompensationNotice)
            ? "$.open.steps: does not name CompensationNotice; a person was detained, so tell that person how compensation is claimed."
            : Of(s.Request).EvidenceUsed && !s.As<ErrorRemedied>().Steps.Contains(RemedyStep.CourtTold)
            ? "$.open.steps: does not name CourtTold; it was used as evidence, so tell the court that used it."
            : null);

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(ErrorAcknowledged)] = Procedures.Content.On<ErrorAcknowledged>((c, a) =>
        {
            About(c, a);
            c.OptionalLine("note", a.Note);
        }),
        [typeof(ErrorReported)] = Procedures.Content.On<ErrorReported>(About),
        [typeof(ErrorContested)] = Procedures.Content.On<ErrorContested>((c, a) => c.Line("reason", a.Reason)),
        [typeof(ErrorAssessed)] = Procedures.Content.On<ErrorAssessed>((c, a) =>
        {
            if (c.Filled("holders", a.Holders, least: 1, Check.MostLines))
                for (var i = 0; i < a.Holders.Count; i++)
                    if (a.Holders.Take(i).Contains(a.Holders[i]))
                        c.Wrong($"holders[{i}]", "stands there twice", "name each holder once");
            if (a.PersonDetained && !a.PersonAffected)
                c.Wrong("personAffected", "is false", "whoever is detained because of it is affected; write true");
        }),
        [typeof(CorrectionIssued)] = Procedures.Content.On<CorrectionIssued>((c, a) =>
        {
            Digest(c, "supersededDigest", a.SupersededDigest);
            if (a.NewDigest is { } digest)
                Digest(c, "newDigest", digest);
            if (a.Manner == CorrectionManner.NewVersion && a.NewDigest is null)
                c.Wrong("newDigest", "is missing", "a new version is named by its digest");
            if (a.Manner == CorrectionManner.Recall && a.NewDigest is not null)
                c.Wrong("newDigest", "is there", "nothing takes the place of what is recalled; leave it out, or write NewVersion");
            if (a.NewDigest == a.SupersededDigest)
                c.Wrong("newDigest", "is that of the old version", "name the version that takes its place");
        }),
        [typeof(CopyConfirmed)] = Procedures.Content.On<CopyConfirmed>((c, a) =>
        {
            c.Code("holder", a.Holder);
            if (a.ProofDigest is { } digest)
                Digest(c, "proofDigest", digest);
            else if (a.Done != CopyFate.Replaced)
                c.Wrong("proofDigest", "is missing", "name the proof of the deletion or restriction by its digest");
        }),
        [typeof(PersonInformed)] = Procedures.Content.On<PersonInformed>((c, a) => c.NotToCome("on", a.On)),
        [typeof(ErrorRemedied)] = Procedures.Content.On<ErrorRemedied>((c, a) =>
        {
            if (c.Filled("steps", a.Steps, least: 1, Check.MostLines) && a.Steps.Distinct().Count() < a.Steps.Count)
                c.Wrong("steps", "names a step twice", "name each step once");
        }),
    };

    // What acts leave in the record

    public static CorrectionRecord Found(IErrorFound found, Side maker) =>
        new() { OfRequestId = found.AboutRequestId, OfActId = found.AboutActId, Cause = found.Cause, Maker = maker };

    public static Request Changed(Request request, Func<CorrectionRecord, CorrectionRecord> change) => request with { Correction = change(Of(request)) };

    public static Request AssessedAs(Request request, Situation s)
    {
        var assessed = s.As<ErrorAssessed>();
        var known = Of(request).Holders;
        return Changed(request, c => c with
        {
            AssessedAt = s.At,
            PersonAffected = assessed.PersonAffected,
            PersonDetained = assessed.PersonDetained,
            EvidenceUsed = assessed.EvidenceUsed,
            Holders = [.. known, .. Numbered(s, assessed.Holders.Except(known.Select(h => h.Authority)))],
        });
    }

    public static Request Named(Request request, Situation s) =>
        Changed(request, c => c with { Holders = [.. c.Holders, .. Numbered(s, s.As<HoldersNamed>().Holders)] });

    public static Request IssuedAs(Request request, CorrectionIssued issued) =>
        Changed(request, c => c with { Manner = issued.Manner, SupersededDigest = issued.SupersededDigest, NewDigest = issued.NewDigest });

    public static Request HolderHasDone(Request request, CopyConfirmed confirmed) => Changed(request, c => c with
    {
        Holders = [.. c.Holders.Select(h => h.Authority == confirmed.Holder ? h with { Done = confirmed.Done, ProofDigest = confirmed.ProofDigest } : h)],
    });

    public static Func<Situation, IEnumerable<int>> HoldersOf(Side side) => s => Of(s.Request).Holders.Where(h => h.Side == side).Select(h => h.Number);

    public static Func<Situation, IEnumerable<int>> NewHoldersOf(Side side) =>
        s => Numbered(s, s.As<HoldersNamed>().Holders).Where(h => h.Side == side).Select(h => h.Number);

    public static int ThisHolder(Situation s) => Of(s.Request).Holders.FirstOrDefault(h => h.Authority == s.As<CopyConfirmed>().Holder)?.Number ?? 0;

    public static Side WhoErred(Situation s) => Of(s.Request).Maker;

    public static IEnumerable<string> WhatStands(Request request)
    {
        var record = Of(request);
        yield return $"{record.Cause} in the act {record.OfActId} of the request {record.OfRequestId}, an act of the {Rules.Word(record.Maker)} side";
        if (record.Manner is { } manner)
            yield return $"{manner}: {record.SupersededDigest} no longer counts{(record.NewDigest is { } digest ? $", {digest} does" : "")}";
        if (record.Holders.Where(h => h.Done is null).Select(h => h.Authority).ToList() is { Count: > 0 } outstanding)
            yield return $"outstanding holders of copies: {string.Join(", ", outstanding)}";
        if (record is { PersonDetained: true, ReleasedAt: null })
            yield return "a person is held because of the error, and no release is reported";
        if (ToBeInformed(request))
            yield return "a person is affected and not informed";
    }

    static CorrectionRecord Of(Request request) => request.Correction ?? throw new InvalidOperationException($"{request.Procedure} is no correction.");

    static bool ToBeInformed(Request request) => Of(request) is { PersonAffected: true, InformedOn: null };

    static bool ToBeRemedied(Request request) => Of(request) is { PersonAffected: true } or { PersonDetained: true } or { EvidenceUsed: true };

    static IEnumerable<CopyHolder> Others(Situation s) => Of(s.Request).Holders.Where(h => h.Done is null && h.Authority != s.As<CopyConfirmed>().Holder);

    // A side answers for its own authorities. For those of a third state the side that gave it to them is answerable, and that state confirms by itself.
    static IEnumerable<CopyHolder> Numbered(Situation s, IEnumerable<string> authorities) => authorities.Select((a, i) =>
    {
        var state = s.Region.StateOf(a) ?? s.State;
        var side = Rules.SideOf(s.Request, state);
        return new CopyHolder(Of(s.Request).Holders.Count + i + 1, a, side ?? s.By) { ThirdState = side is null ? state : null };
    });

    static string? Unregistered(Situation s, IReadOnlyList<string> holders)
    {
        for (var i = 0; i < holders.Count; i++)
            if (s.Region.Authority(holders[i]) is null)
                return $"$.open.holders[{i}]: not an authority of the region; name the authority that answers for whoever holds it.";
        return null;
    }

    static void About(Check c, IErrorFound found)
    {
        c.Code("instrument", found.Instrument).Code("reference", found.Reference);
        if (found.AboutRequestId == Guid.Empty || found.AboutRequestId == c.Request.Id)
            c.Wrong("aboutRequestId", "is no other request", "name the request in which the error happened");
        if (found.AboutActId == Guid.Empty)
            c.Wrong("aboutActId", "is no act", "name the act that was wrong");
    }

    static void Digest(Check c, string field, string digest)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
            c.Wrong(field, "is not a SHA-256", "write 64 lower-case hex digits");
    }
}
