using System.Globalization;
using System.Text.Json;
using LiaisonHub.Casework.Escalation;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework;

/// <summary>What the law says of a request. Pure: the same request, act and instant always give the same decision. Safe to use from several threads.</summary>
public sealed class Rules
{
    readonly Procedure procedure = MutualAssistance.Table;
    readonly Ladder ladder;

    /// <summary>Rules over a region's data.</summary>
    public Rules(Region region)
    {
        Region = region;
        Time = new(region);
        ladder = new(this);
        Rows = Sheet.Rows(procedure, region);
        States = [.. procedure.States.Select(s => s.Name)];
    }

    /// <summary>The region the rules were made for.</summary>
    public Region Region { get; }

    /// <summary>The names of all states of the procedure, in the order of the table.</summary>
    public IReadOnlyList<string> States { get; }

    /// <summary>The procedure, one row for each thing that can happen: the text twin of <see cref="Diagram"/>.</summary>
    public IReadOnlyList<TableRow> Rows { get; }

    internal Timekeeper Time { get; }

    /// <summary>The rows that start from a state: what may still come there.</summary>
    public IReadOnlyList<TableRow> RowsFrom(string state) => [.. procedure.Rows.Zip(Rows).Where(p => p.First.From.Contains(state)).Select(p => p.Second)];

    /// <summary>What a state means, in words; its name where the procedure has no such state.</summary>
    public string Meaning(string state) => procedure.States.FirstOrDefault(s => s.Name == state)?.Title ?? state;

