using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Escalation;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Casework.Stuck;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What the law says of a request. Pure: the same request, act and instant always give the same decision. Safe to use from several threads.</summary>
public sealed class Rules
{
    readonly FrozenDictionary<string, Procedure> procedures;
    readonly Ladder ladder;

    /// <summary>Rules over a region's data.</summary>
    public Rules(Region region) : this(region, Procedure.All)
    {
    }

    internal Rules(Region region, IReadOnlyList<Procedure> tables)
    {
        Region = region;
        procedures = tables.ToFrozenDictionary(p => p.Name);
        Time = new(region);
        ladder = new(this);
        Sheets = [.. tables.Select(p => new ProcedureSheet(p, region))];
    }

    /// <summary>The names of the procedures, which are the same in every region.</summary>
    public static IReadOnlyList<string> ProcedureNames { get; } = [.. Procedure.All.Select(p => p.Name)];

    /// <summary>The region the rules were made for.</summary>
    public Region Region { get; }

    /// <summary>The procedures, as people read them.</summary>
    public IReadOnlyList<ProcedureSheet> Sheets { get; }

    internal Timekeeper Time { get; }

    /// <summary>The procedure of a request, as people read it.</summary>
    public ProcedureSheet SheetOf(Request request) => Sheets.First(s => s.Name == request.Procedure);

    /// <summary>Decides what an act means for a request.</summary>
    /// <param name="request">The request; null when the hub knows none with this id. Only an act that begins one opens it.</param>
    /// <param name="act">The act. Its signature has been checked, and that the sender's state signed it.</param>
    /// <param name="receivedAt">When the hub received it (UTC): legal time runs from here.</param>
    /// <param name="group">The other requests of its case group, for a procedure that looks at them (<see cref="LookAtTheirGroup"/>). Null: none are known.</param>
    public Decision Decide(Request? request, Act act, DateTimeOffset receivedAt, IReadOnlyList<Request>? group = null)
    {
        if (!Acts.All.TryGetValue(act.Type, out var type))
            return Refuse(request, act, RefusalCode.UnknownAct, "$.type: this hub knows no act of that name.");
        object content;
        try
        {
            content = act.Read();
        }
        catch (JsonException e)
        {
            return Refuse(request, act, RefusalCode.InvalidContent, Unreadable(act.Type, e));
        }
        if (type.PrivateRequired && string.IsNullOrEmpty(act.Sealed))
            return Refuse(request, act, RefusalCode.InvalidContent,
                $"$.sealed: is missing; {act.Type} needs its private part ({type.Private!.Name}), sealed to the receiving state.");
        if (!Enum.IsDefined(act.Header.Priority))
            return Refuse(request, act, RefusalCode.InvalidContent,
                $"$.header.priority: is not known; write one of {string.Join(", ", Enum.GetNames<Priority>())}.");
        return request is null ? Open(act, content, receivedAt) : Continue(request, act, content, receivedAt, group ?? []);
    }

    /// <summary>The procedures in which the meaning of an act also depends on how the other requests of the case group stand.</summary>
    public static IReadOnlySet<string> LookAtTheirGroup { get; } = new[] { JointAction.Table.Name, AssetRecovery.Table.Name }.ToFrozenSet();

    /// <summary>True: what the request asks for may be carried out; where nothing is coercive, also before anything is recognised.</summary>
    internal bool MayBeCarriedOut(Request request) =>
        !request.Closed && (request.RightsCheckedAt is not null || !ProcedureOf(request).States.Any(s => s.MayCoerce));

