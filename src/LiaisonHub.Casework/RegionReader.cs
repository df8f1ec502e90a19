using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Templates;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;
using NodaTime;
using Calendar = Ical.Net.Calendar;

namespace LiaisonHub.Casework;

/// <summary>Reads a region's files. Nothing stops at the first error: whoever keeps the data sees all of them in one go.</summary>
sealed partial class RegionReader
{
    readonly List<string> errors = [];

    public static Region Read(string folder)
    {
        var reader = new RegionReader();
        var region = reader.Region(folder);
        return reader.errors.Count == 0 && region is not null ? region : throw new RegionException(reader.errors);
    }

    Region? Region(string folder)
    {
        if (Open(Path.Combine(folder, "region.json")) is not { } file)
            return null;
        file.Ignore("note");
        var named = file.Text("catalogue");
        var catalogueFolder = Path.Combine(folder, named);
        if (named.Length > 0 && !Directory.Exists(catalogueFolder))
        {
            // Said once, and not for each file that would stand there.
            errors.Add($"{Path.Combine(folder, "region.json")}: catalogue: there is no folder '{Path.GetFullPath(catalogueFolder)}'. The region's folder alone is not enough: put the folder of the catalogue there ('{named}' is read from the region's folder), or write where it is.");
            return null;
        }
        var catalogue = ReadCatalogue(catalogueFolder);
        var templates = file.OptionalText("templates") is { } library ? TemplateReader.Read(Path.Combine(folder, library), errors) : [];
        var calendars = file.List("calendars").Select(c => ReadCalendar(folder, c)).OfType<LegalCalendar>().ToList();
        var states = file.List("states").Select(ReadState).ToList();
        var instruments = file.List("instruments").Select(ReadInstrument).ToList();
        var pairs = file.List("pairs").Select(ReadPair).ToList();
        var secretariat = file.Object("secretariat");
        var region = new Region
        {
            Code = file.Text("code"),
            Name = file.Text("name"),
            Version = file.Text("version"),
            AdapterSilence = TimeSpan.FromMinutes(file.Number("adapterSilenceMinutes", 1, 1440)),
            MaintenanceDays = file.OptionalNumber("maintenanceDays", 1, 60) ?? 7,
            HourRates = file.OptionalList("hourRates").Select(ReadHourRate).ToDictionary(r => r.Currency),
            Secretariat = new(secretariat.Text("code"), secretariat.Text("name")),
            States = ByKey(file, "states", states, s => s.Code),
            Instruments = ByKey(file, "instruments", instruments, i => i.Code),
            Calendars = ByKey(file, "calendars", calendars, c => c.Code),
            Pairs = pairs,
            Catalogue = catalogue with
            {
                Supplements = instruments.Where(i => i.Supplements is not null).DistinctBy(i => i.Code).ToFrozenDictionary(i => i.Code, i => i.Supplements!),
            },
            Templates = templates,
        };
        secretariat.Done();
        file.Done();
        CheckStates(file, region);
        CheckPairs(file, region);
        CheckCatalogue(region);
        CheckObjections(region);
        CheckUntimed(Path.Combine(catalogueFolder, "untimed.json"), region);
        return region with { Profiles = ReadProfiles(folder, region) };
    }

