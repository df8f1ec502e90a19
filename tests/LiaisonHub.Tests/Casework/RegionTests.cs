using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class RegionTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("liaisonhub-region");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_demonstration_region_has_six_states_each_with_each_and_what_the_ladder_needs()
    {
        var region = Demo.Region;

        string[] states = ["XA", "XB", "XC", "XD", "XE", "XF"];
        Assert.Equal(states, region.States.Values.Where(s => !s.Body).Select(s => s.Code).Order());
        Assert.Equal("XZ", region.Body.Code);
        foreach (var one in states)
            foreach (var other in states.Where(s => s != one))
                Assert.Equal(["EIO", new[] { one, other }.Order().SequenceEqual(["XA", "XB"]) ? "EAW" : "ECE"], region.InForce(one, other).Take(2));
        Assert.Equal(("XA", "XC"), Assert.Single(region.Pairs, p => p.ExecutiveStage) is var pair ? (pair.A, pair.B) : default);
        Assert.Equal(15, region.Pairs.Count);
        Assert.Equal(6, region.States.Values.Select(s => s.Zone).Distinct().Count());
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Saturday], region.Calendars["XC"].Weekend.Order());
        Assert.Equal(new TransportWatch(TimeSpan.FromHours(24), TimeSpan.FromHours(36)), region.TransportWatch);
    }

    [Fact]
    public void A_region_that_was_copied_without_its_catalogue_says_which_folder_is_missing_and_nothing_else()
    {
        foreach (var file in Directory.GetFiles(Repository.At("contracts", "region-demo"), "*.json", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.FullName, "alone", Path.GetRelativePath(Repository.At("contracts", "region-demo"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var error = Assert.Single(Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "alone"))).Errors);
        Assert.Contains($"there is no folder '{Path.Combine(folder.FullName, "catalogue")}'", error, StringComparison.Ordinal);
        Assert.Contains("'../catalogue' is read from the region's folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalogue_knows_the_list_the_measures_and_the_rights()
    {
        var catalogue = Demo.Region.Catalogue;

        Assert.Equal(32, catalogue.Offences.Count);
        Assert.Equal(Enum.GetValues<MeasureKind>().Length, catalogue.Measures.Count);
        Assert.Equal([MeasureKind.EvidenceAlreadyHeld, MeasureKind.RegisterExtract, MeasureKind.Hearing, MeasureKind.SubscriberIdentification,
            MeasureKind.ServiceOfDocuments],
            catalogue.Measures.Values.Where(m => m.DualCriminality == DualCriminalityRule.Never).Select(m => m.Kind).Order());
        Assert.Equal(10, catalogue.Rights.Count);
        Assert.Equal(["FORMAL", "FUNDRIGHTS", "IMMUNITY", "NATSEC", "NEBIS", "PRIVILEGE", "TERRITORY"],
            catalogue.Grounds("EIO").Where(g => g.ConsultFirst).Select(g => g.Code).Order());
        Assert.Equal(["EIO-D1", "EIO-H1", "EIO-R1", "EIO-X1", "EIO-X2"], catalogue.TimeRules.Where(r => r is { Verified: true, Instrument: "EIO" })
            .Select(r => r.Id).Order());
        Assert.Equal(["ECE-P1", "ECE-P2", "ECE-X1", "ECE-X2", "ECE3-1", "ECE3-3"],
            catalogue.TimeRules.Where(r => r is { Verified: true, Instrument: "ECE" }).Select(r => r.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["EAW-D1", "EAW-D2", "EAW-S1", "EAW-S2", "EAW-T1", "EAW-T2"],
            catalogue.TimeRules.Where(r => r is { Verified: true, Instrument: "EAW" }).Select(r => r.Id).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(catalogue.TimeRules, r => r.DetentionBound && r.Roll != Roll.None);
        Assert.Equal(["CNF-1", "EPO-3", "EPO-4", "EPO-7", "EPR-1", "EPR-2", "FRZ-3"],
            catalogue.TimeRules.Where(r => r is { Verified: true, Instrument: "BUD" or "EPO" or "FRZ" }).Select(r => r.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["lawful-basis", "necessity", "inhuman-treatment", "privilege"], catalogue.Rights.Where(r => r.InShortCheck).Select(r => r.Code));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], catalogue.Ladder.Select(l => l.Level));
        Assert.Equal([0, 1, 2, 3, 4], catalogue.EmergencyLadder.Select(l => l.Level));
    }

    [Fact]
    public void Holidays_come_every_year_and_last_as_long_as_they_say()
    {
        var xc = Demo.Region.Calendars["XC"].Holidays;

        Assert.Equal(3, xc.Count(h => h.Value == "Day of the Wells"));
        Assert.Equal([new(2027, 3, 9), new(2027, 3, 10), new(2027, 3, 11), new(2027, 3, 12)],
            xc.Where(h => h.Value == "Feast of Lanterns" && h.Key.Year == 2027).Select(h => h.Key).Order());
        Assert.All(Demo.Region.Calendars.Values, c => Assert.All(c.Holidays.Keys, d => Assert.True(c.Reaches(d))));
        Assert.Equal("Founders' Day, holiday in XB", Demo.Region.Calendars["XB"].Rest(new(2027, 3, 5)));
    }

    [Fact]
    public void An_authority_may_work_by_a_calendar_of_its_own_with_feasts_that_move()
    {
        var region = Demo.Region;
        var (state, court) = (region.CalendarOf("XF", "XF-CA"), region.CalendarOf("XF", "XF-CT1"));

        Assert.Equal(("XF", "XF-CT"), (state.Code, court.Code));
        // The last Monday of May moves; the recess lasts a week each summer.
        Assert.Equal([new(2026, 5, 25), new(2027, 5, 31), new(2028, 5, 29)], court.Holidays.Where(h => h.Value == "Robe Monday").Select(h => h.Key).Order());
        Assert.Equal(3 * 7, court.Holidays.Count(h => h.Value == "Court recess"));
        Assert.Null(state.Rest(new(2027, 5, 31)));

        // Seven days from 24 May end on the last of May: the central authority works then, the court does not.
        var story = new Story(Demo.Rules, "XA", "XF").At("2027-05-24T10:00:00Z").Asks(Usual.Submitted).Answers(Usual.Acknowledged with { CompetentAuthority = "XF-CT1" });
        Assert.Equal(new DateOnly(2027, 5, 31), story.Deadline("EIO-A1").LastDay);
        story.At("2027-05-26T10:00:00Z").Answers(Usual.CostNotice);
        Assert.Equal(["XA"], story.Deadline("EIO-C1").Counting.Calendars);
        story.Asks(new RequestWithdrawn { Reason = "Proceedings closed" });
        Assert.Equal(["XF-CT"], story.Deadline("EIO-W1").Counting.Calendars);
    }

    [Fact]
    public void Friday_and_Saturday_or_Saturday_and_Sunday_are_the_weekend_of_whoever_has_them()
    {
        var (friday, sunday) = (new DateOnly(2026, 2, 27), new DateOnly(2026, 3, 1));

        Assert.Equal((false, true), (Demo.Region.Calendars["XC"].Works(friday), Demo.Region.Calendars["XC"].Works(sunday)));
        Assert.Equal((true, false), (Demo.Region.Calendars["XB"].Works(friday), Demo.Region.Calendars["XB"].Works(sunday)));
    }

    [Fact]
    public void A_row_that_no_clock_counts_an_instrument_and_a_calendar_are_checked_like_the_rest()
    {
        Copy();
        Change("catalogue/untimed.json", "\"id\": \"ECE-P3\"", "\"id\": \"EAW-S3\"");
        Change("catalogue/untimed.json", "\"id\": \"HAR-0\"", "\"id\": \"MED-0\"");
        Change("catalogue/untimed.json", "\"ExtraditionDecision\"", "\"Recognition\"");
        Change("catalogue/untimed.json", "\"AssetRecovery\"", "\"Recovery\"");
        Change("catalogue/untimed.json", "\"reason\": \"It sets no time.", "\"because\": \"It sets no time.");
        Change("catalogue/time-rules/b2p.json", "\"SubscriberIdentification\"", "\"Subscribers\"");
        Change("region-demo/region.json", "\"supplements\": \"MLA59\"", "\"supplements\": \"EUS\"");
        Change("region-demo/region.json", "\"regionFills\": true,\n      \"note\": \"Follows the Convention of 1933.\"", "\"note\": \"Follows the Convention of 1933.\"");
        Change("region-demo/region.json", "\"calendar\": \"XF-CT\"", "\"calendar\": \"XF-COURT\"");
        Change("region-demo/region.json", "\"hours\": { \"from\": \"08:30\", \"to\": \"16:30\" }", "\"hours\": { \"from\": \"16:30\", \"to\": \"08:30\" }");
        Change("region-demo/region.json", "\"procedures\": [\"Emergency\", \"Preservation\"", "\"procedures\": [\"Emergencies\", \"Preservation\"");
        Change("catalogue/refusal-grounds.json", "\"usedBy\": [", "\"usedBy\": [], \"usedByNobody\": [");
        Change("catalogue/ladder.json", "\"instrument\": \"RCP\"", "\"instrument\": \"RCQ\"");
        Change("catalogue/ladder-emergency.json", "\"level\": 4", "\"instrument\": \"EPO\", \"level\": 9");

        var errors = Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors;
        void Says(string text) => Assert.True(errors.Any(e => e.Contains(text, StringComparison.Ordinal)), $"Nothing says: {text}. Said is:\n{string.Join('\n', errors)}");

        Says("untimed.json: 'EAW-S3' is counted by a row of the catalogue. Delete one of the two.");
        Says("untimed.json: 'MED-0' stands there 2 times. Keep one row.");
        Says("(EAW-D4).passed: none of its procedures has the clock Recognition. Fix: name the procedure, or another clock.");
        Says("(UNC-57).procedures: 'Recovery' is no procedure. Fix: write some of MutualAssistance, ");
        Says("(EAW-S3).reason: it is missing.");
        Says("(B2P-8c).measures[0]: 'Subscribers' is not known.");
        Says("$.instruments: EU00 supplements 'EUS', which is not another instrument that stands alone. Fix: name the treaty itself, or leave supplements out.");
        Says("no row sets the clock Acknowledgement for the instrument MON. Add one, or one with instrument \"*\" and write regionFills true for the instrument.");
        Says("$.states: XF-CT1 uses the calendar 'XF-COURT', which is not there.");
        Says(".hours.to: 08:30 does not lie after from. Fix: write a later time of the same day, or leave hours out for round the clock.");
        Says(".procedures: 'Emergencies' is no procedure. Fix: write some of MutualAssistance, ");
        Says(".usedBy: nobody is named. Fix: name some of Court, Executive, Authority, Provider.");
        Says("ladder.json: level 2, key instrument: 'RCQ' is not known. Write one of ");
        Says("ladder-emergency.json: level 9 of EPO has no level of the region to stand for. Write 3 or less.");
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_region_is_said_at_once_with_file_key_and_fix()
    {
        Copy();
        Change("region-demo/region.json", "\"Europe/Lisbon\"", "\"Europe/Atlantis\"");
        Change("region-demo/region.json", "{ \"between\": [\"XA\", \"XB\"], \"instruments\": [\"EIO\", \"EAW\", \"BUD\", \"EPO\", \"FRZ\", \"RCP\", \"TPR\", \"JIT\", \"REGION-JOA\"] }",
            "{ \"between\": [\"XA\", \"XY\"], \"instruments\": [\"ECX\"] }");
        Change("region-demo/region.json", "\"adapterSilenceMinutes\": 5", "\"adapterSilenceMinutes\": 0, \"adaptorSilence\": 5");
        Change("region-demo/calendars/xd.ics", "BEGIN:VCALENDAR", "BEGIN:NOTHING");
        Change("catalogue/time-rules/eio.json", "\"length\": 7,", "\"lenght\": 7,");
        Change("catalogue/time-rules/eio.json", "\"clock\": \"Execution\"", "\"clock\": \"Elocution\"");
        Change("catalogue/ladder.json", "130", "105");
        Change("region-demo/region.json", "\"authority\": \"XB-DP\", \"from\": \"00:00\"", "\"authority\": \"XB-XX\", \"from\": \"24:00\"");
        Change("catalogue/time-rules/bud.json", "60,\n        80", "80,\n        60");
        Change("catalogue/ladder-emergency.json", "125", "201");
        Change("catalogue/sharing.json", "\"instrument\": \"FRZ\"", "\"instrument\": \"FRX\"");
        Change("catalogue/measures.json", "\"kind\": \"Search\"", "\"kind\": \"Seizure\"");
        Change("catalogue/measure-contents.json", "\"field\": \"hearing.capacity\"", "\"field\": \"hearing.capasity\"");
        Change("region-demo/templates/search-order.fr.txt", "{{private.text}}", "{{private.texte}}");
        File.Delete(Path.Combine(folder.FullName, "catalogue", "rights.json"));

        var errors = Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors;
        void Says(string file, string text) =>
            Assert.True(errors.Any(e => e.Contains(file, StringComparison.Ordinal) && e.Contains(text, StringComparison.Ordinal)),
            $"Nothing says {file}: {text}. Said is:\n{string.Join('\n', errors)}");

        Says("region.json", "$.states[0](XA).zone: 'Europe/Atlantis' is not an IANA time zone. Fix: take a name of the tz database, for example "
            + "Europe/Athens.");
        Says("region.json", "the pair XA-XY names the state 'XY', which is not there");
        Says("region.json", "the pair XA-XY names the instrument 'ECX', which is not there");
        Says("region.json", "$.adapterSilenceMinutes: 0 is not allowed. Fix: write a whole number from 1 to 1440.");
        Says("region.json", "$.adaptorSilence: the key is not known here. Fix: delete it, or write one of adapterSilenceMinutes, ");
        Says("region.json", "XD uses the calendar 'XD', which is not there");
        Says("eio.json", "$.rows[0](EIO-A1).length: it is missing. Fix: write a whole number from 0 to 10000.");
        Says("eio.json", "$.rows[0](EIO-A1).lenght: the key is not known here.");
        Says("eio.json", "$.rows[2](EIO-X1).clock: 'Elocution' is not known. Fix: write one of Acknowledgement, Recognition, ");
        Says("time-rules", "no row sets the clock Execution for the instrument EIO.");
        Says("ladder.json", "level 3, key atPercent: [105].");
        Says("measures.json", "the measure Search has no row.");
        Says("measures.json", "'Seizure' stands there 2 times. Keep one row.");
        Says("measure-contents.json", "$.rows[0](Hearing).field: 'hearing.capasity' is no field of the contract there. Fix: write its name on the wire");
        Says("search-order.fr.txt", "{{private.texte}} is no field of RequestSubmitted.");
        Says("rights.json", "the file cannot be read");
        Says("region.json", "$.states[1](XB).dutyRoster[0].from: it is not a time of day. Fix: write HH:mm, for example 08:00.");
        Says("region.json", "the duty roster of XB names 'XB-XX', which is not among its authorities");
        Says("bud.json", "$.rows[2](EPR-2).reminders: [80, 60] are no percentages in order. Fix: write them ascending, from 1 to 99");
        Says("sharing.json", "no row says how FRZ shares confiscated property. Add one.");
        Says("ladder-emergency.json", "level 4, key atPercent: [200].");
    }

    [Fact]
    public void A_profile_asks_for_what_the_region_asks_for_and_for_more()
    {
        Assert.Equal(["XA", "XB", "XC", "XD", "XE", "XF"], Demo.Region.Profiles.Keys.Order());
        Assert.All(Demo.Region.Profiles.Values, p => Assert.Equal(Demo.Region.Catalogue.Rights.Select(r => r.Code), p.Rights));
        Assert.All(Demo.Region.Profiles.Values, p => Assert.True(p.Papers.Single(r => r.Code == "WARRANT").Mandatory));
        Assert.Equal((20, 10), (Demo.Region.Profiles["XE"].LeadTimes.Single(r => r.Code == "ASSISTANCE").WorkingDays,
            Demo.Region.Profiles["XA"].LeadTimes.Single(r => r.Code == "ASSISTANCE").WorkingDays));
        Assert.Equal([("GOVERNMENT", false)], Demo.Region.Profiles["XC"].Veto.Select(v => (v.Code, v.Mandatory)));
        Assert.Equal([("MINISTRY", false), ("PROPERTY", true)], Demo.Region.Profiles["XE"].Veto.Select(v => (v.Code, v.Mandatory)));
    }

    [Fact]
    public void A_right_that_a_state_guards_besides_those_of_the_region_is_asked_of_that_state_alone()
    {
        Copy();
        Change("region-demo/profiles/base.json", ", \"ne-bis-in-idem\"]", "]");
        Change("region-demo/profiles/xb.json", "\"languages\"", $"\"rights\": [{string.Join(", ", Demo.Region.Catalogue.Rights.Select(r => $"\"{r.Code}\""))}], \"languages\"");
        var rules = new Rules(Region.Load(Path.Combine(folder.FullName, "region-demo")));
        var without = Usual.Recognised with { RightsCheck = Usual.RightsCheck with { Answers = [.. Usual.RightsCheck.Answers.Where(a => a.Item != "ne-bis-in-idem")] } };

        Assert.StartsWith("$.open.rightsCheck.answers: no answer to ne-bis-in-idem.", Usual.Into("Acknowledged", rules).Refused(Side.Requested, without).Reason, StringComparison.Ordinal);
        var story = new Story(rules, requested: "XD").Asks(Usual.Submitted).Answers(Usual.Acknowledged with { CompetentAuthority = "XD-CA" }).Answers(without);
        Assert.Equal("Recognised", story.State);
    }

    [Fact]
    public void A_profile_that_drops_a_right_or_a_paper_or_asks_for_less_is_refused_with_everything_else_that_is_wrong()
    {
        Copy();
        Change("region-demo/profiles/xa.json", "\"languages\"", "\"rights\": [\"lawful-basis\", \"rest\"], \"languages\"");
        Change("region-demo/profiles/xb.json", "\"languages\"", """
            "papers": [
                { "code": "WARRANT", "title": "Warrant", "acts": ["ExtraditionRequested"], "instruments": ["EAW"], "paper": "WarrantOrJudgment",
                    "when": "Sentence",
                  "mandatory": false, "article": "Invented", "source": "Invented", "verified": false },
                { "code": "PASSPORT", "title": "Passport", "acts": ["RequestAcknowledged"], "article": "Invented", "source": "Invented", "verified": false }],
            "particulars": [
                { "code": "TATTOO", "title": "Tattoo", "field": "extradition.tatoo", "mandatory": true, "article": "x", "source": "x", "verified": false },
                { "code": "PERSON", "title": "Person", "acts": ["ExtraditionRequested", "ProvisionalArrestRequested"], "field": "legalPersons",
                  "mandatory": true, "article": "x", "source": "x", "verified": false }],
            "channels": [{ "code": "HUB", "title": "Open", "channel": "Hub", "encryption": false, "eSignature": true, "article": "x", "source": "x",
                "verified": false }],
            "languages"
            """);
        Change("region-demo/profiles/xd.json", "\"es\"", "\"pt\"");
        Change("region-demo/profiles/xe.json", "\"asked\": \"Always\"", "\"asked\": \"Never\"");
        Change("region-demo/profiles/xf.json", "\"state\": \"XF\"", "\"state\": \"XE\"");
        Change("region-demo/profiles/xf.json", "\"value\": \"Retrial\"", "\"value\": \"Pardon\"");
        Change("region-demo/profiles/xc.json", "\"then\": \"ES-4-DEFAULT\"", "\"then\": \"ES-9\"");
        Change("region-demo/profiles/xc.json", "\"startsWith\": [\"ArrestMade\"]", "\"startsWith\": [\"ArrestMade\", \"EvidenceSent\"], \"extendsWith\": [\"AppealLodged\"]");
        Change("region-demo/profiles/xc.json", "\"veto\": [", "\"vetos\": [");

        var errors = Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors;
        void Says(string file, string text) =>
            Assert.True(errors.Any(e => e.Contains(file, StringComparison.Ordinal) && e.Contains(text, StringComparison.Ordinal)),
            $"Nothing says {file}: {text}. Said is:\n{string.Join('\n', errors)}");

        Says("xa.json", "$.rights: 'fair-trial', which the region guards in every state, is left out. Fix: add it; a state may guard more, never less.");
        Says("xa.json", "$.rights: 'rest' is no row of rights.json.");
        Says("xb.json", "$.papers[0](WARRANT).mandatory: the region wants it in every state. Fix: write true");
        Says("xb.json", "$.papers[0](WARRANT).instruments: the row of the region is about every one too. Fix: name them, or leave the key out for all.");
        Says("xb.json", "$.papers[0](WARRANT).when: the region wants it Always.");
        Says("xb.json", "$.papers[1](PASSPORT).mandatory: it is missing. Fix: write true or false.");
        Says("xb.json", "$.papers[1](PASSPORT).acts: 'RequestAcknowledged' is not known.");
        Says("xb.json", "$.particulars[0](TATTOO).field: 'extradition.tatoo' is no field of the private part of a request.");
        Says("xb.json", "$.particulars[1](PERSON).field: the row of the region is about persons.");
        Says("xb.json", "$.channels[0](HUB).encryption: the region asks for it. Fix: write true.");
        Says("xd.json", "$.languages: 'pt' is not among the languages of XD in region.json. Fix: write some of es, en");
        Says("xe.json", "$.dualCriminality[0](ASSISTANCE).asked: Never asks for less than the region, which writes UnlessListOffence.");
        Says("xf.json", "$.state: it is 'XE'. Fix: write XF");
        Says("xf.json", "$.cannot: 'Pardon' is no kind of assurance.");
        Says("xc.json", "(ES-4).then: 'ES-9' is no other row of the list.");
        Says("xc.json", "(ES-1).startsWith: ES-1 names 'EvidenceSent', which is no act of Extradition. Fix: write some of AppealDismissed, ");
        Says("xc.json", "(ES-1).extendsWith: ES-1 does not become longer. Fix: write extension and extendedBy too, or leave extendsWith out.");
        Says("xc.json", "$.vetos: the key is not known here.");
        Says("profiles", "the pair XA-XC has executiveStage true, and neither profile has a row under veto that serves Extradition.");
    }

    [Fact]
    public void A_state_without_a_profile_and_a_region_without_one_say_which_file_is_missing()
    {
        Copy();
        File.Delete(Path.Combine(folder.FullName, "region-demo", "profiles", "xd.json"));
        File.Delete(Path.Combine(folder.FullName, "region-demo", "profiles", "base.json"));
        Change("catalogue/costs.json", "\"kind\": \"Transit\"", "\"kind\": \"Execution\"");

        var errors = Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors;

        Assert.Contains(errors, e => e.Contains("xd.json: the file cannot be read", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("base.json: the file cannot be read", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("the cost Transit has no row.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_json_is_named_with_its_line()
    {
        Copy();
        Change("catalogue/offences.json", "\"rows\": [", "\"rows\": [,");

        Assert.Contains(Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors,
            e => e.Contains("offences.json: line 3: this is not JSON", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_a_region_says_so()
    {
        var error = Assert.Single(Assert.Throws<RegionException>(() => Region.Load(folder.FullName)).Errors);

        Assert.Contains("region.json: the file cannot be read", error, StringComparison.Ordinal);
    }

    void Copy()
    {
        foreach (var part in new[] { "catalogue", "region-demo" })
            foreach (var file in Directory.EnumerateFiles(Repository.At("contracts", part), "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(folder.FullName, Path.GetRelativePath(Repository.At("contracts"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
    }

    void Change(string file, string from, string to)
    {
        var path = Path.Combine(folder.FullName, file);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} does not hold {from}");
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
    }
}
