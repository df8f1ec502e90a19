using System.Globalization;
using LiaisonHub.Contracts.V1;
using NodaTime;

namespace LiaisonHub.Casework.Time;

/// <summary>A limit whose days were counted with a calendar that does not know the holidays of all of them.</summary>
/// <param name="RuleId">Row of the time catalogue.</param>
/// <param name="LastDay">The last day of the limit.</param>
/// <param name="Calendar">Code of the calendar.</param>
/// <param name="From">The first day whose holidays it knows.</param>
/// <param name="Until">The last.</param>
public sealed record CalendarEnd(string RuleId, DateOnly LastDay, string Calendar, DateOnly From, DateOnly Until)
{
    /// <summary>As the ledger keeps it.</summary>
    public string Recorded => string.Create(CultureInfo.InvariantCulture,
        $"{RuleId} ends {LastDay:yyyy-MM-dd}; calendar {Calendar} knows holidays from {From:yyyy-MM-dd} to {Until:yyyy-MM-dd} only. Extend the calendar.");
}

/// <summary>Counts legal time: starts, holds, resumes, extends and explains deadlines. Knows zones and calendars, not procedures.</summary>
/// <remarks>
/// A limit in days begins on the day after its event and ends with the last second of its last day in the zone of the rule. The day on which a pause
/// begins counts as used, the day on which it ends does not count: so a pause within one day changes nothing, and a pause of any length leaves the same
/// number of days.
/// </remarks>
sealed class Timekeeper(Region region)
{
    /// <summary>Starts a time rule.</summary>
    /// <param name="request">The request.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="from">The event it runs from.</param>
    /// <param name="on">A day that takes the place of the rule's length. Null: the rule's length.</param>
    /// <param name="part">The part of the evidence it is about.</param>
    /// <param name="member">The member it is on. Null: the side has one party.</param>
    /// <param name="until">An instant that takes the place of the rule's length. Null: the rule's length.</param>
    public Deadline Start(
        Request request, TimeRule rule, DateTimeOffset from, DateOnly? on = null, int? part = null, string? member = null, DateTimeOffset? until = null)
    {
        var ordinal = 1;
        foreach (var earlier in request.Deadlines)
            if (earlier.RuleId == rule.Id)
                ordinal++;
        var counting = Resolve(request, rule, member);
        if (on is not null)
            counting = counting with { Unit = TimeUnit.DateCertain, Length = 0, Roll = Roll.None };
        var deadline = new Deadline
        {
            Id = Uuid.From(request.Id, rule.Id, ordinal.ToString(CultureInfo.InvariantCulture)),
            RuleId = rule.Id,
            Kind = DeadlineKind.Procedure,
            Clock = rule.Clock,
            Title = rule.Title,
            Article = rule.Article,
            Verified = rule.Verified,
            OnWhom = rule.OnWhom,
            Member = member,
            Started = from,
            Counting = counting,
            Reminders = rule.Reminders.Count > 0 ? rule.Reminders : null,
            Silence = rule.Silence,
            LadderTo = rule.LadderTo,
            Ladder = rule.Ladder,
            LadderUnder = region.Catalogue.OwnLevels.Any(o => region.Catalogue.Nearness(o.Instrument!, request.Instrument) > 0) ? request.Instrument : null,
            DetentionBound = rule.DetentionBound,
            Part = part,
        };
        if (until is { } instant)
        {
            var end = Later(instant, from);
            var hours = (int)Math.Ceiling((end - from).TotalHours);
            deadline = deadline with { Due = end, Counting = counting with { Unit = TimeUnit.Hours, Length = hours, Roll = Roll.None } };
        }
        else if (counting.Unit == TimeUnit.Hours)
            deadline = deadline with { Due = from.AddHours(counting.Length) };
        else
        {
            var clock = Clock(counting);
            var first = clock.DayOf(from);
            // A day that was named and is over when the rule starts is due at once, not in the past.
            var last = on is { } day ? day < first ? first : day : clock.Last(first, counting.Unit, counting.Length);
            deadline = deadline with { LastDay = last, Due = clock.EndOf(clock.Rolled(last, counting.Roll)) };
        }
        if (rule.RemindDaysBefore is { } days && deadline.Due!.Value.AddDays(-days) is var remind && remind > from)
            deadline = deadline with { RemindAt = WholeSeconds(remind) };
        return Looked(deadline with { Span = deadline.Due!.Value - from });
    }