    /// <summary>Decides what an act means for a request.</summary>
    /// <param name="request">The request; null when the hub knows none with this id. Only <see cref="RequestSubmitted"/> opens one.</param>
    /// <param name="act">The act. Its signature has been checked, and that the sender's state signed it.</param>
    /// <param name="receivedAt">When the hub received it (UTC): legal time runs from here.</param>
    public Decision Decide(Request? request, Act act, DateTimeOffset receivedAt)
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
        return request is null ? Open(act, content, receivedAt) : Continue(request, act, content, receivedAt);
    }

    /// <summary>What the hub would find wrong with the open part of an act, for whoever is writing it: the same words, a finding for each field.</summary>
    /// <remarks>Where the request stands is not looked at.</remarks>
    /// <param name="content">The open part, a record of the contract.</param>
    /// <param name="request">The request as far as it is known to the side that asks.</param>
    /// <param name="at">When the act would arrive (UTC).</param>
    /// <returns>Null: nothing.</returns>
    public string? ContentProblem(object content, Request request, DateTimeOffset at) =>
        Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, at));

    /// <summary>Decides what the passing of time means for one deadline: a reminder, expiry, a level of the ladder, the meaning of silence.</summary>
    /// <remarks>Any number of looks has the effect of one; a look that changes nothing gives back the very same request.</remarks>
    public Decision Look(Request request, Guid deadlineId, DateTimeOffset now) => ladder.Look(request, deadlineId, now);

    /// <summary>Where the request stands, as one side sees it. Transport watches are not part of it.</summary>
    public Standing StandingFor(Request request, Side side)
    {
        var deadlines = new List<DeadlineStanding>(4);
        var level = 0;
        foreach (var deadline in request.Deadlines)
            if (deadline.Active && deadline.Kind == DeadlineKind.Procedure)
            {
                deadlines.Add(Standing(deadline));
                level = Math.Max(level, deadline.Status == DeadlineStatus.Running ? deadline.Level : 0);
            }
        return new()
        {
            State = request.State,
            Since = request.Since,
            YourSide = side,
            OtherState = side == Side.Requesting ? request.Requested.State : request.Requesting.State,
            Reference = request.Reference,
            YouMay = procedure.Allowed(request, side),
            TheyMay = procedure.Allowed(request, Other(side)),
            Deadlines = deadlines,
            Level = level,
            Closed = request.Closed,
        };
    }

    /// <summary>The side a state has in the request; null: it has none.</summary>
    public static Side? SideOf(Request request, string state) =>
        request.Requesting.State == state ? Side.Requesting : request.Requested.State == state ? Side.Requested : null;

    /// <summary>The acts a side may make now.</summary>
    public IReadOnlyList<string> Allowed(Request request, Side side) => procedure.Allowed(request, side);

    /// <summary>Each day (each day's hours, for an hour rule) from the start of a deadline to its end: counted or not, and why.</summary>
    /// <exception cref="ArgumentException">The request has no such deadline.</exception>
    public IReadOnlyList<CountedDay> Explain(Request request, Guid deadlineId) => Time.Explain(
        request.Deadlines.FirstOrDefault(d => d.Id == deadlineId)
            ?? throw new ArgumentException($"Request {request.Id} has no deadline {deadlineId}.", nameof(deadlineId)));

    /// <summary>The procedure as an SVG, drawn from the table, the state of the request marked. Null: no state marked.</summary>
    public string Diagram(Request? request) => Drawing.Svg(procedure, request?.State);

    /// <summary>The procedure as a page to read and print (Markdown): states, diagram, table, time rules. Made from the table and the catalogue.</summary>
    public string ProcedureSheet() => Sheet.Markdown(procedure, Region, Rows);

    /// <summary>Whose turn it is, what is due, what would move it: one sentence and its facts, without personal data.</summary>
    public Why WhyItStands(Request request, DateTimeOffset now) => Reasons.For(request, this, procedure, now);

    internal static Side Other(Side side) => side == Side.Requesting ? Side.Requested : Side.Requesting;

    internal static Party PartyOf(Request request, Side side) => side == Side.Requesting ? request.Requesting : request.Requested;

    internal StateOfProcedure StateOf(Request request) => procedure.State(request.State);

    internal Row? RowForSilence(Request request, Clock clock) => procedure.ForSilence(request.State, clock);

    /// <summary>The time rule of a clock: the row that was in force when the request was first received.</summary>
    internal TimeRule RuleFor(Request request, Clock clock) =>
        Region.Rule(request.Instrument, clock, DateOnly.FromDateTime(request.FirstReceivedAt.UtcDateTime));

    internal static DeadlineStanding Standing(Deadline deadline) => new()
    {
        RuleId = deadline.RuleId,
        Title = deadline.Title,
        Article = deadline.Article,
        Verified = deadline.Verified,
        OnWhom = deadline.OnWhom,
        Started = deadline.Started,
        Due = deadline.Status == DeadlineStatus.Held ? null : deadline.Due,
        HeldSince = deadline.HeldSince,
        HoldReason = deadline.HoldReason,
        Level = deadline.Level,
    };

    Decision Open(Act act, object content, DateTimeOffset receivedAt)
    {
        if (content is not RequestSubmitted submitted)
            return Refuse(null, act, RefusalCode.UnknownRequest,
                "$.header.requestId: the hub knows no request with this id; a request begins with RequestSubmitted.");
        var header = act.Header;
        if (WrongHeader(header) is { } wrong)
            return Refuse(null, act, wrong.Code, wrong.Reason);
        if (header.Sender.State == header.Receiver.State)
            return Refuse(null, act, RefusalCode.InvalidContent, "$.header.receiver.state: is the sender's own; address another state.");
        var request = new Request
        {
            Id = header.RequestId,
            Procedure = procedure.Name,
            RulesVersion = Region.Version,
            Instrument = submitted.Instrument,
            Reference = submitted.Reference,
            Requesting = header.Sender,
            Requested = header.Receiver,
            CaseGroupId = header.CaseGroupId,
            Priority = header.Priority,
            Exercise = header.Exercise,
            State = Row.Outside,
            Since = receivedAt,
            FirstReceivedAt = receivedAt,
            CompetentSince = receivedAt,
        };
        if (Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, receivedAt)) is { } findings)
            return Refuse(null, act, RefusalCode.InvalidContent, findings);
        request = MutualAssistanceConditions.Stated(request, submitted);
        return Take(request, null, act, content, Side.Requesting, receivedAt, procedure.For(Row.Outside, act.Type).ToArray());
    }

    Decision Continue(Request request, Act act, object content, DateTimeOffset receivedAt)
    {
        var header = act.Header;
        if (content is RequestSubmitted)
            return Refuse(request, act, RefusalCode.RequestExists, "$.header.requestId: a request with this id exists; a new request takes a new id.");
        // To a state that has no part in it, the request does not exist.
        if (SideOf(request, header.Sender.State) is not { } side)
            return new Refused
            {
                Code = RefusalCode.UnknownRequest,
                Reason = "$.header.requestId: the hub knows no request with this id; a request begins with RequestSubmitted.",
                WouldBeAccepted = [nameof(RequestSubmitted)],
            };
        if (WrongHeader(header) is { } wrong)
            return Refuse(request, act, wrong.Code, wrong.Reason);
        var other = PartyOf(request, Other(side));
        if (header.Receiver.State != other.State)
            return Refuse(request, act, RefusalCode.InvalidContent, $"$.header.receiver.state: the other side of this request is {other.State}; address it.");
        if (header.Exercise != request.Exercise)
            return Refuse(request, act, RefusalCode.InvalidContent,
                $"$.header.exercise: the request is {(request.Exercise ? "part of a drill" : "a live one")}; write {(request.Exercise ? "true" : "false")}.");

        var rows = procedure.For(request.State, act.Type);
        var open = new List<Row>(rows.Length);
        Fact? failing = null;
        foreach (var row in rows)
            if (row.IsBy(side))
            {
                if (row.FailingFact(request, side) is { } fact)
                    failing = fact;
                else
                    open.Add(row);
            }
        if (open.Count == 0)
            return failing is not null ? Refuse(request, act, failing.Code, failing.Otherwise)
                : procedure.MakerOf(act.Type) is { } maker && maker != side
                    ? Refuse(request, act, RefusalCode.NotYours,
                        $"{act.Type} is an act of the {Word(maker)} side ({PartyOf(request, maker).State}); this side is the {Word(side)} one.")
                : Refuse(request, act, RefusalCode.NotNow,
                    $"The request is {request.State} ({procedure.State(request.State).Title}); that does not allow {act.Type}.");
        if (Content.Wrong(content, request, Region, Time.DayIn(request.Requested.State, receivedAt)) is { } findings)
            return Refuse(request, act, RefusalCode.InvalidContent, findings);
        return Take(request, request, act, content, side, receivedAt, open);
    }

    Decision Take(Request request, Request? before, Act act, object content, Side side, DateTimeOffset receivedAt, IReadOnlyList<Row> open)
    {
        var situation = new Situation(request, act.Header, content, side, receivedAt, this);
        foreach (var row in open)
            if (row.IsChosen(situation))
            {
                foreach (var guard in row.Guards)
                    if (guard.Broken(situation) is { } broken)
                        return Refuse(before, act, guard.Code, broken);
                return Apply(request, act, row, situation);
            }
        throw new InvalidOperationException($"No row of {procedure.Name} is chosen for {act.Type} in {request.State}: the table has a gap.");
    }

    Applied Apply(Request request, Act act, Row row, Situation situation)
    {
        var moved = new Movement(request, situation.At, this);
        moved.Take(row, situation);
        var by = situation.By;
        var receipt = act.Type == nameof(ReceiptGiven);
        var asked = act.Type == nameof(StatusAsked);
        moved.Facts.Insert(0, new("Act", $"{act.Type} by the {Word(by)} side ({PartyOf(request, by).State}): "
            + (moved.Request.State == request.State ? $"{request.State} stays"
                : request.State == Row.Outside ? $"opened as {moved.Request.State}"
                : $"{request.State} -> {moved.Request.State}")));
        var tell = new List<Telling>(1);
        if (receipt)
            tell.AddRange(moved.TakeReceipt(situation.As<ReceiptGiven>(), by));
        else if (!asked)
        {
            moved.Made(new(act.Header.ActId, act.Type, by, situation.At));
            moved.Watch(act.Header.ActId, Other(by));
        }
        if (asked)
            tell.Add(new(by, new StatusReport { Standing = StandingFor(moved.Request, by) }));
        return new() { Request = moved.Request, Forward = row.Forward, Tell = tell, Facts = moved.Facts };
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
        request is null ? [nameof(RequestSubmitted)]
        : SideOf(request, act.Header.Sender.State) is { } side ? procedure.Allowed(request, side)
        : [];

    // The reader's message names the field and never repeats a value.
    static string Unreadable(string type, JsonException e) =>
        string.Create(CultureInfo.InvariantCulture, $"$.open{(e.Path is { Length: > 1 } path ? path[1..] : "")}: cannot be read as {type}; {e.Message}");

    internal static string Word(Side side) => side == Side.Requesting ? "requesting" : "requested";
}