    /// <summary>What the hub would find wrong with the open part of an act, for whoever is writing it: the same words, a finding for each field.</summary>
    /// <remarks>Where the request stands is not looked at.</remarks>
    /// <param name="content">The open part, a record of the contract.</param>
    /// <param name="request">The request as far as it is known to the side that asks.</param>
    /// <param name="at">When the act would arrive (UTC).</param>
    /// <returns>Null: nothing.</returns>
    public string? ContentProblem(object content, Request request, DateTimeOffset at) =>
        Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, at));

    /// <summary>Everything that is missing in an opening act or would be refused, in one pass, before it is signed: by the hub, in its own words, and by
    /// what the profiles of the two states ask for. Pure.</summary>
    /// <param name="from">The requesting state.</param>
    /// <param name="to">The requested state.</param>
    /// <param name="content">The open part of an act that opens a request.</param>
    /// <param name="on">The day on which it would arrive, in the requested state.</param>
    /// <param name="authority">The authority addressed. Null: none chosen yet; then it is looked only whether there is one.</param>
    /// <param name="priority">The priority. Null: not chosen yet.</param>
    /// <param name="enclosed">Codes of the papers that the private part holds. Null: not known; then each is named as something to look for.</param>
    /// <param name="particulars">The private part of a request for assistance, before it is sealed. Null: not known; then nothing is said of it.</param>
    /// <param name="at">When it would arrive (UTC). Null: at some time of the day; then nothing is said of the hours of the office.</param>
    /// <param name="certified">Languages of the translations whose certificate is there. Null: not known.</param>
    /// <exception cref="ArgumentException">The act does not open a request, or a state is not one of the region's.</exception>
    public IReadOnlyList<PreflightFinding> Preflight(
        string from, string to, object content, DateOnly on, string? authority = null, Priority? priority = null, IReadOnlyCollection<string>? enclosed = null,
        RequestParticulars? particulars = null, DateTimeOffset? at = null, IReadOnlyCollection<string>? certified = null)
    {
        var act = content.GetType().Name;
        if (content is not IOpening opening || procedures.Values.FirstOrDefault(p => p.Opens(act)) is not { } procedure)
            throw new ArgumentException($"{act} opens no request; those that do: {string.Join(", ", Acts.Openings)}.", nameof(content));
        foreach (var (state, name) in new[] { (from, nameof(from)), (to, nameof(to)) })
            if (!Region.Profiles.ContainsKey(state))
                throw new ArgumentException($"'{state}' is no state with a profile; write one of {string.Join(", ", Region.Profiles.Keys.Order())}.", name);
        if (from == to)
            throw new ArgumentException($"{from} cannot ask itself; name another state.", nameof(to));

        var arrives = at ?? Time.StartOf(to, on);
        var requesting = new Party { State = from, Authority = "" };
        var requested = new Party { State = to, Authority = authority ?? Region.Designated(to, on, procedure.Name).FirstOrDefault()?.Code ?? "" };
        var header = new ActHeader
        {
            ActId = Guid.Empty,
            RequestId = Guid.Empty,
            Sender = requesting,
            Receiver = requested,
            Sequence = 1,
            ClaimedAt = arrives,
            // The case group is chosen when the act is made.
            CaseGroupId = Guid.Empty,
            // Not chosen yet: the one the lane asks for.
            Priority = priority ?? (content is EmergencyRequested ? Priority.Emergency : Priority.Routine),
        };
        var request = Begin(header, opening, procedure, arrives);
        var hub = Content.AllWrong(content, request, Region, on).Select(f => FoundByTheHub(f, "Contract V1")).ToList();
        var situation = new Situation(request, header, content, Side.Requesting, arrives, this);
        IReadOnlyList<Clock> ordinary = [];
        foreach (var row in procedure.For(Row.Outside, act))
            if (row.IsChosen(situation))
            {
                hub.AddRange(row.Guards.Select(g => g.Broken(situation)).OfType<string>().Select(f => FoundByTheHub(f, "Register of the region")));
                ordinary = row.Time.FirstOrDefault(t => t.Ordinary is not null)?.Ordinary ?? [];
                break;
            }
        var pressing = DatesAtHome.Earliest(this, request, DatesAtHome.Of(content, DayIn(from, arrives)), ordinary, arrives);
        return new Preflight(this, procedure, act, requesting, requested, content, on, enclosed, particulars,
            at is { } instant && header.Priority == Priority.Emergency ? instant : null, certified).Run(hub, pressing);
    }

    /// <summary>What the measures of a request do not say in either part although the catalogue asks for it. Pure.</summary>
    /// <param name="content">The open part.</param>
    /// <param name="particulars">The private part, before it is sealed. Null: not known; then nothing is said of it.</param>
    /// <param name="firstReceived">The day on which the request was first received, or would be: it keeps the rows of that day.</param>
    public IReadOnlyList<PreflightFinding> MeasureFindings(IRequestContent content, RequestParticulars? particulars, DateOnly firstReceived) =>
        [.. Profiles.Preflight.Measures(Region, content, particulars, firstReceived, inTheOpen: true)];

    /// <summary>The day in a state at an instant.</summary>
    public DateOnly DayIn(string state, DateTimeOffset at) => Time.DayIn(state, at);

    /// <summary>The last instant of a day in a state (UTC).</summary>
    public DateTimeOffset EndOf(string state, DateOnly day) => Time.StartOf(state, day.AddDays(1)) - Deadline.OneSecond;

    /// <summary>The last instant of a number of working days after a day in a state, by its calendar (UTC): what ends before is within so many of its days.</summary>
    public DateTimeOffset EndOfWorkingDays(string state, int days, DateTimeOffset at) => Time.Due(state, TimeUnit.WorkingDays, days, at);

    /// <summary>When a translation is due that a state has made before it sends a request: no treaty says so, and it takes the time that the instrument gives for one asked for later (UTC).
    /// Null: the instrument gives none.</summary>
    public DateTimeOffset? TranslationDue(string state, string instrument, DateTimeOffset from) =>
        Region.RuleIfAny(instrument, Clock.Translation, DayIn(state, from)) is { Length: > 0 } rule ? Time.Due(state, rule.Unit, rule.Length, from) : null;

    /// <summary>When a limit of a state's own law ends (UTC).</summary>
    /// <param name="state">The state.</param>
    /// <param name="code">Code of a row under subTimers of its profile, for example <c>ES-4</c>.</param>
    /// <param name="from">The event it runs from; the event that starts it again, where it does.</param>
    /// <param name="extended">True: what makes it longer has happened.</param>
    /// <exception cref="ArgumentException">The profile has no such row.</exception>
    public DateTimeOffset SubTimerDue(string state, string code, DateTimeOffset from, bool extended = false) =>
        Region.Profiles.GetValueOrDefault(state)?.SubTimers.FirstOrDefault(t => t.Code == code) is { } timer
            ? Time.Due(state, timer.Unit, timer.Length + (extended ? timer.Extension : 0), from)
            : throw new ArgumentException($"The profile of {state} has no row '{code}' under subTimers.", nameof(code));

    // The hub writes "place: what; fix." or "place: what. fix."
    static PreflightFinding FoundByTheHub(string finding, string article)
    {
        var colon = finding.IndexOf(": ", StringComparison.Ordinal);
        var (place, rest) = colon > 0 && finding.StartsWith('$') ? (finding[..colon], finding[(colon + 2)..]) : ("$", finding);
        var cut = rest.IndexOf("; ", StringComparison.Ordinal) is var at and >= 0 ? at : rest.IndexOf(". ", StringComparison.Ordinal);
        var (what, fix) = cut < 0 ? (rest, "") : (rest[..cut], rest[(cut + 2)..]);
        return new("hub", PreflightSeverity.Blocks, place, what.TrimEnd('.'), fix.TrimEnd('.'), article);
    }

    /// <summary>Decides what the passing of time means for one deadline: a reminder, expiry, a level of the ladder, the meaning of silence.</summary>
    /// <remarks>Any number of looks has the effect of one; a look that changes nothing gives back the very same request.</remarks>
    public Decision Look(Request request, Guid deadlineId, DateTimeOffset now) => ladder.Look(request, deadlineId, now);

    /// <summary>Follows what other requests have said to this one. To be asked before every other decision on it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="orders">All orders to it, also those it has followed before.</param>
    /// <param name="now">Now.</param>
    /// <returns>The very same request when there is nothing new.</returns>
    public Applied Follow(Request request, IReadOnlyList<Order> orders, DateTimeOffset now)
    {
        var moved = new Movement(request, now, this);
        foreach (var order in orders.OfType<HoldOrder>().OrderBy(o => o.At))
        {
            var last = moved.Request.Order;
            var isNew = last is null || order.At > last.At || order.At == last.At && order.FromId == last.FromId && order.Until != last.Until;
            // One dispute does not end the hold of another.
            if (!request.Closed && isNew && (order.Until is not null || order.FromId == last?.FromId))
                moved.Follow(order);
        }
        foreach (var order in orders.OfType<FollowUpOrder>().OrderBy(o => o.At))
            if (FollowUpConditions.RowFor(ProcedureOf(request), moved.Request, order) is { } row)
            {
                var from = moved.Request.State;
                moved.Facts.Add(new("FollowUp", row.ByHub!));
                moved.Take(row, new(moved.Request, null, null, Side.Requesting, now, this));
                if (moved.Request.State != from)
                    moved.Facts.Add(new("FollowUp", $"{from} -> {moved.Request.State}"));
            }
            else if (FollowUpConditions.Answered(moved.Request, order) is { } answered)
                moved.Answers(answered);
        foreach (var order in orders.OfType<CopyOrder>().OrderBy(o => o.At))
            if (HeldCopy.RowFor(ProcedureOf(request), moved.Request, order, c => new(moved.Request, null, c, Side.Requesting, now, this)) is var (row, confirmed))
            {
                var from = moved.Request.State;
                moved.Facts.Add(new("HeldCopy", $"holder {order.Holder}: {order.Done}"));
                moved.Take(row, new(moved.Request, null, confirmed, Side.Requesting, now, this));
                if (moved.Request.State != from)
                    moved.Facts.Add(new("HeldCopy", $"{from} -> {moved.Request.State}"));
            }
        var tell = new List<Telling>();
        foreach (var order in orders.OfType<AmountOrder>().OrderBy(o => o.At))
            if (AssetRecoveryConditions.IsNews(moved.Request, order)
                && ProcedureOf(request).Rows.FirstOrDefault(r => r.ByHub == AssetRecovery.ReducedElsewhere && r.From.Contains(moved.Request.State)) is { } row)
            {
                moved.Facts.Add(new("Amount", string.Create(CultureInfo.InvariantCulture, $"reduced in the request to {order.State}: still sought are {order.StillSought:0.##}")));
                moved.Take(row, new(moved.Request, null, order, Side.Requesting, now, this));
                tell = [.. SeatsOf(moved.Request).Select(seat => new Telling(seat, new ReducedAmountNotice
                {
                    ReducedIn = order.State,
                    StillSought = order.StillSought,
                    Currency = moved.Request.AssetRecovery!.Currency,
                    Standing = StandingFor(moved.Request, seat),
                }))];
            }
        return moved.Facts.Count == 0 ? new() { Request = request }
            : new() { Request = moved.Request, Tell = [.. tell, .. Told(moved.Request)], Facts = moved.Facts, Costs = moved.Costs, Orders = Orders(request, moved.Request, now) };
    }

    /// <summary>What the change of a request means for others.</summary>
    internal static IReadOnlyList<Order> Orders(Request before, Request after, DateTimeOffset at) =>
        [.. Dispute.Orders(before, after, at), .. FollowUpConditions.Orders(before, after, at), .. HeldCopy.Orders(before, after, at)];

    /// <summary>Tells every party how the request stands.</summary>
    internal IEnumerable<Telling> Told(Request request) => SeatsOf(request).Select(seat => new Telling(seat, new StatusReport { Standing = StandingFor(request, seat) }));

    /// <summary>Where the request stands, as one side sees it. Transport watches are not part of it.</summary>
    public Standing StandingFor(Request request, Seat seat)
    {
        var other = PartyOf(request, Across(request, seat));
        var isOut = MemberOf(request, seat) is { Out: true };
        var deadlines = new List<DeadlineStanding>(4);
        foreach (var deadline in request.Deadlines)
            // Who takes no part any longer is not told when the others act.
            if (deadline.Active && deadline.Kind == DeadlineKind.Procedure && (!isOut || deadline.Seat == seat))
                deadlines.Add(Standing(deadline));
        return new()
        {
            State = request.State,
            Since = request.Since,
            YourSide = seat.Side,
            YourMember = seat.Member,
            OtherState = other.State,
            OtherAuthority = other.Authority,
            Reference = request.Reference,
            YouMay = Allowed(request, seat),
            TheyMay = [.. Others(request, seat).SelectMany(s => Allowed(request, s)).Distinct()],
            Deadlines = deadlines,
            Members = isOut ? null
                : request.Members?.Select(m => new MemberStanding
                {
                    State = m.Party.State,
                    Authority = m.Party.Authority,
                    Status = m.Status,
                    // What is asked of a state is between it and the one that leads.
                    OnRequestId = seat.Member is null || seat.Member == m.Party.State ? m.OnRequestId : null,
                }).ToArray(),
            Level = LevelOf(request),
            Priority = request.Priority,
            Closed = request.Closed,
        };
    }

    /// <summary>The side a state has in the request; null: it has none.</summary>
    public static Side? SideOf(Request request, string state) => SeatOf(request, state)?.Side;

    /// <summary>The place a state has in the request, also when it takes part no longer; null: it has none.</summary>
    public static Seat? SeatOf(Request request, string state) =>
        request.Requesting.State == state ? Side.Requesting
        : request.Members is { } members ? members.Any(m => m.Party.State == state) ? new(Side.Requested, state) : null
        : request.Requested.State == state ? Side.Requested
        : request.Neutral?.State == state ? Side.Neutral : null;

    /// <summary>The places of the request: two, three in a dispute, or the one that leads and every member that takes part.</summary>
    public static IReadOnlyList<Seat> SeatsOf(Request request) =>
        request.Members is { } members ? [Side.Requesting, .. members.Where(m => !m.Out).Select(m => new Seat(Side.Requested, m.Party.State))]
        : request.Neutral is null ? TwoSeats : ThreeSeats;

    /// <summary>The places besides one.</summary>
    public static IEnumerable<Seat> Others(Request request, Seat seat) => SeatsOf(request).Where(s => s != seat);

    /// <summary>The party at a place.</summary>
    public static Party PartyOf(Request request, Seat seat) =>
        MemberOf(request, seat) is { } member ? member.Party
        : seat.Side switch
        {
            Side.Requesting => request.Requesting,
            Side.Requested => request.Requested,
            _ => request.Neutral ?? throw new ArgumentException("The request has two sides.", nameof(seat)),
        };

    /// <summary>The member at a place. Null: it is none of a member.</summary>
    internal static Member? MemberOf(Request request, Seat seat) =>
        seat.Member is { } state ? request.Members?.FirstOrDefault(m => m.Party.State == state) : null;

    /// <summary>Level of the ladder the request has reached, 0 to 9: by its running limits, or by its course as a dispute. A lawful pause freezes a limit, and its
    /// level does not count meanwhile.</summary>
    public int LevelOf(Request request)
    {
        var level = StateOf(request).Level;
        foreach (var deadline in request.Deadlines)
            if (deadline is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure })
                level = Math.Max(level, deadline.Level);
        return level;
    }

    /// <summary>The acts a party may make now.</summary>
    public IReadOnlyList<string> Allowed(Request request, Seat seat) => ProcedureOf(request).Allowed(request, seat);

    /// <summary>Each day (each day's hours, for an hour rule) from the start of a deadline to its end: counted or not, and why.</summary>
    /// <exception cref="ArgumentException">The request has no such deadline.</exception>
    public IReadOnlyList<CountedDay> Explain(Request request, Guid deadlineId) => Time.Explain(
        request.Deadlines.FirstOrDefault(d => d.Id == deadlineId)
            ?? throw new ArgumentException($"Request {request.Id} has no deadline {deadlineId}.", nameof(deadlineId)));

    /// <summary>The day with which a limit ends, in the zone of its rule. Null: it ends at an instant, or is held.</summary>
    public DateOnly? LegalDay(Deadline deadline) => Time.LegalDay(deadline);

    /// <summary>How many of the days of a limit have begun, by the calendars of its rule. Null: it is counted in hours, or is held.</summary>
    public DaysCounted? DaysOf(Deadline deadline, DateTimeOffset now) => Time.DaysOf(deadline, now);

    /// <summary>Whose turn it is, what is due, what would move it: one sentence and its facts, without personal data.</summary>
    public Why WhyItStands(Request request, DateTimeOffset now) => Reasons.For(request, this, ProcedureOf(request), now);

    static readonly Seat[] TwoSeats = [Side.Requesting, Side.Requested];

    static readonly Seat[] ThreeSeats = [Side.Requesting, Side.Requested, Side.Neutral];

    /// <summary>The side across the table: for the region's body, the one that complains.</summary>
    internal static Side Other(Side side) => side == Side.Requesting ? Side.Requested : Side.Requesting;

    /// <summary>The place across the table: for a member the one that leads, for the one that leads the first member that takes part.</summary>
    internal static Seat Across(Request request, Seat seat) =>
        request.Members is not null && seat.Side == Side.Requesting ? Others(request, seat).FirstOrDefault(Side.Requested) : Other(seat.Side);

    internal Procedure ProcedureOf(Request request) => procedures[request.Procedure];

    internal StateOfProcedure StateOf(Request request) => ProcedureOf(request).State(request.State);

    internal Row? RowForSilence(Request request, Deadline deadline) => ProcedureOf(request).ForSilence(request, deadline.Clock, deadline.Seat);

    /// <summary>The time rule of a clock: the row that was in force when the request was first received.</summary>
    internal TimeRule RuleFor(Request request, Clock clock) =>
        RuleIfAny(request, clock)
            ?? throw new InvalidOperationException($"No time rule sets the clock {clock} for {request.Instrument}. Add a row to time-rules/.");

    /// <summary>The same; null: the instrument has none.</summary>
    internal TimeRule? RuleIfAny(Request request, Clock clock) =>
        Region.RuleIfAny(request.Instrument, clock, DateOnly.FromDateTime(request.FirstReceivedAt.UtcDateTime), [.. request.Measures.Select(m => m.Kind)]);

    /// <summary>Who bears a kind of cost of a request: as the catalogue says, or what the profile of the requested state says instead.</summary>
    public CostRule CostRuleFor(Request request, CostKind kind)
    {
        var rule = Region.Catalogue.Costs[kind];
        var opening = request.Acts is [var first, ..] ? first.Type : "";
        return Region.Profiles.GetValueOrDefault(request.Requested.State)?.Costs
            .FirstOrDefault(c => c.Kind == kind && c.Serves(request.Procedure, opening, request.Instrument)) is { } own
            ? rule with { Title = own.Title, Bearer = own.Bearer, Article = own.Article, Source = own.Source, Verified = own.Verified }
            : rule;
    }

    internal static DeadlineStanding Standing(Deadline deadline) => new()
    {
        RuleId = deadline.RuleId,
        Title = deadline.Title,
        Article = deadline.Article,
        Verified = deadline.Verified,
        OnWhom = deadline.OnWhom,
        Member = deadline.Member,
        Started = deadline.Started,
        Due = deadline.Status == DeadlineStatus.Held ? null : deadline.Due,
        HeldSince = deadline.HeldSince,
        HoldReason = deadline.HoldReason,
        Level = deadline.Level,
        AtHome = deadline.AtHome,
    };

    Decision Open(Act act, object content, DateTimeOffset receivedAt)
    {
        if (content is not IOpening opening || procedures.Values.FirstOrDefault(p => p.Opens(act.Type)) is not { } procedure)
            return Refuse(null, act, RefusalCode.UnknownRequest, NoSuchRequest);
        var header = act.Header;
        if (WrongHeader(header) is { } wrong)
            return Refuse(null, act, wrong.Code, wrong.Reason);
        if (header.Sender.State == header.Receiver.State)
            return Refuse(null, act, RefusalCode.InvalidContent, "$.header.receiver.state: is the sender's own; address another state.");
        var request = Begin(header, opening, procedure, receivedAt);
        if (Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, receivedAt)) is { } findings)
            return Refuse(null, act, RefusalCode.InvalidContent, findings);
        return Take(request, null, act, content, Side.Requesting, receivedAt, procedure.For(Row.Outside, act.Type).ToArray(), []);
    }

    Request Begin(ActHeader header, IOpening opening, Procedure procedure, DateTimeOffset at) =>
        new()
        {
            Id = header.RequestId,
            Procedure = procedure.Name,
            RulesVersion = Region.Version,
            Instrument = opening.Instrument,
            Reference = opening.Reference,
            Requesting = header.Sender,
            Requested = header.Receiver,
            Members = opening is IMultilateralOpening { Members: var others }
                ? [.. others.Prepend(header.Receiver).Select(p => new Member { Party = p })] : null,
            CaseGroupId = header.CaseGroupId,
            Priority = header.Priority,
            Exercise = header.Exercise,
            State = Row.Outside,
            Since = at,
            FirstReceivedAt = at,
            CompetentSince = at,
        };

    Decision Continue(Request request, Act act, object content, DateTimeOffset receivedAt, IReadOnlyList<Request> group)
    {
        var header = act.Header;
        var procedure = ProcedureOf(request);
        var rows = procedure.For(request.State, act.Type);
        if (rows.IsEmpty && content is IOpening && !procedure.GoesOnWith(act.Type))
            return Refuse(request, act, RefusalCode.RequestExists, "$.header.requestId: a request with this id exists; a new request takes a new id.");
        // To a state that has no part in it, the request does not exist.
        if (SeatOf(request, header.Sender.State) is not { } seat)
            return new Refused
            {
                Code = RefusalCode.UnknownRequest,
                Reason = NoSuchRequest,
                WouldBeAccepted = Acts.Openings,
            };
        if (WrongHeader(header) is { } wrong)
            return Refuse(request, act, wrong.Code, wrong.Reason);
        if (SeatOf(request, header.Receiver.State) is not { } receiver || receiver == seat)
            return Refuse(request, act, RefusalCode.InvalidContent,
                $"$.header.receiver.state: the other side of this request is "
                    + $"{string.Join(" or ", Others(request, seat).Select(s => PartyOf(request, s).State))}; address it.");
        if (header.Exercise != request.Exercise)
            return Refuse(request, act, RefusalCode.InvalidContent,
                $"$.header.exercise: the request is {(request.Exercise ? "part of a drill" : "a live one")}; write {(request.Exercise ? "true" : "false")}.");

        var open = new List<Row>(rows.Length);
        Fact? failing = null;
        foreach (var row in rows)
            if (row.IsBy(seat.Side))
            {
                if (row.FailingFact(request, seat) is { } fact)
                    failing = fact;
                else
                    open.Add(row);
            }
        if (open.Count == 0)
            return failing is not null ? Refuse(request, act, failing.Code, failing.Otherwise)
                : procedure.MakerOf(act.Type) is { } maker && maker != seat.Side
                    ? Refuse(request, act, RefusalCode.NotYours,
                        $"{act.Type} is an act of the {Word(maker)} side ({PartyOf(request, maker).State}); this is the {Word(seat.Side)} side.")
                : Refuse(request, act, RefusalCode.NotNow,
                    $"The request is {request.State} ({procedure.State(request.State).Title}); that does not allow {act.Type}.");
        if (Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, receivedAt)) is { } findings)
            return Refuse(request, act, RefusalCode.InvalidContent, findings);
        return Take(request, request, act, content, seat, receivedAt, open, group);
    }

    Decision Take(
        Request request, Request? before, Act act, object content, Seat by, DateTimeOffset receivedAt, IReadOnlyList<Row> open, IReadOnlyList<Request> group)
    {
        var situation = new Situation(request, act.Header, content, by, receivedAt, this) { Group = group };
        foreach (var row in open)
            if (row.IsChosen(situation))
            {
                foreach (var guard in row.Guards)
                    if (guard.Broken(situation) is { } broken)
                        return Refuse(before, act, guard.Code, broken);
                return Apply(request, act, row, situation);
            }
        throw new InvalidOperationException($"No row of {request.Procedure} is chosen for {act.Type} in {request.State}: the table has a gap.");
    }

    Applied Apply(Request request, Act act, Row row, Situation situation)
    {
        var moved = new Movement(request, situation.At, this);
        moved.Take(row, situation);
        var by = situation.Seat;
        // Also whoever this act puts out of the request, or brings into it, hears of it.
        List<Seat> receivers = row.ToReceiver && SeatOf(request, act.Header.Receiver.State) is { } alone ? [alone]
            : [.. Others(request, by).Union(Others(moved.Request, by))];
        var receipt = act.Type == nameof(ReceiptGiven);
        var asked = act.Type == nameof(StatusAsked);
        moved.Facts.Insert(0, new("Act", $"{act.Type} by the {Word(by.Side)} side ({PartyOf(request, by).State}): "
            + (moved.Request.State == request.State ? $"{request.State} stays"
                : request.State == Row.Outside ? $"opened as {moved.Request.State}"
                : $"{request.State} -> {moved.Request.State}")));
        if (row.ToSecretariat is { } what)
            moved.Facts.Add(new("Secretariat", $"{Region.Secretariat.Code} is told: {what(situation)}"));
        var tell = new List<Telling>(1);
        if (receipt)
            tell.AddRange(moved.TakeReceipt(situation.As<ReceiptGiven>(), by));
        else if (!asked)
        {
            moved.Made(new(act.Header.ActId, act.Type, by.Side, situation.At)
            {
                Member = by.Member,
                ReachedStates = request.Members is null && !row.ToReceiver ? null
                    : receivers.ToDictionary(r => PartyOf(moved.Request, r).State, _ => ReceiptStage.Accepted),
            });
            foreach (var receiver in receivers)
                moved.Watch(act.Header.ActId, receiver);
        }
        if (asked)
            tell.Add(new(by, new StatusReport { Standing = StandingFor(moved.Request, by) }));
        tell.AddRange(ladder.LevelReached(request, moved));
        IReadOnlyList<Applied> opened = row.OpensDispute && situation.As<DisputeRaised>() is var dispute
            ? [ladder.OpenDispute(
                moved, by, SeatOf(request, act.Header.Receiver.State) ?? Across(request, by), act.Header.ActId, dispute.Article, dispute.Claim, situation.At, dispute.Relief,
                dispute.AlsoAbout.Count > 0 ? dispute.AlsoAbout : null)]
            : [];
        return new()
        {
            Request = moved.Request,
            ForwardTo = row.Forward ? receivers : [],
            Tell = tell,
            Facts = moved.Facts,
            Costs = moved.Costs,
            Opened = row.AsksHolders ? [.. opened, .. HeldCopy.Opened(request, moved.Request, situation.At, this)] : opened,
            Orders = [.. Orders(request, moved.Request, situation.At), .. AssetRecoveryConditions.Orders(request, moved.Request, situation.Group, situation.At)],
        };
    }

    (RefusalCode Code, string Reason)? WrongHeader(ActHeader header)
    {
        foreach (var (party, path) in new[] { (header.Sender, "sender"), (header.Receiver, "receiver") })
        {
            if (!Region.States.TryGetValue(party.State, out var state))
                return (path == "sender" ? RefusalCode.InvalidContent : RefusalCode.NotDesignated,
                    $"$.header.{path}.state: not a state of the region; write one of {string.Join(", ", Region.States.Keys.Order())}.");
            if (!state.Authorities.Any(a => a.Code == party.Authority))
                return (path == "sender" ? RefusalCode.InvalidContent : RefusalCode.NotDesignated,
                    $"$.header.{path}.authority: not an authority of {party.State}; in the register: "
                        + $"{string.Join(", ", state.Authorities.Where(a => a.To is null).Select(a => $"{a.Code} ({a.Name})"))}.");
        }
        return null;
    }

    Refused Refuse(Request? request, Act act, RefusalCode code, string reason) =>
        new() { Code = code, Reason = reason, WouldBeAccepted = WouldBeAccepted(request, act) };

    IReadOnlyList<string> WouldBeAccepted(Request? request, Act act) =>
        request is null ? Acts.Openings
        : SeatOf(request, act.Header.Sender.State) is { } seat ? Allowed(request, seat)
        : [];

    static readonly string NoSuchRequest = $"$.header.requestId: the hub knows no request with this id; a request begins with {string.Join(", ", Acts.Openings)}.";

    // The reader's message names the field and never repeats a value.
    static string Unreadable(string type, JsonException e) =>
        string.Create(CultureInfo.InvariantCulture, $"$.open{(e.Path is { Length: > 1 } path ? path[1..] : "")}: cannot be read as {type}; {e.Message}");

    /// <summary>Whoever may use a ground for refusal, in words that an article goes before.</summary>
    public static string Word(Decider decider) => decider switch
    {
        Decider.Court => "court",
        Decider.Executive => "government",
        Decider.Authority => "executing authority",
        _ => "provider",
    };

    internal static string Word(Side side) => side switch { Side.Requesting => "requesting", Side.Requested => "requested", _ => "neutral" };
}