    /// <summary>Starts the watch over an act: delivered, then opened. It climbs no ladder.</summary>
    public static Deadline Watch(Request request, TimeRule rule, Guid actId, Seat receiver, DateTimeOffset from)
    {
        var due = from.AddHours(rule.Length);
        return new()
        {
            // With one receiver the act alone names the watch.
            Id = Uuid.From(request.Id, receiver.Member is { } member ? $"{rule.Id}/{member}"
                : request.Neutral is null && request.Members is null ? rule.Id : $"{rule.Id}/{receiver.Side}", actId.ToString("N")),
            RuleId = rule.Id,
            Kind = DeadlineKind.Transport,
            Clock = rule.Clock,
            Title = rule.Title,
            Article = rule.Article,
            Verified = rule.Verified,
            OnWhom = receiver.Side,
            Member = receiver.Member,
            Started = from,
            Due = due,
            Span = due - from,
            Counting = new(TimeUnit.Hours, rule.Length, Roll.None, "Etc/UTC", []),
            OfActId = actId,
            LookAt = due + Deadline.OneSecond,
        };
    }

    /// <summary>The last day of a hold that a dispute has ordered. It climbs no ladder.</summary>
    public Deadline LastOfOrder(Request request, HoldOrder order, DateOnly until)
    {
        var zone = region.States[request.Requested.State].Zone;
        var due = new LegalClock(Zone(zone), []).EndOf(until);
        return new()
        {
            Id = Uuid.From(request.Id, "hold", $"{order.FromId:N}/{order.At.UtcTicks}/{until:O}"),
            RuleId = "HOLD",
            Kind = DeadlineKind.Order,
            Clock = Casework.Clock.OrderedHold,
            Title = "The hold ordered in the dispute ends",
            Article = "Rule of the region, no treaty text",
            OnWhom = Side.Requested,
            Started = order.At,
            Due = due,
            Span = due - order.At,
            Counting = new(TimeUnit.DateCertain, 0, Roll.None, zone, []),
            LastDay = until,
            LookAt = due + Deadline.OneSecond,
        };
    }

    /// <summary>A lawful pause begins. The ladder is frozen; a limit that has passed stays passed.</summary>
    public Deadline Hold(Deadline deadline, string reason, DateTimeOffset at)
    {
        var held = deadline with { Status = DeadlineStatus.Held, HeldSince = at, HoldReason = reason, LookAt = null };
        if (deadline.HasPassed(at))
            return held;
        switch (deadline.Counting.Unit)
        {
            case TimeUnit.Hours:
                return held with { LeftTime = Later(deadline.Due!.Value - at, TimeSpan.Zero), Due = null };
            // A day that somebody named does not move because the work pauses.
            case TimeUnit.DateCertain:
                return held with { Due = null };
            default:
                var clock = Clock(deadline.Counting);
                return held with { LeftDays = clock.Between(clock.DayOf(at), deadline.LastDay!.Value, deadline.Counting.Unit), Due = null };
        }
    }

    /// <summary>The pause ends; the legal time that was left runs.</summary>
    public Deadline Resume(Deadline deadline, DateTimeOffset at)
    {
        var since = deadline.HeldSince!.Value;
        var running = deadline with
        {
            Status = DeadlineStatus.Running,
            HeldSince = null,
            HoldReason = null,
            HeldByOrder = null,
            LeftDays = null,
            LeftTime = null,
            Holds = [.. deadline.Holds, new(since, at, deadline.HoldReason ?? "held")],
        };
        if (deadline.Due is not null)
            return Looked(running with { Frozen = deadline.Frozen + (at - since) });
        var clock = Clock(deadline.Counting);
        switch (deadline.Counting.Unit)
        {
            case TimeUnit.Hours:
                return Looked(running with { Due = at + deadline.LeftTime });
            case TimeUnit.DateCertain:
                var today = clock.DayOf(at);
                var day = deadline.LastDay!.Value < today ? today : deadline.LastDay.Value;
                return Looked(running with { LastDay = day, Due = clock.EndOf(day) });
            default:
                var unit = deadline.Counting.Unit == TimeUnit.Months ? TimeUnit.CalendarDays : deadline.Counting.Unit;
                var last = clock.Last(clock.DayOf(at), unit, deadline.LeftDays!.Value);
                return Looked(running with { LastDay = last, Due = clock.EndOf(clock.Rolled(last, deadline.Counting.Roll)) });
        }
    }

