using System.Collections.Frozen;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

sealed partial class RegionReader
{
    const string RegionalProfile = "base.json";

    // Everything one file says, with the places, so that a finding about two files names both.
    sealed record ProfileFile(Entry File, CountryProfile Profile, IReadOnlyDictionary<(string List, string Code), Entry> Places);

    FrozenDictionary<string, CountryProfile> ReadProfiles(string folder, Region region)
    {
        var profiles = Path.Combine(folder, "profiles");
        var regional = ReadProfile(Path.Combine(profiles, RegionalProfile), null, region);
        var read = new Dictionary<string, CountryProfile>();
        foreach (var state in region.States.Values.Where(s => !s.Body).OrderBy(s => s.Code, StringComparer.Ordinal))
        {
            var overlay = ReadProfile(Path.Combine(profiles, $"{state.Code.ToLowerInvariant()}.json"), state, region);
            if (regional is null || overlay is null)
                continue;
            var whole = Laid(regional, overlay);
            CheckProfile(overlay.File, whole, state, region);
            read[state.Code] = whole;
        }
        foreach (var pair in region.Pairs.Where(p => p.ExecutiveStage && read.ContainsKey(p.A) && read.ContainsKey(p.B)))
            if (!read[pair.A].Veto.Concat(read[pair.B].Veto).Any(v => v.Procedures.Count == 0 || v.Procedures.Contains(Extradition.Table.Name)))
                errors.Add($"{profiles}: the pair {pair.A}-{pair.B} has executiveStage true, and neither profile has a row under veto that serves Extradition. "
                    + "Add it with its article, or take executiveStage away.");
        return read.ToFrozenDictionary();
    }