    StateProfile ReadState(Entry state)
    {
        var profile = new StateProfile
        {
            Code = state.Text("code"),
            Name = state.Text("name"),
            Zone = state.Text("zone"),
            Calendar = state.Text("calendar"),
            Languages = state.Texts("languages"),
            CourtContact = state.Text("courtContact"),
            Body = state.OptionalFlag("body"),
            DutyRoster = [.. state.OptionalList("dutyRoster").Select(ReadTurn)],
            Authorities = [.. state.List("authorities").Select(ReadAuthority)],
        };
        if (profile.Code.Length != 2 || !profile.Code.All(char.IsAsciiLetterUpper))
            state.Wrong("code", $"'{profile.Code}' is not an ISO 3166-1 alpha-2 code", "write two capital letters");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(profile.Zone) is null)
            state.Wrong("zone", $"'{profile.Zone}' is not an IANA time zone", "take a name of the tz database, for example Europe/Athens");
        if (profile.Languages.Count == 0)
            state.Wrong("languages", "the list is empty", "name at least one language (BCP 47)");
        state.Done();
        return profile;
    }

    static DutyTurn ReadTurn(Entry turn)
    {
        var read = new DutyTurn(turn.Text("authority"), turn.Time("from"), turn.Time("to"));
        turn.Done();
        return read;
    }

    static Authority ReadAuthority(Entry authority)
    {
        var read = new Authority
        {
            Code = authority.Text("code"),
            Name = authority.Text("name"),
            Kind = authority.Enum<AuthorityKind>("kind"),
            Competence = authority.Text("competence"),
            ReceivesRequests = authority.Flag("receivesRequests"),
            From = authority.Day("from"),
            To = authority.OptionalDay("to"),
            Successor = authority.OptionalText("successor"),
            Procedures = authority.OptionalTexts("procedures"),
            Hours = authority.Has("hours") ? ReadHours(authority.Object("hours")) : null,
            Calendar = authority.OptionalText("calendar"),
        };
        foreach (var unknown in read.Procedures.Where(name => Procedure.All.All(p => p.Name != name)))
            authority.Wrong("procedures", $"'{unknown}' is no procedure", $"write some of {string.Join(", ", Procedure.All.Select(p => p.Name))}, or leave the key out for all");
        authority.Done();
        return read;
    }

    static OfficeHours ReadHours(Entry hours)
    {
        var read = new OfficeHours(hours.Time("from"), hours.Time("to"));
        if (read.To <= read.From)
            hours.Wrong("to", $"{read.To:HH\\:mm} does not lie after from", "write a later time of the same day, or leave hours out for round the clock");
        hours.Done();
        return read;
    }

    static Instrument ReadInstrument(Entry instrument)
    {
        var read = new Instrument(instrument.Text("code"), instrument.Text("name"), instrument.Texts("procedures"))
        {
            ListOffences = instrument.OptionalFlag("listOffences"),
            Supplements = instrument.OptionalText("supplements"),
            RegionFills = instrument.OptionalFlag("regionFills"),
            LeastPenaltyMonths = instrument.OptionalNumber("leastPenaltyMonths", 1, 1200),
            ElectronicOriginal = instrument.OptionalFlag("electronicOriginal"),
        };
        if (read.Procedures.Count == 0)
            instrument.Wrong("procedures", "the list is empty", $"name at least one of {string.Join(", ", Procedure.All.Select(p => p.Name))}");
        foreach (var unknown in read.Procedures.Where(name => Procedure.All.All(p => p.Name != name)))
            instrument.Wrong("procedures", $"'{unknown}' is no procedure", $"write some of {string.Join(", ", Procedure.All.Select(p => p.Name))}");
        instrument.Ignore("note");
        instrument.Done();
        return read;
    }

    static Pair ReadPair(Entry pair)
    {
        var between = pair.Texts("between");
        var instruments = pair.Texts("instruments");
        var executiveStage = pair.OptionalFlag("executiveStage");
        if (between.Count != 2 || between[0] == between[1])
            pair.Wrong("between", $"{between.Count} states are named", "name two different states");
        if (instruments.Count == 0)
            pair.Wrong("instruments", "the list is empty", "name at least one instrument, or delete the pair");
        pair.Done();
        return new(between.ElementAtOrDefault(0) ?? "", between.ElementAtOrDefault(1) ?? "", instruments) { ExecutiveStage = executiveStage };
    }

    LegalCalendar? ReadCalendar(string folder, Entry calendar)
    {
        var code = calendar.Text("code");
        var path = Path.Combine(folder, calendar.Text("file"));
        var weekend = calendar.Texts("weekend")
            .Select(d => System.Enum.TryParse<DayOfWeek>(d, out var day) && !char.IsDigit(d[0]) ? day : (DayOfWeek?)null).ToList();
        var from = calendar.Day("from");
        var until = calendar.Day("until");
        if (weekend.Contains(null))
            calendar.Wrong("weekend", "there is something that is no day of the week", "write English names: Friday, Saturday");
        if (weekend.Distinct().Count() > 3)
            calendar.Wrong("weekend", "more than three days are named", "name the days on which no authority works");
        if (until < from)
            calendar.Wrong("until", $"{until:yyyy-MM-dd} lies before from", "write the last day whose holidays are in the file");
        calendar.Done();
        try
        {
            return new(code, weekend.OfType<DayOfWeek>(), Holidays(path, from, until), from, until);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException
            or System.Runtime.Serialization.SerializationException)
        {
            errors.Add($"{path}: the calendar cannot be read ({e.Message}). Give an iCalendar file (RFC 5545) with one all-day VEVENT for each holiday.");
            return null;
        }
    }

    Dictionary<DateOnly, string> Holidays(string path, DateOnly from, DateOnly until)
    {
        var holidays = new Dictionary<DateOnly, string>();
        foreach (var calendar in Ical.Net.CalendarCollection.Load(File.ReadAllText(path)).OfType<Calendar>())
            foreach (var holiday in calendar.Events)
            {
                if (holiday.Start is not { HasTime: false })
                {
                    errors.Add($"{path}: event '{holiday.Uid}' is not an all-day event. Write DTSTART;VALUE=DATE.");
                    continue;
                }
                foreach (var day in DaysOf(holiday, from, until))
                    holidays[day] = string.IsNullOrWhiteSpace(holiday.Summary) ? "holiday" : holiday.Summary.Trim();
            }
        return holidays;
    }

    static IEnumerable<DateOnly> DaysOf(CalendarEvent holiday, DateOnly from, DateOnly until)
    {
        var last = new CalDateTime(until.Year, until.Month, until.Day);
        foreach (var occurrence in holiday.GetOccurrences(new CalDateTime(from.Year, from.Month, from.Day)).TakeWhile(o => o.Period.StartTime <= last))
        {
            var first = DateOnly.FromDateTime(occurrence.Period.StartTime.Value);
            var end = occurrence.Period.EffectiveEndTime is { } e ? DateOnly.FromDateTime(e.Value) : first.AddDays(1);
            for (var day = first; day < end || day == first; day = day.AddDays(1))
                yield return day;
        }
    }

    Catalogue ReadCatalogue(string folder)
    {
        var timeRules = TimeRuleFiles(folder).SelectMany(name => Rows(folder, name, ReadTimeRule)).ToList();
        var grounds = Rows(folder, "refusal-grounds.json", ReadGround);
        var offences = Rows(folder, "offences.json", ReadOffence);
        var measures = Rows(folder, "measures.json", ReadMeasure);
        var contents = Rows(folder, "measure-contents.json", ReadMeasureContent);
        var rights = Rows(folder, "rights.json", ReadRight);
        var levels = Rows(folder, "ladder.json", r => ReadLevel(r, LadderKind.Ordinary));
        var emergencyLevels = Rows(folder, "ladder-emergency.json", r => ReadLevel(r, LadderKind.Emergency));
        List<LadderLevel> ladder = [.. levels.Where(l => l.Instrument is null)], emergencyLadder = [.. emergencyLevels.Where(l => l.Instrument is null)];
        Unique(folder, "refusal-grounds.json", grounds, g => (g.Instrument, g.Code));
        var sharing = Rows(folder, "sharing.json", ReadSharing);
        Unique(folder, "sharing.json", sharing, s => s.Instrument);
        var costs = Rows(folder, "costs.json", ReadCost);
        Unique(folder, "costs.json", costs, c => c.Kind);
        foreach (var missing in System.Enum.GetValues<CostKind>().Except(costs.Select(c => c.Kind)))
            errors.Add($"{Path.Combine(folder, "costs.json")}: the cost {missing} has no row. Add one that says who bears it.");
        Unique(folder, "offences.json", offences, o => o.Code);
        Unique(folder, "measures.json", measures, m => m.Kind);
        Unique(folder, "measure-contents.json", contents, c => (c.Kind, c.Part, c.Field, c.ValidFrom));
        Unique(folder, "rights.json", rights, r => r.Code);
        Unique(folder, "ladder.json", levels, l => (l.Instrument ?? "*", l.Level));
        Unique(folder, "ladder-emergency.json", emergencyLevels, l => (l.Instrument ?? "*", l.Level));
        foreach (var missing in System.Enum.GetValues<MeasureKind>().Except(measures.Select(m => m.Kind)))
            errors.Add($"{Path.Combine(folder, "measures.json")}: the measure {missing} has no row. Add one that says whether it is coercive.");
        if (rights.Count == 0)
            errors.Add($"{Path.Combine(folder, "rights.json")}: there is no row. Without rights nothing coercive could ever be checked: add them.");
        if (rights.Count > 0 && !rights.Any(r => r.InShortCheck))
            errors.Add($"{Path.Combine(folder, "rights.json")}: no row has short true. In an emergency nothing would be checked: mark the few that are.");
        CheckLadder(Path.Combine(folder, "ladder.json"), ladder);
        CheckLadder(Path.Combine(folder, "ladder-emergency.json"), emergencyLadder);
        return new()
        {
            TimeRules = timeRules,
            Untimed = Rows(folder, "untimed.json", ReadUntimed),
            RefusalGrounds = grounds.DistinctBy(g => (g.Instrument, g.Code)).ToFrozenDictionary(g => (g.Instrument, g.Code)),
            Offences = offences.DistinctBy(o => o.Code).ToFrozenDictionary(o => o.Code),
            Measures = measures.DistinctBy(m => m.Kind).ToFrozenDictionary(m => m.Kind),
            MeasureContents = contents,
            Rights = rights,
            Ladder = [.. ladder.OrderBy(l => l.Level)],
            Costs = costs.DistinctBy(c => c.Kind).ToFrozenDictionary(c => c.Kind),
            Sharing = sharing.DistinctBy(s => s.Instrument).ToFrozenDictionary(s => s.Instrument),
            EmergencyLadder = [.. emergencyLadder.OrderBy(l => l.Level)],
            OwnLevels = [.. levels.Concat(emergencyLevels).Where(l => l.Instrument is not null).OrderBy(l => l.Level)],
        };
    }

    // One file for each instrument: whoever keeps a treaty's rules looks after one file.
    List<string> TimeRuleFiles(string folder)
    {
        var rules = Path.Combine(folder, "time-rules");
        if (Directory.Exists(rules) && Directory.GetFiles(rules, "*.json") is { Length: > 0 } files)
            return [.. files.Order(StringComparer.Ordinal).Select(f => Path.Combine("time-rules", Path.GetFileName(f)))];
        errors.Add($"{rules}: there is no file with time rules. Put one JSON file for each instrument there.");
        return [];
    }

    static T Sourced<T>(Entry row, T read) where T : SourcedRow =>
        (T)(read with { Article = row.Text("article"), Source = row.Text("source"), Verified = row.Flag("verified") });

    static TimeRule ReadTimeRule(Entry row)
    {
        var rule = Sourced(row, new TimeRule
        {
            Id = row.Text("id"),
            Covers = row.OptionalTexts("covers"),
            Instrument = row.Text("instrument"),
            Measures = row.OptionalEnums<MeasureKind>("measures"),
            Clock = row.Enum<Clock>("clock"),
            Title = row.Text("title"),
            Start = row.Text("start"),
            End = row.Text("end"),
            OnWhom = row.Enum<Side>("onWhom"),
            Length = row.Number("length", 0, 10_000),
            Unit = row.Enum<TimeUnit>("unit"),
            Roll = row.Enum<Roll>("roll"),
            Zone = row.Enum<Whose>("zone"),
            Calendar = row.Enum<Whose>("calendar"),
            Extension = row.OptionalNumber("extension", 1, 365) ?? 0,
            Holds = row.Enums<HoldCause>("holds"),
            Reminders = row.OptionalNumbers("reminders"),
            RemindDaysBefore = row.OptionalNumber("remindDaysBefore", 1, 365),
            Silence = row.Enum<Silence>("silence"),
            LadderTo = row.Number("ladderTo", 0, 9),
            Ladder = row.OptionalEnum<LadderKind>("ladder"),
            DetentionBound = row.OptionalFlag("detentionBound"),
            ValidFrom = row.Day("validFrom"),
            ValidTo = row.OptionalDay("validTo"),
        });
        if (rule.Unit == TimeUnit.DateCertain != (rule.Length == 0))
            row.Wrong("length", $"{rule.Length} does not go with {rule.Unit}", "write 0 for DateCertain and at least 1 for every other unit");
        if (rule.Reminders.Any(p => p is < 1 or > 99) || rule.Reminders.Zip(rule.Reminders.Skip(1)).Any(p => p.First >= p.Second))
            row.Wrong("reminders", $"[{string.Join(", ", rule.Reminders)}] are no percentages in order",
                "write them ascending, from 1 to 99, for example [50, 80]");
        if (rule.RemindDaysBefore is not null && rule.Reminders.Count > 0)
            row.Wrong("remindDaysBefore", "stands beside reminders", "give days before the limit or percentages of it, not both");
        if (rule.Zone == Whose.Both)
            row.Wrong("zone", "a day ends in one zone", "write Requested, Requesting or OnWhom");
        if (rule.Unit == TimeUnit.Hours && rule.Roll == Roll.Forward)
            row.Wrong("roll", "hours are not rolled", "write None, or count in days");
        if (rule.Clock is Clock.Delivered or Clock.Opened && rule is not { Unit: TimeUnit.Hours, LadderTo: 0 })
            row.Wrong("unit", "a transport watch is counted in hours and climbs no ladder", "write Hours and ladderTo 0");
        if (rule.ValidTo < rule.ValidFrom)
            row.Wrong("validTo", $"{rule.ValidTo:yyyy-MM-dd} lies before validFrom", "write a later day or null");
        row.Done();
        return rule;
    }

    static UntimedRule ReadUntimed(Entry row)
    {
        var rule = Sourced(row, new UntimedRule
        {
            Id = row.Text("id"),
            Instrument = row.Text("instrument"),
            Procedures = row.Texts("procedures"),
            Title = row.Text("title"),
            Reason = row.Text("reason"),
            LeadDays = row.OptionalNumber("leadDays", 1, 365),
            Passed = row.OptionalEnums<Clock>("passed"),
        });
        foreach (var unknown in rule.Procedures.Where(name => Procedure.All.All(p => p.Name != name)))
            row.Wrong("procedures", $"'{unknown}' is no procedure",
                $"write some of {string.Join(", ", Procedure.All.Select(p => p.Name))}, or leave the list empty");
        foreach (var clock in rule.Passed.Where(c => !Procedure.All.Any(p => rule.Procedures.Contains(p.Name) && p.Clocks.Contains(c))))
            row.Wrong("passed", $"none of its procedures has the clock {clock}", "name the procedure, or another clock");
        row.Done();
        return rule;
    }

    static RefusalGround ReadGround(Entry row)
    {
        var ground = Sourced(row, new RefusalGround
        {
            Code = row.Text("code"),
            Title = row.Text("title"),
            Instrument = row.Text("instrument"),
            UsedBy = row.Enums<Decider>("usedBy"),
            ConsultFirst = row.Flag("consultFirst"),
            AfterRecognition = row.OptionalFlag("afterRecognition"),
            OnDualCriminality = row.OptionalFlag("onDualCriminality"),
            ProsecuteInstead = row.OptionalFlag("prosecuteInstead"),

        });
        if (ground.UsedBy.Count == 0)
            row.Wrong("usedBy", "nobody is named", $"name some of {string.Join(", ", System.Enum.GetNames<Decider>())}");
        row.Done();
        return ground;
    }

    static SharingRule ReadSharing(Entry row)
    {
        var rule = Sourced(row, new SharingRule
        {
            Id = row.Text("id"),
            Instrument = row.Text("instrument"),
            KeptUpTo = row.Number("keptUpTo", 0, 1_000_000_000),
            Currency = row.Text("currency"),
            PercentAbove = row.Number("percentAbove", 0, 100),

        });
        row.Done();
        return rule;
    }

    static CostRule ReadCost(Entry row)
    {
        var rule = Sourced(row, new CostRule
        {
            Kind = row.Enum<CostKind>("kind"),
            Title = row.Text("title"),
            Bearer = row.Enum<CostBearer>("bearer"),

        });
        row.Done();
        return rule;
    }

    static HourRate ReadHourRate(Entry row)
    {
        var rate = new HourRate(row.Text("currency"), row.Number("amount", 1, 1_000_000), row.Text("source"), row.Flag("verified"));
        if (rate.Currency.Length != 3 || !rate.Currency.All(char.IsAsciiLetterUpper))
            row.Wrong("currency", $"'{rate.Currency}' is not an ISO 4217 code", "write three capital letters");
        row.Done();
        return rate;
    }

    static ListOffence ReadOffence(Entry row)
    {
        var offence = Sourced(row, new ListOffence
        {
            Code = row.Text("code"),
            Title = row.Text("title"),

        });
        row.Done();
        return offence;
    }

    static MeasureRule ReadMeasure(Entry row)
    {
        var measure = Sourced(row, new MeasureRule
        {
            Kind = row.Enum<MeasureKind>("kind"),
            Title = row.Text("title"),
            Coercive = row.Flag("coercive"),
            DualCriminality = row.Enum<DualCriminalityRule>("dualCriminality"),

        });
        row.Done();
        return measure;
    }

    static MeasureContent ReadMeasureContent(Entry row)
    {
        var content = Sourced(row, new MeasureContent
        {
            Kind = row.Enum<MeasureKind>("kind"),
            Part = row.Enum<MeasurePart>("part"),
            Field = row.Text("field"),
            Title = row.Text("title"),
            Required = row.Flag("required"),
            ValidFrom = row.Day("validFrom"),
            ValidTo = row.OptionalDay("validTo"),
        });
        var members = MeasureContents.Members(content.Part, content.Field);
        if (members is null)
            row.Wrong("field", $"'{content.Field}' is no field of the contract there", "write its name on the wire, for example hearing.capacity, or mend part");
        row.Done();
        return content with { Members = members ?? [] };
    }

    static RightsItem ReadRight(Entry row)
    {
        var right = Sourced(row, new RightsItem
        {
            Code = row.Text("code"),
            Question = row.Text("question"),
            InShortCheck = row.OptionalFlag("short"),

        });
        row.Done();
        return right;
    }

    static LadderLevel ReadLevel(Entry row, LadderKind lane)
    {
        var level = Sourced(row, new LadderLevel
        {
            Level = row.Number("level", 0, 9),
            Lane = lane,
            Instrument = row.OptionalText("instrument"),
            Title = row.Text("title"),
            AtPercent = row.Numbers("atPercent"),
            ReasonMissingWorkingDays = row.OptionalNumber("reasonMissingWorkingDays", 1, 60),
            Told = row.Enums<LadderRole>("told"),
            Effect = row.Text("effect"),
            DiplomaticNote = row.OptionalFlag("diplomaticNote"),
            ReplyWithinDays = row.OptionalNumber("replyWithinDays", 1, 365),
            OpensDispute = row.OptionalFlag("opensDispute"),

        });
        if (level.DiplomaticNote != level.ReplyWithinDays.HasValue)
            row.Wrong("replyWithinDays", "a note asks for a reply, and nothing else does", "give both diplomaticNote and replyWithinDays, or neither");
        row.Done();
        return level;
    }

    void CheckLadder(string file, List<LadderLevel> ladder)
    {
        for (var i = 0; i < ladder.Count; i++)
            if (ladder[i].Level != i)
                errors.Add($"{file}: row {i + 1} is level {ladder[i].Level}. Write the levels in order, from 0, without gaps.");
        if (ladder.Count < 2)
            errors.Add($"{file}: there are {ladder.Count} levels. At least 0 (reminders) and 1 (the limit has passed) are needed.");
        if (ladder.Count > 0 && (ladder[0].AtPercent.Count == 0 || ladder[0].AtPercent.Any(p => p is < 1 or > 99)))
            errors.Add($"{file}: level 0, key atPercent: reminders lie between 1 and 99. Write for example [50, 80].");
        var last = 99;
        foreach (var level in ladder.Skip(1))
        {
            // What a dispute reaches by its own course has no percentage.
            if (level.AtPercent.Count == 0 && ladder.Any(l => l.OpensDispute && l.Level < level.Level))
                continue;
            if (level.AtPercent.Count != 1 || level.AtPercent[0] <= last || level.Level == 1 && level.AtPercent[0] != 100)
                errors.Add($"{file}: level {level.Level}, key atPercent: [{string.Join(", ", level.AtPercent)}]. Write one percentage, 100 for level 1 and "
                    + "more for each level above.");
            last = level.AtPercent.Count == 1 ? level.AtPercent[0] : last;
        }
    }

    static void CheckStates(Entry file, Region region)
    {
        var codes = new HashSet<string>();
        List<AuthorityKind> needs = [AuthorityKind.CentralAuthority, AuthorityKind.LiaisonOffice, AuthorityKind.HeadOfCentralAuthority];
        if (region.Catalogue.Ladder.Concat(region.Catalogue.EmergencyLadder).Concat(region.Catalogue.OwnLevels).Any(l => l.Told.Contains(LadderRole.HeadOfUnit)))
            needs.Add(AuthorityKind.HeadOfUnit);
        foreach (var state in region.States.Values)
        {
            if (!region.Calendars.ContainsKey(state.Calendar))
                file.Wrong("states", $"{state.Code} uses the calendar '{state.Calendar}', which is not there",
                    $"add it under calendars, or use one of {string.Join(", ", region.Calendars.Keys.Order())}");
            if (state.Authorities.All(a => a.Code != state.CourtContact))
                file.Wrong("states", $"{state.Code} names the court contact '{state.CourtContact}', which is not among its authorities", "name one of them");
            foreach (var authority in state.Authorities)
            {
                if (authority.Calendar is { } own && !region.Calendars.ContainsKey(own))
                    file.Wrong("states", $"{authority.Code} uses the calendar '{own}', which is not there",
                        $"add it under calendars, or use one of {string.Join(", ", region.Calendars.Keys.Order())}");
                if (!codes.Add(authority.Code))
                    file.Wrong("states", $"the authority code '{authority.Code}' is used twice", "give each authority a code of its own");
                if (authority.Successor is { } successor && state.Authorities.All(a => a.Code != successor))
                    file.Wrong("states", $"{authority.Code} names the successor '{successor}', which is not an authority of {state.Code}",
                        "name one of its authorities");
            }
            if (state.Body)
                continue;
            foreach (var turn in state.DutyRoster.Where(t => state.Authorities.All(a => a.Code != t.Authority)))
                file.Wrong("states", $"the duty roster of {state.Code} names '{turn.Authority}', which is not among its authorities", "name one of them");
            if (state.DutyRoster.Count == 0 && region.Pairs.Any(p => (p.A == state.Code || p.B == state.Code)
                && p.Instruments.Any(i => region.Instruments.TryGetValue(i, out var known) && known.Procedures.Contains(Emergency.Table.Name))))
                file.Wrong("states", $"{state.Code} takes part in emergencies and has no dutyRoster",
                    "say who is on duty at which hours: the ladder rings them");
            foreach (var needed in needs)
                if (state.Authorities.All(a => a.Kind != needed))
                    file.Wrong("states", $"{state.Code} has no authority of kind {needed}", "add one: the ladder tells it");
            if (!state.Authorities.Any(a => a.ReceivesRequests))
                file.Wrong("states", $"{state.Code} has no authority with receivesRequests", "say which authorities may be addressed");
            else
                foreach (var procedure in region.Pairs.Where(p => p.A == state.Code || p.B == state.Code).SelectMany(p => p.Instruments).Where(region.Instruments.ContainsKey)
                    .SelectMany(i => region.Instruments[i].Procedures).Distinct().Where(p => !state.Authorities.Any(a => a.ReceivesRequests && a.IsCompetentFor(p))))
                    file.Wrong("states", $"{state.Code} has no authority with receivesRequests that is competent for {procedure}", "name the procedure under procedures of one");
        }
    }

    void CheckPairs(Entry file, Region region)
    {
        if (region.States.Values.Count(s => s.Body) != 1)
            file.Wrong("states", $"{region.States.Values.Count(s => s.Body)} of them have body true", "name the one body of the region that disputes go to");
        if (region.Instruments.Values.Count(i => i.Procedures.Contains(Dispute.Table.Name)) != 1)
            file.Wrong("instruments", "not one of them serves Dispute", "name the one under which the region settles disputes");
        foreach (var instrument in region.Instruments.Values)
            if (instrument.Supplements is { } of && (of == instrument.Code || !region.Instruments.TryGetValue(of, out var supplemented)
                || supplemented.Supplements is not null))
                file.Wrong("instruments", $"{instrument.Code} supplements '{of}', which is not another instrument that stands alone",
                    "name the treaty itself, or leave supplements out");
        foreach (var pair in region.Pairs)
        {
            foreach (var state in new[] { pair.A, pair.B }.Where(s => !region.States.ContainsKey(s)))
                file.Wrong("pairs", $"the pair {pair.A}-{pair.B} names the state '{state}', which is not there", "add the state or delete the pair");
            foreach (var instrument in pair.Instruments.Where(i => !region.Instruments.ContainsKey(i)))
                file.Wrong("pairs", $"the pair {pair.A}-{pair.B} names the instrument '{instrument}', which is not there", "add it under instruments");
        }
        foreach (var twice in region.Pairs.GroupBy(p => string.CompareOrdinal(p.A, p.B) < 0 ? (p.A, p.B) : (p.B, p.A)).Where(g => g.Count() > 1))
            file.Wrong("pairs", $"the pair {twice.Key.Item1}-{twice.Key.Item2} stands there {twice.Count()} times", "keep one and name all its instruments");
        foreach (var instrument in region.Pairs.SelectMany(p => p.Instruments).Distinct().Where(region.Instruments.ContainsKey))
            if (region.Instruments[instrument].Procedures.Contains(AssetRecovery.Table.Name) && !region.Catalogue.Sharing.ContainsKey(instrument))
                errors.Add($"sharing.json: no row says how {instrument} shares confiscated property. Add one.");
        // A clock without a row would let a request wait for ever in silence.
        foreach (var instrument in region.Pairs.SelectMany(p => p.Instruments).Distinct().Where(region.Instruments.ContainsKey)
            .Union(region.Instruments.Values.Where(i => i.Procedures.Contains(Dispute.Table.Name)).Select(i => i.Code)))
            foreach (var clock in Procedure.All.Where(p => region.Instruments[instrument].Procedures.Contains(p.Name))
                .SelectMany(p => p.ClocksOfEvery).Distinct())
                if (!region.Catalogue.TimeRules.Any(r => r.Clock == clock && r.Measures.Count == 0 && Sets(region, r, instrument)))
                    errors.Add($"time-rules: no row sets the clock {clock} for the instrument {instrument}. Add one, or one with instrument \"*\" and write "
                        + "regionFills true for the instrument.");
    }

    // What starts only where it is ruled would wait without a limit, had the instrument only the first of the two.
    void CheckObjections(Region region)
    {
        foreach (var instrument in region.Catalogue.TimeRules.Where(r => r.Clock == Clock.ConflictObjection).Select(r => r.Instrument).Distinct())
            if (region.Catalogue.TimeRules.All(r => r.Clock != Clock.ConflictReview || r.Instrument != instrument))
                errors.Add($"time-rules: {instrument} has a row for ConflictObjection and none for ConflictReview. Add one: by when a reasoned objection is decided.");
    }

    // A treaty whose rows are complete is not filled by the region's: a mistyped clock there must be found, not covered. The watches and a state's own step are no treaty's.
    static bool Sets(Region region, TimeRule row, string instrument) =>
        region.Catalogue.Nearness(row.Instrument, instrument) is var near
        && (near > 1 || near == 1 && (row.Clock is Clock.Delivered or Clock.Opened or Clock.NationalStep || region.Instruments[instrument].RegionFills));

    void CheckUntimed(string file, Region region)
    {
        var counted = region.Catalogue.TimeRules.SelectMany(r => r.Covers.Append(r.Id)).Concat(region.Catalogue.Sharing.Values.Select(s => s.Id)).ToHashSet();
        foreach (var both in region.Catalogue.Untimed.Where(u => counted.Contains(u.Id)))
            errors.Add($"{file}: '{both.Id}' is counted by a row of the catalogue. Delete one of the two.");
        foreach (var twice in region.Catalogue.Untimed.GroupBy(u => u.Id).Where(g => g.Count() > 1))
            errors.Add($"{file}: '{twice.Key}' stands there {twice.Count()} times. Keep one row.");
    }

    void CheckCatalogue(Region region)
    {
        foreach (var twice in region.Catalogue.TimeRules.GroupBy(r => (r.Instrument, r.Clock, Of: string.Join(", ", r.Measures))))
        {
            var rows = twice.OrderBy(r => r.ValidFrom).ToList();
            for (var i = 1; i < rows.Count; i++)
                if (rows[i - 1].ValidTo is not { } to || to >= rows[i].ValidFrom)
                    errors.Add($"time-rules: {rows[i - 1].Id} and {rows[i].Id} both set the clock {twice.Key.Clock} for {twice.Key.Instrument} on "
                        + $"{rows[i].ValidFrom:yyyy-MM-dd}. End the older one with validTo.");
        }
        foreach (var kind in System.Enum.GetValues<LadderKind>())
        {
            var highest = region.Catalogue.LadderOf(kind, null).Count - 1;
            var file = kind == LadderKind.Emergency ? "ladder-emergency.json" : "ladder.json";
            foreach (var own in region.Catalogue.OwnLevels.Where(l => l.Lane == kind))
                if (!region.Instruments.ContainsKey(own.Instrument!))
                    errors.Add($"{file}: level {own.Level}, key instrument: '{own.Instrument}' is not known. Write one of {string.Join(", ", region.Instruments.Keys.Order())}, or "
                        + "leave the key out for all.");
                else if (own.Level > highest)
                    errors.Add($"{file}: level {own.Level} of {own.Instrument} has no level of the region to stand for. Write {highest} or less.");
            foreach (var instrument in region.Instruments.Keys.Where(i => region.Catalogue.LadderOf(kind, i) != region.Catalogue.LadderOf(kind, null)))
                CheckLadder($"{file} ({instrument})", [.. region.Catalogue.LadderOf(kind, instrument)]);
            foreach (var rule in region.Catalogue.TimeRules.Where(r => r.Ladder == kind && r.LadderTo > highest))
                errors.Add($"time-rules: row {rule.Id}, key ladderTo: {rule.LadderTo}, but {file} ends at level {highest}. Write {highest} or less.");
        }
    }

    List<T> Rows<T>(string folder, string name, Func<Entry, T> read)
    {
        if (Open(Path.Combine(folder, name)) is not { } file)
            return [];
        file.Ignore("note");
        var rows = file.List("rows").Select(read).ToList();
        file.Done();
        return rows;
    }

    void Unique<T, TKey>(string folder, string name, List<T> rows, Func<T, TKey> key)
    {
        foreach (var twice in rows.GroupBy(key).Where(g => g.Count() > 1))
            errors.Add($"{Path.Combine(folder, name)}: '{twice.Key}' stands there {twice.Count()} times. Keep one row.");
    }

    static FrozenDictionary<string, T> ByKey<T>(Entry file, string list, List<T> rows, Func<T, string> key)
    {
        foreach (var twice in rows.GroupBy(key).Where(g => g.Count() > 1))
            file.Wrong(list, $"the code '{twice.Key}' is used {twice.Count()} times", "give each its own");
        return rows.DistinctBy(key).ToFrozenDictionary(key);
    }

    Entry? Open(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new(path, "$", document.RootElement.Clone(), errors);
            errors.Add($"{path}: there is a {document.RootElement.ValueKind} at the top. Write one object.");
        }
        catch (JsonException e)
        {
            errors.Add($"{path}: line {e.LineNumber + 1}: this is not JSON ({e.Message}). Mend the line.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path}: the file cannot be read ({e.Message}). Put it there, or set the right folder.");
        }
        return null;
    }

    /// <summary>One object of a file. A key that is missing or of another kind is noted and read as something harmless, so that reading goes on.</summary>
    sealed class Entry(string file, string path, JsonElement element, List<string> errors)
    {
        readonly HashSet<string> known = [];

        public void Wrong(string key, string found, string fix) => errors.Add($"{file}: {path}.{key}: {found}. Fix: {fix}.");

        public void Ignore(string key) => known.Add(key);

        public string Text(string key)
        {
            if (OptionalText(key) is { } text)
                return text;
            if (!Has(key))
                Wrong(key, "it is missing", "add it");
            return "";
        }

        public string? OptionalText(string key)
        {
            if (!Has(key))
                return null;
            var value = element.GetProperty(key);
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text))
                return text;
            Wrong(key, value.ValueKind == JsonValueKind.String ? "the text is empty" : $"a {value.ValueKind} stands where a text belongs",
                "write a text in quotes");
            return null;
        }

        public IReadOnlyList<string> Texts(string key) => [.. Array(key).Select((v, i) =>
            v.ValueKind == JsonValueKind.String ? v.GetString() ?? "" : Wrong($"{key}[{i}]", "it is not a text", "write a text in quotes", ""))];

        public IReadOnlyList<string> OptionalTexts(string key) => Has(key) ? Texts(key) : [];

        public bool Flag(string key)
        {
            if (!Has(key))
                Wrong(key, "it is missing", "write true or false");
            return OptionalFlag(key);
        }

        public bool OptionalFlag(string key) =>
            Has(key) && (element.GetProperty(key).ValueKind is JsonValueKind.True or JsonValueKind.False
                ? element.GetProperty(key).GetBoolean()
                : Wrong(key, $"a {element.GetProperty(key).ValueKind} stands where true or false belongs", "write true or false", false));

        public int Number(string key, int least, int most)
        {
            if (OptionalNumber(key, least, most) is { } number)
                return number;
            if (!Has(key))
                Wrong(key, "it is missing", $"write a whole number from {least} to {most}");
            return least;
        }

        public int? OptionalNumber(string key, int least, int most)
        {
            if (!Has(key))
                return null;
            var value = element.GetProperty(key);
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
                ? number
                : Wrong<int?>(key, $"{value.GetRawText()} is not allowed", $"write a whole number from {least} to {most}", null);
        }

        public IReadOnlyList<int> Numbers(string key) => [.. Array(key).Select((v, i) =>
            v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var n) ? n : Wrong($"{key}[{i}]", "it is not a whole number", "write one", 0))];

        public IReadOnlyList<int> OptionalNumbers(string key) => Has(key) ? Numbers(key) : [];

        public DateOnly Day(string key)
        {
            if (!Has(key))
                Wrong(key, "it is missing", "write a day as yyyy-MM-dd");
            return OptionalDay(key) ?? DateOnly.MinValue;
        }

        public DateOnly? OptionalDay(string key) =>
            !Has(key) ? null
            : element.GetProperty(key) is { ValueKind: JsonValueKind.String } value
                && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
            : Wrong<DateOnly?>(key, $"{element.GetProperty(key).GetRawText()} is not a day", "write yyyy-MM-dd", null);

        public TimeOnly Time(string key) =>
            TimeOnly.TryParseExact(Text(key), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
                : Wrong(key, "it is not a time of day", "write HH:mm, for example 08:00", default(TimeOnly));

        public T Enum<T>(string key) where T : struct, Enum => Parse<T>(key, Text(key));

        public T OptionalEnum<T>(string key) where T : struct, Enum => Parse<T>(key, OptionalText(key) ?? "");

        public IReadOnlyList<T> Enums<T>(string key) where T : struct, Enum => [.. Texts(key).Select((t, i) => Parse<T>($"{key}[{i}]", t))];

        public IReadOnlyList<T> OptionalEnums<T>(string key) where T : struct, Enum => Has(key) ? Enums<T>(key) : [];

        public Entry Object(string key)
        {
            known.Add(key);
            if (element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object)
                return new(file, $"{path}.{key}", value, errors);
            Wrong(key, "there is no object", "add it in braces");
            return new(file, $"{path}.{key}", element, []);
        }

        public List<Entry> List(string key)
        {
            var list = new List<Entry>();
            var index = 0;
            foreach (var value in Array(key))
            {
                if (value.ValueKind == JsonValueKind.Object)
                    list.Add(new(file, $"{path}.{key}[{index}]{Name(value)}", value, errors));
                else
                    Wrong($"{key}[{index}]", "it is not an object", "write it in braces");
                index++;
            }
            return list;
        }

        public List<Entry> OptionalList(string key) => Has(key) ? List(key) : [];

        public void Done()
        {
            foreach (var property in element.EnumerateObject().Where(p => !known.Contains(p.Name)))
                Wrong(property.Name, "the key is not known here", $"delete it, or write one of {string.Join(", ", known.Order())}");
        }

        JsonElement.ArrayEnumerator Array(string key)
        {
            known.Add(key);
            if (element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array)
                return value.EnumerateArray();
            Wrong(key, "there is no list", "write it in square brackets");
            return default;
        }

        T Parse<T>(string key, string text) where T : struct, Enum =>
            System.Enum.GetNames<T>().Contains(text) ? System.Enum.Parse<T>(text)
            : text.Length == 0 ? default
            : Wrong(key, $"'{text}' is not known", $"write one of {string.Join(", ", System.Enum.GetNames<T>())}", default(T));

        public bool Has(string key)
        {
            known.Add(key);
            return element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;
        }

        T Wrong<T>(string key, string found, string fix, T harmless)
        {
            Wrong(key, found, fix);
            return harmless;
        }

        // A row is found faster by its own name than by its number.
        static string Name(JsonElement row)
        {
            foreach (var key in new[] { "id", "code", "kind" })
                if (row.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String)
                    return $"({value.GetString()})";
            return "";
        }
    }
}