    /// <summary>More time, in days of the rule's own kind. A limit that had passed and now has not starts its ladder afresh.</summary>
    public Deadline Extend(Deadline deadline, int days, DateTimeOffset at)
    {
        var clock = Clock(deadline.Counting);
        var unit = deadline.Counting.Unit is TimeUnit.WorkingDays or TimeUnit.WithoutDelay ? deadline.Counting.Unit : TimeUnit.CalendarDays;
        var last = clock.Last(deadline.LastDay!.Value, unit, days);
        var due = clock.EndOf(clock.Rolled(last, deadline.Counting.Roll));
        var extended = deadline with
        {
            LastDay = last,
            ExtendedBy = deadline.ExtendedBy + days,
            Due = deadline.Due is null ? null : due,
            LeftDays = deadline.LeftDays + days,
            Span = deadline.Span + (deadline.Due is { } old ? due - old : TimeSpan.FromDays(days)),
        };
        // With more time the old reminders lie ahead once more: they are told again.
        var reminded = Math.Min(deadline.Reminded, RemindersOf(extended).LastOrDefault(p => p <= Percent(extended, at)));
        return Looked(extended.Level > 0 && !extended.HasPassed(at)
            ? extended with { Level = 0, ReasonGiven = null, SpokenAt = null, Estimate = null, Reminded = reminded }
            : extended with { Reminded = reminded });
    }

    /// <summary>What was due was done, or fell away. A hold that lasted until then stays on record.</summary>
    public static Deadline End(Deadline deadline, DeadlineStatus how, DateTimeOffset at) => deadline with
    {
        Status = how,
        EndedAt = at,
        Holds = deadline.HeldSince is { } since ? [.. deadline.Holds, new(since, at, deadline.HoldReason ?? "held")] : deadline.Holds,
        HeldSince = null,
        HoldReason = null,
        HeldByOrder = null,
        LookAt = null,
    };

    /// <summary>The same deadline with the next instant at which time alone changes something.</summary>
    public Deadline Looked(Deadline deadline) => deadline with { LookAt = Next(deadline)?.At };

    /// <summary>The next thing the passing of time does to a deadline. Null: nothing.</summary>
    public Milestone? Next(Deadline deadline)
    {
        if (deadline is not { Status: DeadlineStatus.Running, Due: { } due })
            return null;
        var ladder = region.Catalogue.LadderOf(deadline.Ladder, deadline.LadderUnder);
        if (deadline.Level == 0)
        {
            if (deadline.RemindAt is { } remind)
                return deadline.Reminded == 0 ? new(0, Math.Max(1, Percent(deadline, remind)), remind) : new(1, 100, due + Deadline.OneSecond);
            foreach (var percent in RemindersOf(deadline))
                if (percent > deadline.Reminded)
                    return new(0, percent, WholeSeconds(due - deadline.Span * ((100 - percent) / 100.0)));
            return new(1, 100, due + Deadline.OneSecond);
        }
        if (deadline.Level >= deadline.LadderTo || deadline.Level + 1 >= ladder.Count || ladder[deadline.Level + 1].AtPercent.Count == 0)
            return null;
        var next = ladder[deadline.Level + 1];
        // Nobody waits for percentages while a person sits in custody.
        var at = deadline.DetentionBound && next.Level == 2
            ? due + Deadline.OneSecond
            : WholeSeconds(due + deadline.Span * ((next.AtPercent[0] - 100) / 100.0) + deadline.Frozen);
        if (next.ReasonMissingWorkingDays is { } days && deadline is { ReasonGiven: null, SpokenAt: null })
        {
            var clock = Clock(deadline.Counting);
            var missing = clock.EndOf(clock.Last(clock.DayOf(due), TimeUnit.WorkingDays, days)) + Deadline.OneSecond + deadline.Frozen;
            at = missing < at ? missing : at;
        }
        if (deadline.NoteAt is { } noted && ladder[deadline.Level].ReplyWithinDays is { } reply)
        {
            var clock = Clock(deadline.Counting);
            var unanswered = clock.EndOf(clock.DayOf(noted).AddDays(reply)) + Deadline.OneSecond;
            at = unanswered < at ? unanswered : at;
        }
        return new(next.Level, next.AtPercent[0], at);
    }