    ProfileFile? ReadProfile(string path, StateProfile? state, Region region)
    {
        if (Open(path) is not { } file)
            return null;
        file.Ignore("note");
        if (state is not null && file.Text("state") is var code && code.Length > 0 && code != state.Code)
            file.Wrong("state", $"it is '{code}'", $"write {state.Code}, or give the file the name of the state it is about");
        var places = new Dictionary<(string, string), Entry>();
        List<T> Rows<T>(string list, bool mandatory, Func<Entry, T> read) where T : ProfileRow
        {
            var rows = new List<T>();
            foreach (var entry in file.OptionalList(list))
            {
                var row = ReadProfileRow(entry, read(entry), mandatory, region);
                if (!places.TryAdd((list, row.Code), entry))
                    entry.Wrong("code", $"'{row.Code}' stands in the list already", "give each row its own code");
                rows.Add(row);
            }
            return rows;
        }
        var profile = new CountryProfile
        {
            State = state?.Code ?? "",
            Rights = file.Has("rights") ? file.Texts("rights") : [],
            Languages = Rows("languages", false, e => new LanguageRow { Accepted = e.Texts("accepted"), Certified = e.OptionalFlag("certified") }),
            Channels = Rows("channels", false, e => new ChannelRow
            {
                Channel = e.Enum<Channel>("channel"),
                Encryption = e.Flag("encryption"),
                ESignature = e.Flag("eSignature"),
                OriginalsFollow = e.OptionalFlag("originalsFollow"),
            }),
            Papers = Rows("papers", true, e => new PaperRow
            {
                Paper = e.Has("paper") ? e.Enum<ExtraditionPaper>("paper") : null,
                When = e.OptionalEnum<Occasion>("when"),
            }),
            Particulars = Rows("particulars", true, e => new ParticularRow { Field = e.Text("field"), When = e.OptionalEnum<Occasion>("when") }),
            Formalities = Rows("formalities", true, e => new FormalityRow { ShownBy = e.Enum<Shown>("shownBy") }),
            Admissibility = Rows("admissibility", true, e => new AdmissibilityRow { Measures = e.Has("measures") ? e.Enums<MeasureKind>("measures") : [] }),
            Assurances = Rows("assurances", true, e => new AssuranceRow { Kind = e.Enum<AssuranceKind>("kind"), When = e.OptionalEnum<Occasion>("when") }),
            DualCriminality = Rows("dualCriminality", false, e => new DualCriminalityRow
            {
                Asked = e.Enum<DualCriminalityTest>("asked"),
                PenaltyMonths = e.OptionalNumber("penaltyMonths", 0, 1200) ?? 0,
                SentenceMonths = e.OptionalNumber("sentenceMonths", 0, 1200) ?? 0,
            }),
            UseLimits = Rows("useLimits", true, _ => new UseLimitRow()),
            Cannot = Rows("cannot", false, e => new ImpossibleRow { Of = e.Enum<Impossible>("of"), Value = e.Text("value") }),
            Costs = Rows("costs", false, e => new BearerRow { Kind = e.Enum<CostKind>("kind"), Bearer = e.Enum<CostBearer>("bearer") }),
            Veto = Rows("veto", true, _ => new VetoRow()),
            LeadTimes = Rows("leadTimes", false, e => new LeadTimeRow { WorkingDays = e.Number("workingDays", 0, 1000) }),
            SubTimers = Rows("subTimers", false, e => new SubTimer
            {
                From = e.Text("from"),
                Until = e.Text("until"),
                Length = e.Number("length", 1, 10_000),
                Unit = e.Enum<TimeUnit>("unit"),
                Extension = e.OptionalNumber("extension", 1, 10_000) ?? 0,
                ExtendedBy = e.OptionalText("extendedBy"),
                Restart = e.OptionalText("restart"),
                StartsWith = e.OptionalTexts("startsWith"),
                EndsWith = e.OptionalTexts("endsWith"),
                ExtendsWith = e.OptionalTexts("extendsWith"),
                Silence = e.Enum<Silence>("silence"),
                Then = e.OptionalText("then"),
            }),
            DeathPenalty = file.OptionalFlag("deathPenalty"),
            Capacity = file.Has("capacity") ? ReadCapacity(file.Object("capacity")) : null,
        };
        file.Done();
        foreach (var unknown in profile.Rights.Except(region.Catalogue.Rights.Select(r => r.Code)))
            file.Wrong("rights", $"'{unknown}' is no row of rights.json", $"write some of {string.Join(", ", region.Catalogue.Rights.Select(r => r.Code))}");
        if (state is null && profile.Rights.Count == 0)
            file.Wrong("rights", "the region guards no right", "name those of rights.json that every state guards");
        foreach (var row in profile.Languages.Where(r => r.Accepted.Count == 0))
            places[("languages", row.Code)].Wrong("accepted", "the list is empty", "name at least one language (BCP 47)");
        foreach (var row in profile.Particulars.Where(r => r.Field.Length > 0 && SealedFields.Members(r.Field) is null))
            places[("particulars", row.Code)].Wrong("field", $"'{row.Field}' is no field of the private part of a request", "write one of its fields, for example extradition.warrant");
        foreach (var row in profile.SubTimers)
        {
            var place = places[("subTimers", row.Code)];
            if (row.Unit == TimeUnit.DateCertain)
                place.Wrong("unit", "a limit of a state's law has a length", "write another unit");
            if (row.Then is { } then && (then == row.Code || profile.SubTimers.All(r => r.Code != then)))
                place.Wrong("then", $"'{then}' is no other row of the list", "name the row that runs next");
            if (row.Extension > 0 != row.ExtendedBy is not null)
                place.Wrong("extendedBy", "how much longer and because of what go together", "write both extension and extendedBy, or neither");
            if (row.Extension == 0 && row.ExtendsWith.Count > 0)
                place.Wrong("extendsWith", $"{row.Code} does not become longer", "write extension and extendedBy too, or leave extendsWith out");
            foreach (var (key, named) in new[] { ("startsWith", row.StartsWith), ("endsWith", row.EndsWith), ("extendsWith", row.ExtendsWith) })
            {
                var acts = row.Procedures.Count == 0 ? Acts.All.Keys
                    : Procedure.All.Where(p => row.Procedures.Contains(p.Name)).SelectMany(p => p.ActsInOrder);
                foreach (var unknown in named.Except(acts))
                    place.Wrong(key, $"{row.Code} names '{unknown}', which is no act {(row.Procedures.Count == 0 ? "of a request" : $"of {string.Join(", ", row.Procedures)}")}",
                        $"write some of {string.Join(", ", acts.Distinct().Order(StringComparer.Ordinal))}, or leave the key out where only an officer can say it");
            }
        }
        return new(file, profile, places);
    }

