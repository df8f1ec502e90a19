using System.Collections.Frozen;
using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Procedures;

/// <summary>What the open part of each act must look like: ranges, fields that go together, codes of the catalogue.</summary>
/// <remarks>Each finding names the field and the fix, and never repeats a value that somebody wrote as text.</remarks>
static class Content
{
    const int LongestLine = 500;
    const int LongestCode = 64;
    const int LongestText = 4000;
    const int MostLines = 200;
    const int MostParts = 1000;

    static readonly FrozenDictionary<Type, Action<Check>> Checks = new Dictionary<Type, Action<Check>>
    {
        [typeof(RequestSubmitted)] = c => Stated(c, (IRequestContent)c.Content),
        [typeof(RequestResubmitted)] = c =>
        {
            Stated(c, (IRequestContent)c.Content);
            c.Line("cured", ((RequestResubmitted)c.Content).Cured);
        },
        [typeof(RequestAcknowledged)] =
            On<RequestAcknowledged>((c, a) => c.Line("theirReference", a.TheirReference).Code("competentAuthority", a.CompetentAuthority)),
        [typeof(RequestForwarded)] = On<RequestForwarded>((c, a) => c.Code("toAuthority", a.ToAuthority).Line("reason", a.Reason)),
        [typeof(RequestReturned)] = On<RequestReturned>((c, a) =>
        {
            if (a.Reason == ReturnReason.Untranslated && a.AcceptedLanguages.Count == 0)
                c.Wrong("acceptedLanguages", "is empty", "name the languages that would be accepted");
        }),
        [typeof(InformationRequested)] = On<InformationRequested>((c, a) => c.Lines("gaps", a.Gaps, least: 1).NotPast("wantedBy", a.WantedBy)),
        [typeof(TranslationRequested)] = On<TranslationRequested>((c, a) => c.Language("language", a.Language).Lines("papers", a.Papers, least: 1)),
        [typeof(TranslationSupplied)] = On<TranslationSupplied>((c, a) => c.Language("language", a.Language)),
        [typeof(CostNoticeGiven)] = On<CostNoticeGiven>((c, a) =>
        {
            c.Lines("breakdown", a.Breakdown, least: 1);
            if (a.Amount is <= 0 or > 1_000_000_000_000)
                c.Wrong("amount", $"is {a.Amount.ToString(CultureInfo.InvariantCulture)}", "write an amount above 0");
            if (a.Currency.Length != 3 || !a.Currency.All(char.IsAsciiLetterUpper))
                c.Wrong("currency", "is not an ISO 4217 code", "write three capital letters");
        }),
        [typeof(CostAnswered)] = On<CostAnswered>((c, a) =>
        {
            if (a.RequestingSharePercent is < 0 or > 100)
                c.Wrong("requestingSharePercent", $"is {a.RequestingSharePercent}", "write 0 to 100");
            if (a.Answer == CostAnswer.Agreed && a.RequestingSharePercent is null)
                c.Wrong("requestingSharePercent", "is missing", "an agreement says which share the requesting side bears");
        }),
        [typeof(ExtensionDeclared)] = On<ExtensionDeclared>((c, a) =>
        {
            c.Line("reason", a.Reason);
            if (a.Days is < 1 or > 365)
                c.Wrong("days", $"is {a.Days}", "write at least 1 and no more than the rule allows");
        }),
        [typeof(RequestRecognised)] = On<RequestRecognised>((c, a) =>
        {
            if (!c.Filled("rightsCheck.answers", a.RightsCheck.Answers, least: 0, MostLines))
                return;
            for (var i = 0; i < a.RightsCheck.Answers.Count; i++)
            {
                var answer = a.RightsCheck.Answers[i];
                if (!c.Region.Catalogue.Rights.Any(r => r.Code == answer.Item))
                    c.Wrong($"rightsCheck.answers[{i}].item", "is not an item of the rights catalogue",
                        $"write one of {string.Join(", ", c.Region.Catalogue.Rights.Select(r => r.Code))}");
                else if (a.RightsCheck.Answers.Take(i).Any(earlier => earlier.Item == answer.Item))
                    c.Wrong($"rightsCheck.answers[{i}].item", "is answered twice", "give one answer for each item");
                if (answer.Finding != RightsFinding.Passed)
                    c.Line($"rightsCheck.answers[{i}].condition", answer.Condition ?? "");
            }
        }),
        [typeof(RefusalConsulted)] = On<RefusalConsulted>((c, a) => c.Ground("ground", a.Ground)),
        [typeof(RequestRefused)] = On<RequestRefused>((c, a) =>
        {
            c.Ground("ground", a.Ground).Text("reasons", a.Reasons).OptionalLine("remedy", a.Remedy).Measures("only", a.Only, least: 0);
            if (a.Only.Count > 0 && MutualAssistanceConditions.Wanted(c.Request).All(m => a.Only.Contains(m.Kind)))
                c.Wrong("only", "names every measure that is left", "leave it empty to refuse the whole request");
        }),
        [typeof(ExecutionPostponed)] = On<ExecutionPostponed>((c, a) => c.NotPast("estimatedEnd", a.EstimatedEnd)),
        [typeof(DelayNotified)] = On<DelayNotified>((c, a) => c.Line("reason", a.Reason).NotPast("proposedDate", a.ProposedDate)),
        [typeof(DelayReasonGiven)] = On<DelayReasonGiven>((c, a) => c.Code("ruleId", a.RuleId)),
        [typeof(EvidenceSent)] = On<EvidenceSent>(Evidence),
        [typeof(EvidenceReceived)] = On<EvidenceReceived>((c, a) => c.Number("part", a.Part)),
        [typeof(EvidenceFoundDefective)] = On<EvidenceFoundDefective>((c, a) => c.Number("part", a.Part).Filled("defects", a.Defects, least: 1, MostParts)),
        [typeof(OriginalsReturned)] = On<OriginalsReturned>((c, a) => c.Line("channel", a.Channel)),
        [typeof(UseReported)] = On<UseReported>((c, a) =>
        {
            if (a.Quality is < 1 or > 5)
                c.Wrong("quality", $"is {a.Quality}", "write 1 (unusable) to 5, or leave it out");
        }),
        [typeof(RequestWithdrawn)] = On<RequestWithdrawn>((c, a) => c.Line("reason", a.Reason)),
        [typeof(ScopeReduced)] = On<ScopeReduced>((c, a) => c.Measures("noLongerWanted", a.NoLongerWanted, least: 1)),
        [typeof(NoteSent)] = On<NoteSent>((c, a) => c.Line("subject", a.Subject)),
        [typeof(DisputeRaised)] = On<DisputeRaised>((c, a) => c.Line("article", a.Article).Line("claim", a.Claim)),
        [typeof(ReceiptGiven)] = On<ReceiptGiven>((c, a) =>
        {
            if (a.Stage == ReceiptStage.Accepted)
                c.Wrong("stage", "is Accepted", "that one is the hub's to give; write Delivered, HandedOver or Opened");
        }),
    }.ToFrozenDictionary();

