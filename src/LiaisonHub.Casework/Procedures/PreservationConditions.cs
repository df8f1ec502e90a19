using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>The facts and guards of the preservation table, and what its open parts must look like.</summary>
static class PreservationConditions
{
    public static readonly Fact PreservationIsNotExtended =
        new("not extended before", "The preservation was extended once; a second extension is not allowed.", (r, _) => !r.ExtensionUsed);

    public static readonly Fact FollowUpIsThere = new("the follow-up is there", "The follow-up is not there yet.", (r, _) => r.Preservation!.FollowUpIsThere);
    public static readonly Fact FollowUpIsNotThere = new("the follow-up is not there yet", "The follow-up is there.", (r, _) => !r.Preservation!.FollowUpIsThere);

    public static readonly Guard FollowUpIsNotTheOneNamed = new("not the one named already", RefusalCode.ConditionNotMet, s =>
        s.As<FollowUpConfirmed>().FollowUpRequestId != s.Request.Preservation!.FollowUp ? null
            : "$.open.followUpRequestId: is named already; submit that request, or name the one that was made instead.");

    public static readonly Guard FollowUpIsTheOneNamed = new("the one that runs: its records are still needed", RefusalCode.ConditionNotMet, s =>
        s.As<FollowUpConfirmed>().FollowUpRequestId == s.Request.Preservation!.FollowUp ? null
            : "$.open.followUpRequestId: the follow-up runs already; name it again to say that the records are still needed.");

    public static readonly Guard KeptLongEnough = new("kept for the time of the rule at least", RefusalCode.ConditionNotMet, s =>
    {
        var rule = s.Rules.RuleFor(s.Request, Clock.Preservation);
        var least = s.Today.AddDays(rule.Length);
        return s.As<PreservationConfirmed>().KeptUntil >= least ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"$.open.keptUntil: {rule.Id} ({rule.Article}) asks for {rule.Length} days; have the custodian keep them until {least:yyyy-MM-dd} or later.");
    });

    public static readonly Guard FollowUpIsAnotherRequest = new("another request", RefusalCode.ConditionNotMet, s =>
        s.As<FollowUpConfirmed>().FollowUpRequestId == s.Request.Id || s.As<FollowUpConfirmed>().FollowUpRequestId == Guid.Empty
            ? "$.open.followUpRequestId: that is no other request; name the formal request that was made." : null);

    /// <summary>What the open parts must look like.</summary>
    public static readonly IReadOnlyDictionary<Type, Action<Check>> Content = new Dictionary<Type, Action<Check>>
    {
        [typeof(PreservationRequested)] = Procedures.Content.On<PreservationRequested>((c, a) =>
        {
            c.Code("instrument", a.Instrument).Code("reference", a.Reference).Languages("languages", a.Languages, least: 1);
            c.Offences("offences", a.Offences);
            if (c.Filled("categories", a.Categories, least: 1, Check.MostLines) && a.Categories.Distinct().Count() < a.Categories.Count)
                c.Wrong("categories", "names a kind twice", "name each kind of record once");
            if (a.Period is { } period)
                Procedures.Content.Period(c, "period", period);
            if (!a.Necessary)
                c.Wrong("necessary", "is false", "only what is necessary is preserved: say so, with the reason in the private part, or do not ask");
            if (!a.FollowUpIntended)
                c.Wrong("followUpIntended", "is false", "records are preserved for a request that follows: say that one will, or do not ask");
        }),
        [typeof(PreservationConfirmed)] = Procedures.Content.On<PreservationConfirmed>((c, a) =>
        {
            c.NotPast("keptUntil", a.KeptUntil);
            if (a.SnapshotDigest.Length != 64 || !a.SnapshotDigest.All(char.IsAsciiHexDigitLower))
                c.Wrong("snapshotDigest", "is not a SHA-256", "write 64 lower-case hex digits");
        }),
        [typeof(PreservationExtended)] = Procedures.Content.On<PreservationExtended>((c, a) => c.Line("reason", a.Reason)),
        [typeof(OtherProviderFound)] = Procedures.Content.On<OtherProviderFound>((c, a) =>
        {
            if (a.State is { } state && (state.Length != 2 || !state.All(char.IsAsciiLetterUpper)))
                c.Wrong("state", "is not an ISO 3166-1 alpha-2 code", "write two capital letters, or leave it out");
        }),
    };

    public static Fact ReviewBegan(string state) =>
        new($"the review began in {state}", $"The review began in another state than {state}.", (r, _) => r.Preservation?.ReviewFrom == state);

    /// <summary>When the time for the follow-up would have ended: naming what is none wins no time.</summary>
    public static DateTimeOffset OldEnd(Situation s) => s.Request.Deadlines.Last(d => d.Clock == Clock.Preservation).Due!.Value;

    public static int DaysOfExtension(Situation s) => s.Rules.RuleFor(s.Request, Clock.Preservation).Extension;
}