    /// <summary>Percent of the limit at which it is reminded of.</summary>
    IReadOnlyList<int> RemindersOf(Deadline deadline) => deadline.Reminders ?? region.Catalogue.LadderOf(deadline.Ladder, deadline.LadderUnder)[0].AtPercent;

    /// <summary>How much of the limit has passed, in whole percent.</summary>
    public static int Percent(Deadline deadline, DateTimeOffset now) =>
        deadline.Due is not { } due ? 0
        : deadline.Span <= TimeSpan.Zero ? 100
        : (int)Math.Clamp(Math.Floor(100 - (due - now).TotalSeconds / deadline.Span.TotalSeconds * 100), 0, 9999);

    /// <summary>Why a limit cannot be counted with full knowledge of the holidays. Null: it can.</summary>
    public CalendarEnd? Unreached(Deadline deadline)
    {
        if (deadline.LastDay is not { } last || deadline.Counting is { Roll: Roll.None, Unit: not (TimeUnit.WorkingDays or TimeUnit.WithoutDelay) })
            return null;
        var clock = Clock(deadline.Counting);
        foreach (var calendar in clock.Calendars)
            if (!calendar.Reaches(clock.DayOf(deadline.Started)) || !calendar.Reaches(last))
                return new(deadline.RuleId, last, calendar.Code, calendar.From, calendar.Until);
        return null;
    }

    /// <summary>The day of an instant in the zone of a state.</summary>
    public DateOnly DayIn(string state, DateTimeOffset at) => new LegalClock(Zone(region.States[state].Zone), []).DayOf(at);

    /// <summary>The first instant of a day in the zone of a state: from there a limit runs that begins with a day somebody named.</summary>
    public DateTimeOffset StartOf(string state, DateOnly day) =>
        new LegalClock(Zone(region.States[state].Zone), []).EndOf(day.AddDays(-1)) + Deadline.OneSecond;

    /// <summary>The last instant of a limit of a state's own law, in its zone and calendar; nothing is rolled.</summary>
    public DateTimeOffset Due(string state, TimeUnit unit, int length, DateTimeOffset from)
    {
        if (unit == TimeUnit.Hours)
            return from.AddHours(length);
        var clock = new LegalClock(Zone(region.States[state].Zone), [region.Calendars[region.States[state].Calendar]]);
        return clock.EndOf(clock.Last(clock.DayOf(from), unit, length));
    }

    /// <summary>The authorities of a state that are on duty at an instant, in the order of its roster.</summary>
    public IEnumerable<DutyTurn> OnDuty(string state, DateTimeOffset at)
    {
        var time = TimeIn(state, at);
        return region.States[state].DutyRoster.Where(t => t.Covers(time));
    }

    /// <summary>The time of day of an instant in the zone of a state.</summary>
    public TimeOnly TimeIn(string state, DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Zone(region.States[state].Zone)).TimeOfDay.ToTimeOnly();

    /// <summary>The last day of so many calendar days from an instant in a deadline's own zone, rolled to a working day.</summary>
    public DateOnly DaysFrom(Deadline deadline, DateTimeOffset at, int days)
    {
        var clock = Clock(deadline.Counting);
        return clock.Rolled(clock.DayOf(at).AddDays(days), Roll.Forward);
    }

    /// <summary>The day of an instant in a deadline's own zone.</summary>
    public DateOnly DayOf(Deadline deadline, DateTimeOffset at) => Clock(deadline.Counting).DayOf(at);

    /// <summary>Each day of a deadline, counted or not, and why.</summary>
    public IReadOnlyList<CountedDay> Explain(Deadline deadline)
    {
        var clock = Clock(deadline.Counting);
        return deadline.Counting.Unit switch
        {
            TimeUnit.Hours => ExplainHours(deadline, clock),
            TimeUnit.DateCertain => ExplainDay(deadline, clock),
            _ => ExplainDays(deadline, clock),
        };
    }

    /// <summary>The day with which it ends. Null: it ends at an instant, or is held.</summary>
    public DateOnly? LegalDay(Deadline deadline) => deadline.Counting.Unit != TimeUnit.Hours && deadline.Due is { } due ? Clock(deadline.Counting).DayOf(due) : null;