    /// <summary>Everything that is wrong with the open part. Null: nothing.</summary>
    public static string? Wrong(object content, Request request, Region region, DateOnly today)
    {
        if (!Checks.TryGetValue(content.GetType(), out var check))
            return null;
        var c = new Check(content, request, region, today);
        check(c);
        return c.Findings;
    }

    static void Stated(Check c, IRequestContent a)
    {
        c.Code("instrument", a.Instrument).Code("reference", a.Reference).Languages("languages", a.Languages, least: 1).NotPast("wantedBy", a.WantedBy)
            .OptionalLine("wantedByReason", a.WantedByReason);
        if (a.WantedBy is null != a.WantedByReason is null)
            c.Wrong(a.WantedBy is null ? "wantedBy" : "wantedByReason", "is missing", "a date asked for and its reason go together");
        if (c.Filled("measures", a.Measures, least: 1, MostLines))
            for (var i = 0; i < a.Measures.Count; i++)
            {
                c.Lines($"measures[{i}].formalities", a.Measures[i].Formalities, least: 0);
                if (a.Measures[i].Count is < 1 or > 100_000)
                    c.Wrong($"measures[{i}].count", $"is {a.Measures[i].Count}", "write at least 1");
            }
        if (c.Filled("offences", a.Offences, least: 1, MostLines))
            for (var i = 0; i < a.Offences.Count; i++)
            {
                var offence = a.Offences[i];
                if (offence.ListOffence is { } code && !c.Region.Catalogue.Offences.ContainsKey(code))
                    c.Wrong($"offences[{i}].listOffence", "is not a code of the offence list",
                        $"write one of {string.Join(", ", c.Region.Catalogue.Offences.Keys.Order())}, or leave it out");
                if (offence.LongestPenaltyMonths is < 0 or > 1200)
                    c.Wrong($"offences[{i}].longestPenaltyMonths", $"is {offence.LongestPenaltyMonths}", "write 0 to 1200; life is 1200");
                c.OptionalLine($"offences[{i}].nationalCode", offence.NationalCode);
            }
        c.Filled("downstreamDates", a.DownstreamDates, least: 0, MostLines);
    }