/// <summary>One row of the procedure.</summary>
/// <param name="From">The states it starts from.</param>
/// <param name="Act">The act, or the clock whose silence moves it.</param>
/// <param name="By">Who makes it: Requesting, Requested, Either or Hub.</param>
/// <param name="Condition">When this row applies and what it requires.</param>
/// <param name="To">The state that follows.</param>
/// <param name="Time">Time rules met, started, held, resumed, reset.</param>
/// <param name="Told">Who is told.</param>
/// <param name="Article">The article.</param>
public sealed record TableRow(string From, string Act, string By, string Condition, string To, string Time, string Told, string Article);

/// <summary>One day of a deadline.</summary>
/// <param name="Day">The day in the zone of the rule.</param>
/// <param name="Counted">True: it counts.</param>
/// <param name="Number">Its number among the counted, from 1.</param>
/// <param name="Hours">Hours of this day that count, for hour rules.</param>
/// <param name="Why">Why it counts or not.</param>
public sealed record CountedDay(DateOnly Day, bool Counted, int? Number, decimal? Hours, string Why);

/// <summary>Why a request stands where it stands.</summary>
public sealed record Why
{
    /// <summary>The whole answer in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Whose turn it is. Null: nobody's.</summary>
    public Side? Turn { get; init; }

    /// <summary>The deadline that comes first, or has passed longest. Null: none runs.</summary>
    public Guid? DeadlineId { get; init; }

    /// <summary>How late it is. Null: nothing is late.</summary>
    public TimeSpan? Late { get; init; }

    /// <summary>The facts behind the sentence, one line each.</summary>
    public required IReadOnlyList<string> Facts { get; init; }

    /// <summary>Acts that would move the request on, as <c>state: act</c>.</summary>
    public required IReadOnlyList<string> WouldMoveIt { get; init; }
}