/// <summary>One row of the procedure.</summary>
/// <param name="From">The states it starts from.</param>
/// <param name="Act">The act, or the clock whose silence moves it.</param>
/// <param name="By">Who makes it: Requesting, Requested, Either or Hub.</param>
/// <param name="Conditions">When this row applies: all of them hold.</param>
/// <param name="Requires">What it requires besides; without it the act is refused.</param>
/// <param name="To">The state that follows.</param>
/// <param name="Times">Time rules met, started, held, resumed, reset.</param>
/// <param name="Told">Who is told.</param>
/// <param name="Article">The article.</param>
public sealed record TableRow(
    string From, string Act, string By, IReadOnlyList<string> Conditions, IReadOnlyList<string> Requires, string To, IReadOnlyList<string> Times, string Told, string Article)
{
    /// <summary>When this row applies and what it requires, in one cell.</summary>
    public string Condition =>
        Conditions.Count + Requires.Count == 0 ? "-" : string.Join(", ", Requires.Count == 0 ? Conditions : Conditions.Append($"requires: {string.Join("; ", Requires)}"));

    /// <summary>The time rules in one cell.</summary>
    public string Time => Times.Count == 0 ? "-" : string.Join(", ", Times);
}

/// <summary>How far the days of a limit have run.</summary>
/// <param name="Begun">Days that count and have begun, today among them.</param>
/// <param name="All">Days that count, with those it was extended by.</param>
/// <param name="Working">True: only working days count.</param>
public sealed record DaysCounted(int Begun, int All, bool Working)
{
    /// <summary>Days that count and are still to begin; 0 on the last day and after it.</summary>
    public int Left => All - Begun;
}