    static void Evidence(Check c, EvidenceSent a)
    {
        c.Number("part", a.Part).Lines("useConditions", a.UseConditions, least: 0).NotPast("returnBy", a.ReturnBy);
        if (a.OfParts is { } of && (of < a.Part || of > MostParts || a.Final && of != a.Part))
            c.Wrong("ofParts", $"is {of}", a.Final ? "the last part has the highest number" : "write at least the number of this part");
        if (a.ReturnBy is not null && !a.OriginalsToReturn)
            c.Wrong("originalsToReturn", "is false", "a day of return goes with originals that must come back");
        if (!c.Filled("manifest", a.Manifest, least: 1, MostParts))
            return;
        var seen = new HashSet<Guid>();
        for (var i = 0; i < a.Manifest.Count; i++)
        {
            if (!seen.Add(a.Manifest[i].ItemId))
                c.Wrong($"manifest[{i}].itemId", "stands there twice", "give each item an id of its own");
            if (a.Manifest[i].Size < 0)
                c.Wrong($"manifest[{i}].size", $"is {a.Manifest[i].Size}", "write the length in bytes");
            if (a.Manifest[i].Commitment.Length != 64 || !a.Manifest[i].Commitment.All(char.IsAsciiHexDigitLower))
                c.Wrong($"manifest[{i}].commitment", "is not a SHA-256", "write 64 lower-case hex digits");
        }
    }

    static Action<Check> On<T>(Action<Check, T> check) => c => check(c, (T)c.Content);

    /// <summary>Collects findings on one open part.</summary>
    sealed class Check(object content, Request request, Region region, DateOnly today)
    {
        List<string>? findings;

        public object Content => content;

        public Request Request => request;

        public Region Region => region;

        public string? Findings => findings is null ? null : string.Join(" ", findings);

        public void Wrong(string field, string found, string fix) => (findings ??= []).Add($"$.open.{field}: {found}; {fix}.");

        public Check Line(string field, string text)
        {
            if (string.IsNullOrWhiteSpace(text))
                Wrong(field, "is missing or empty", "write one line");
            else if (text.Length > LongestLine || HasControl(text, newLines: false))
                Wrong(field, "is not one line", $"write one line of {LongestLine} characters at most");
            return this;
        }

        public Check OptionalLine(string field, string? text) => text is null ? this : Line(field, text);