    /// <summary>How far its days have run. Null: it is counted in hours, or is held.</summary>
    public DaysCounted? DaysOf(Deadline deadline, DateTimeOffset now)
    {
        if (LegalDay(deadline) is null)
            return null;
        var today = Clock(deadline.Counting).DayOf(now);
        // A day that was named is reached day by day; it is not the only one of its limit.
        if (deadline.Counting.Unit == TimeUnit.DateCertain)
            return new(Math.Clamp(today.DayNumber - Clock(deadline.Counting).DayOf(deadline.Started).DayNumber, 0, Length()), Length(), false);
        var counted = Explain(deadline).Where(d => d.Counted).ToList();
        return new(counted.Count(d => d.Day <= today), counted.Count, deadline.Counting.Unit is TimeUnit.WorkingDays or TimeUnit.WithoutDelay);

        int Length() => Math.Max(0, LegalDay(deadline)!.Value.DayNumber - Clock(deadline.Counting).DayOf(deadline.Started).DayNumber);
    }

    static List<CountedDay> ExplainDays(Deadline deadline, LegalClock clock)
    {
        var pauses = Pauses(deadline).Select(h => (From: clock.DayOf(h.From), To: h.To is { } to ? clock.DayOf(to) : (DateOnly?)null, h.Reason)).ToList();
        var days = new List<CountedDay>();
        var first = clock.DayOf(deadline.Started);
        // A deadline that is held has no end yet: the list stops where the pause began. One that fell away while it was held stops there.
        var last = clock.DayOf(Stops(deadline));
        var total = deadline.ExtendedBy
            + (deadline.Counting.Unit == TimeUnit.Months ? first.AddMonths(deadline.Counting.Length).DayNumber - first.DayNumber : deadline.Counting.Length);
        var working = deadline.Counting.Unit is TimeUnit.WorkingDays or TimeUnit.WithoutDelay;
        days.Add(new(first, false, null, null, "day of the event: counting begins with the next day"));
        var number = 0;
        for (var day = first.AddDays(1); day <= last; day = day.AddDays(1))
        {
            var pause = pauses.Find(p => day > p.From && (p.To is not { } to || day <= to));
            if (pause.Reason is not null)
                days.Add(new(day, false, null, null, $"held: {pause.Reason}"));
            else if (number == total)
                days.Add(new(day, false, null, null, $"rolled on: {clock.Rest(day.AddDays(-1)) ?? "the pause ended here"}"));
            else if (working && clock.Rest(day) is { } rest)
                days.Add(new(day, false, null, null, rest));
            else
                days.Add(new(day, true, ++number, null, (working ? "working day" : "calendar day") + clock.Unknown(day)));
        }
        if (deadline.HeldSince is not null)
            days.Add(new(last, false, null, null, $"held since here ({deadline.HoldReason}): {deadline.LeftDays} left"));
        return days;
    }

    static List<CountedDay> ExplainDay(Deadline deadline, LegalClock clock)
    {
        List<CountedDay> days = [new(clock.DayOf(deadline.Started), false, null, null, "day of the event")];
        foreach (var pause in Pauses(deadline))
            days.Add(new(clock.DayOf(pause.From), false, null, null, $"held: {pause.Reason}; a date certain does not move"));
        days.Add(new(deadline.LastDay!.Value, true, 1, null, "the day named, to its end"));
        return days;
    }

    static List<CountedDay> ExplainHours(Deadline deadline, LegalClock clock)
    {
        var pauses = Pauses(deadline).ToList();
        var end = Stops(deadline);
        var days = new List<CountedDay>();
        for (var at = deadline.Started; at < end;)
        {
            var day = clock.DayOf(at);
            var next = Earlier(clock.EndOf(day) + Deadline.OneSecond, end);
            var counted = next - at;
            foreach (var pause in pauses)
            {
                var overlap = Earlier(pause.To ?? end, next) - Later(pause.From, at);
                if (overlap > TimeSpan.Zero)
                    counted -= overlap;
            }
            var hours = Math.Round((decimal)counted.TotalHours, 4);
            days.Add(new(day, hours > 0, hours > 0 ? days.Count(d => d.Counted) + 1 : null, hours, hours > 0 ? "hours run on every day" : "held"));
            at = next;
        }
        return days;
    }

    static DateTimeOffset Stops(Deadline deadline) => deadline.Due ?? deadline.HeldSince ?? deadline.EndedAt!.Value;