    static Capacity ReadCapacity(Entry entry)
    {
        var read = new Capacity(entry.Number("weight", 1, 1_000_000), entry.Number("capPercent", 1, 100), entry.Text("source"), entry.Flag("verified"));
        entry.Done();
        return read;
    }

    static T ReadProfileRow<T>(Entry entry, T row, bool mandatory, Region region) where T : ProfileRow
    {
        var read = Sourced(entry, (T)(row with
        {
            Code = entry.Text("code"),
            Title = entry.Text("title"),
            Procedures = entry.Has("procedures") ? entry.Texts("procedures") : [],
            Acts = entry.Has("acts") ? entry.Texts("acts") : [],
            Instruments = entry.Has("instruments") ? entry.Texts("instruments") : [],
            Mandatory = mandatory && entry.Flag("mandatory"),
        }));
        entry.Done();
        Known("procedures", read.Procedures, Procedure.All.Select(p => p.Name));
        Known("acts", read.Acts, LiaisonHub.Contracts.V1.Acts.Openings);
        Known("instruments", read.Instruments, region.Instruments.Keys);
        return read;

        void Known(string key, IReadOnlyList<string> named, IEnumerable<string> known)
        {
            foreach (var unknown in named.Except(known))
                entry.Wrong(key, $"'{unknown}' is not known",
                    $"write some of {string.Join(", ", known.Order(StringComparer.Ordinal))}, or leave the key out for all");
        }
    }

    // A state may ask for more than the region does. What the region guards or wants, no state drops.
    static CountryProfile Laid(ProfileFile regional, ProfileFile overlay)
    {
        var (under, over) = (regional.Profile, overlay.Profile);
        foreach (var dropped in over.Rights.Count == 0 ? [] : under.Rights.Except(over.Rights))
            overlay.File.Wrong("rights", $"'{dropped}', which the region guards in every state, is left out", "add it; a state may guard more, never less");
        return over with
        {
            Rights = over.Rights.Count == 0 ? under.Rights : [.. under.Rights.Union(over.Rights)],
            Languages = Lay("languages", under.Languages, over.Languages),
            Channels = Lay("channels", under.Channels, over.Channels, (was, now, place) =>
            {
                if (was.Encryption && !now.Encryption || was.ESignature && !now.ESignature)
                    place.Wrong(was.Encryption && !now.Encryption ? "encryption" : "eSignature", "the region asks for it", "write true");
                if (was.Channel != now.Channel)
                    place.Wrong("channel", $"the row of the region is about {was.Channel}", "give a row about another channel a code of its own");
            }),
            Papers = Lay("papers", under.Papers, over.Papers, (was, now, place) =>
            {
                Wanted(was.When, now.When, place);
                if (was.Paper != now.Paper)
                    place.Wrong("paper", $"the row of the region is about {was.Paper?.ToString() ?? "another paper"}",
                        "give a row about another paper a code of its own");
            }),
            Particulars = Lay("particulars", under.Particulars, over.Particulars, (was, now, place) =>
            {
                Wanted(was.When, now.When, place);
                if (was.Field != now.Field)
                    place.Wrong("field", $"the row of the region is about {was.Field}", "give a row about another field a code of its own");
            }),
            Formalities = Lay("formalities", under.Formalities, over.Formalities),
            Admissibility = Lay("admissibility", under.Admissibility, over.Admissibility, (was, now, place) =>
            {
                if (now.Measures.Count > 0 && (was.Measures.Count == 0 || was.Measures.Except(now.Measures).Any()))
                    place.Wrong("measures", "measures of the region's row are left out", "name them too, or leave the key out for every measure");
            }),
            Assurances = Lay("assurances", under.Assurances, over.Assurances, (was, now, place) =>
            {
                Wanted(was.When, now.When, place);
                if (was.Kind != now.Kind)
                    place.Wrong("kind", $"the row of the region is about {was.Kind}", "give a row about another assurance a code of its own");
            }),
            DualCriminality = Lay("dualCriminality", under.DualCriminality, over.DualCriminality, (was, now, place) =>
            {
                if (now.Asked < was.Asked)
                    place.Wrong("asked", $"{now.Asked} asks for less than the region, which writes {was.Asked}", $"write {was.Asked} or stricter");
                if (now.PenaltyMonths < was.PenaltyMonths)
                    place.Wrong("penaltyMonths", $"{now.PenaltyMonths} is below the region's {was.PenaltyMonths}", $"write {was.PenaltyMonths} or more");
                if (now.SentenceMonths < was.SentenceMonths)
                    place.Wrong("sentenceMonths", $"{now.SentenceMonths} is below the region's {was.SentenceMonths}", $"write {was.SentenceMonths} or more");
            }),
            UseLimits = Lay("useLimits", under.UseLimits, over.UseLimits),
            Cannot = Lay("cannot", under.Cannot, over.Cannot),
            Costs = Lay("costs", under.Costs, over.Costs),
            Veto = Lay("veto", under.Veto, over.Veto),
            LeadTimes = Lay("leadTimes", under.LeadTimes, over.LeadTimes),
            SubTimers = Lay("subTimers", under.SubTimers, over.SubTimers),
        };

        List<T> Lay<T>(string list, IReadOnlyList<T> below, IReadOnlyList<T> above, Action<T, T, Entry>? compare = null) where T : ProfileRow
        {
            var whole = new List<T>(below);
            foreach (var now in above)
            {
                var at = whole.FindIndex(r => r.Code == now.Code);
                if (at < 0)
                {
                    whole.Add(now);
                    continue;
                }
                var (was, place) = (whole[at], overlay.Places[(list, now.Code)]);
                if (was.Mandatory && !now.Mandatory)
                    place.Wrong("mandatory", "the region wants it in every state", "write true; a state may ask for more, never for less");
                Reaches("procedures", was.Procedures, now.Procedures, place);
                Reaches("acts", was.Acts, now.Acts, place);
                Reaches("instruments", was.Instruments, now.Instruments, place);
                compare?.Invoke(was, now, place);
                whole[at] = now;
            }
            return whole;
        }

        static void Reaches(string key, IReadOnlyList<string> was, IReadOnlyList<string> now, Entry place)
        {
            var missing = now.Count == 0 ? [] : was.Count == 0 ? ["every one"] : was.Except(now).ToArray();
            if (missing.Length > 0)
                place.Wrong(key, $"the row of the region is about {string.Join(", ", missing)} too", "name them, or leave the key out for all");
        }

        static void Wanted(Occasion was, Occasion now, Entry place)
        {
            if (now != was && now != Occasion.Always)
                place.Wrong("when", $"the region wants it {was}", $"write {was} or Always");
        }
    }