        public Check Text(string field, string text)
        {
            if (string.IsNullOrWhiteSpace(text))
                Wrong(field, "is empty", "say it in words");
            else if (text.Length > LongestText || HasControl(text, newLines: true))
                Wrong(field, "is too long or holds control characters", $"write {LongestText} characters at most; the full text goes into the private part");
            return this;
        }

        public Check Code(string field, string code)
        {
            if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode || HasControl(code, newLines: false))
                Wrong(field, "is empty or no code", $"write 1 to {LongestCode} characters");
            return this;
        }

        public Check Lines(string field, IReadOnlyList<string> lines, int least)
        {
            if (Filled(field, lines, least, MostLines))
                for (var i = 0; i < lines.Count; i++)
                    Line($"{field}[{i}]", lines[i]);
            return this;
        }

        public Check Language(string field, string language)
        {
            // BCP 47: subtags of one to eight letters and digits, the first of two or three letters.
            var first = language.AsSpan().IndexOf('-') is var at && at < 0 ? language : language[..at];
            var sound = language.Length <= 35 && first.Length is 2 or 3 && first.All(char.IsAsciiLetter);
            foreach (var subtag in language.AsSpan().Split('-'))
                sound &= subtag.End.Value - subtag.Start.Value is >= 1 and <= 8 && language[subtag].All(char.IsAsciiLetterOrDigit);
            if (!sound)
                Wrong(field, "is not a language tag", "write a BCP 47 tag, for example en or pt-BR");
            return this;
        }

        public Check Languages(string field, IReadOnlyList<string> languages, int least)
        {
            if (Filled(field, languages, least, MostLines))
                for (var i = 0; i < languages.Count; i++)
                    Language($"{field}[{i}]", languages[i]);
            return this;
        }

        public Check NotPast(string field, DateOnly? day)
        {
            if (day < today)
                Wrong(field, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} is over"),
                    string.Create(CultureInfo.InvariantCulture, $"write {today:yyyy-MM-dd} or later"));
            else if (day > today.AddYears(30))
                Wrong(field, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} lies more than thirty years ahead"), "write a nearer day");
            return this;
        }

        public Check Number(string field, int number)
        {
            if (number is < 1 or > MostParts)
                Wrong(field, $"is {number}", $"write 1 to {MostParts}");
            return this;
        }

        public Check Ground(string field, string code)
        {
            if (!region.Catalogue.RefusalGrounds.TryGetValue(code, out var ground) || ground.Instrument != "*" && ground.Instrument != request.Instrument)
                Wrong(field, "is not a ground of this instrument", $"write one of {string.Join(", ", region.Catalogue.RefusalGrounds.Values
                    .Where(g => g.Instrument == "*" || g.Instrument == request.Instrument).Select(g => g.Code).Order())}");
            return this;
        }

        public Check Measures(string field, IReadOnlyList<MeasureKind> kinds, int least)
        {
            if (Filled(field, kinds, least, MostLines))
                for (var i = 0; i < kinds.Count; i++)
                    if (!MutualAssistanceConditions.Wanted(request).Any(m => m.Kind == kinds[i]))
                        Wrong($"{field}[{i}]", "is not among the measures that are wanted",
                            $"name some of {string.Join(", ", MutualAssistanceConditions.Wanted(request).Select(m => m.Kind))}");
            return this;
        }

        /// <summary>False: the list cannot be looked through.</summary>
        public bool Filled<T>(string field, IReadOnlyList<T> list, int least, int most)
        {
            if (list.Count < least)
                Wrong(field, "is empty", $"name at least {least}");
            else if (list.Count > most)
                Wrong(field, $"has {list.Count} lines", $"write {most} at most");
            else
                return true;
            return false;
        }

        static bool HasControl(string text, bool newLines)
        {
            foreach (var c in text)
                if (char.IsControl(c) && !(newLines && c is '\n' or '\r' or '\t'))
                    return true;
            return false;
        }
    }
}