    static IEnumerable<(DateTimeOffset From, DateTimeOffset? To, string Reason)> Pauses(Deadline deadline)
    {
        foreach (var hold in deadline.Holds)
            yield return (hold.From, hold.To, hold.Reason);
        if (deadline.HeldSince is { } since)
            yield return (since, null, deadline.HoldReason ?? "held");
    }

    Counting Resolve(Request request, TimeRule rule, string? member)
    {
        var requested = member is null ? request.Requested : request.Members!.First(m => m.Party.State == member).Party;
        Party Of(Whose whose) => whose switch
        {
            Whose.Requesting => request.Requesting,
            Whose.OnWhom when rule.OnWhom == Side.Requesting => request.Requesting,
            Whose.OnWhom when rule.OnWhom == Side.Neutral => request.Neutral!,
            _ => requested,
        };
        string CalendarOf(Party party) => region.CalendarOf(party.State, party.Authority).Code;
        return new(rule.Unit, rule.Length, rule.Roll, region.States[Of(rule.Zone).State].Zone,
            rule.Calendar == Whose.Both ? [CalendarOf(requested), CalendarOf(request.Requesting)] : [CalendarOf(Of(rule.Calendar))]);
    }

    LegalClock Clock(Counting counting)
    {
        var calendars = new LegalCalendar[counting.Calendars.Count];
        for (var i = 0; i < calendars.Length; i++)
            calendars[i] = region.Calendars[counting.Calendars[i]];
        return new(Zone(counting.Zone), calendars);
    }

    static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];

    static DateTimeOffset WholeSeconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));

    static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>Days and their ends in one zone, with the calendars that say which of them work.</summary>
    readonly struct LegalClock(DateTimeZone zone, LegalCalendar[] calendars)
    {
        // Ten years without one working day are an error of the data, not a limit.
        const int LongestRest = 3660;

        public LegalCalendar[] Calendars => calendars;

        public DateOnly DayOf(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(zone).Date.ToDateOnly();

        public DateTimeOffset EndOf(DateOnly day) =>
            zone.AtStartOfDay(LocalDate.FromDateOnly(day.AddDays(1))).ToInstant().ToDateTimeOffset() - Deadline.OneSecond;

        public string? Rest(DateOnly day)
        {
            foreach (var calendar in calendars)
                if (calendar.Rest(day) is { } rest)
                    return rest;
            return null;
        }

        public string Unknown(DateOnly day)
        {
            foreach (var calendar in calendars)
                if (!calendar.Reaches(day))
                    return $"; calendar {calendar.Code} does not reach this day";
            return "";
        }

        public DateOnly Last(DateOnly start, TimeUnit unit, int length)
        {
            if (unit == TimeUnit.CalendarDays)
                return start.AddDays(length);
            if (unit == TimeUnit.Months)
                return start.AddMonths(length);
            var day = start;
            for (var left = length; left > 0;)
            {
                day = Following(day, start);
                if (Works(day))
                    left--;
            }
            return day;
        }

        public int Between(DateOnly after, DateOnly last, TimeUnit unit)
        {
            if (unit is TimeUnit.CalendarDays or TimeUnit.Months)
                return Math.Max(0, last.DayNumber - after.DayNumber);
            var days = 0;
            for (var day = after.AddDays(1); day <= last; day = day.AddDays(1))
                if (Works(day))
                    days++;
            return days;
        }

        public DateOnly Rolled(DateOnly last, Roll roll)
        {
            var day = last;
            while (roll == Roll.Forward && !Works(day))
                day = Following(day, last);
            return day;
        }

        bool Works(DateOnly day)
        {
            foreach (var calendar in calendars)
                if (!calendar.Works(day))
                    return false;
            return true;
        }

        DateOnly Following(DateOnly day, DateOnly start) =>
            day.DayNumber - start.DayNumber < LongestRest
                ? day.AddDays(1)
                : throw new InvalidOperationException($"The calendars {string.Join(", ", calendars.Select(c => c.Code))} have no working day within ten "
                    + $"years of {start:yyyy-MM-dd}.");
    }
}

/// <summary>Something the passing of time does to a deadline.</summary>
/// <param name="Level">Level of the ladder.</param>
/// <param name="Percent">Percent of the limit.</param>
/// <param name="At">When (UTC).</param>
readonly record struct Milestone(int Level, int Percent, DateTimeOffset At);