    static void CheckProfile(Entry file, CountryProfile profile, StateProfile state, Region region)
    {
        foreach (var language in profile.Languages.SelectMany(r => r.Accepted).Distinct().Except(state.Languages))
            file.Wrong("languages", $"'{language}' is not among the languages of {state.Code} in region.json",
                $"write some of {string.Join(", ", state.Languages)}, or add it there");
        foreach (var code in region.Pairs.Where(p => p.A == state.Code || p.B == state.Code).SelectMany(p => p.Instruments).Distinct())
            if (region.Instruments.TryGetValue(code, out var instrument))
                foreach (var procedure in Procedure.All.Where(p => instrument.Procedures.Contains(p.Name)))
                    foreach (var act in procedure.ActsInOrder.Where(procedure.Opens))
                    {
                        if (profile.LanguagesFor(procedure.Name, act, code) is null)
                            file.Wrong("languages", $"no row serves {act} under {code}", "add one, or one without procedures, acts and instruments");
                        if (!profile.Channels.Any(c => c.Serves(procedure.Name, act, code)))
                            file.Wrong("channels", $"no row serves {act} under {code}", "add one, or one without procedures, acts and instruments");
                    }
        foreach (var cannot in profile.Cannot.Where(c => c.Of == Impossible.Assurance && !System.Enum.GetNames<AssuranceKind>().Contains(c.Value)))
            file.Wrong("cannot", $"'{cannot.Value}' is no kind of assurance", $"write one of {string.Join(", ", System.Enum.GetNames<AssuranceKind>())}");
    }
}