/// <summary>One day of a deadline.</summary>
/// <param name="Day">The day in the zone of the rule.</param>
/// <param name="Counted">True: it counts.</param>
/// <param name="Number">Its number among the counted, from 1.</param>
/// <param name="Hours">Hours of this day that count, for hour rules.</param>
/// <param name="Why">Why it counts or not.</param>
public sealed record CountedDay(DateOnly Day, bool Counted, int? Number, decimal? Hours, string Why)
{
    /// <summary>What it adds, as people read it: its hours for an hour rule, else its number. Empty: nothing.</summary>
    public string Adds => Hours?.ToString("0.##", CultureInfo.InvariantCulture) ?? Number?.ToString(CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Why a request stands where it stands.</summary>
public sealed record Why
{
    /// <summary>The whole answer in one sentence, in English.</summary>
    public required string Sentence { get; init; }

    /// <summary>The same as codes with what stands in them, for those who read another language.</summary>
    [JsonIgnore]
    public IReadOnlyList<Sentence> Says { get; init; } = [];

    /// <summary>Whose turn it is. Null: nobody's.</summary>
    public Side? Turn { get; init; }

    /// <summary>The state whose turn it is. Null: nobody's.</summary>
    public string? TurnState { get; init; }

    /// <summary>The deadline that comes first, or has passed longest. Null: none runs.</summary>
    public Guid? DeadlineId { get; init; }

    /// <summary>How late it is. Null: nothing is late.</summary>
    public TimeSpan? Late { get; init; }

    /// <summary>The facts behind the sentence, one line each, in English.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>The facts as codes.</summary>
    [JsonIgnore]
    public IReadOnlyList<Sentence> SaysOfFacts { get; init; } = [];

    /// <summary>Acts that would move the request on, as <c>state: act</c>.</summary>
    public required IReadOnlyList<string> WouldMoveIt { get; init; }
}
