using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiaisonHub.Coordinator;

/// <summary>
/// The host of every request: loads the row, asks the procedure what the act or the passing of time means, and hands back what must be written and told. All law is in <see cref="Rules"/>;
/// all writing is the group's.
/// </summary>
public sealed partial class RequestSaga(LoadedWork loaded, Rules rules, TimeProvider time, ILogger<RequestSaga> log)
    : WorkSaga(loaded), InitiatedByOrOrchestrates<ActTaken>, InitiatedByOrOrchestrates<DeadlineLookedAt>
{
    readonly List<NoticeDraft> notices = [];
    readonly List<LedgerLeaf> leaves = [];
    readonly List<JournalDecision> decisions = [];
    readonly List<ReceiptRow> receipts = [];
    readonly List<DocumentRow> documents = [];
    readonly List<CostRow> costs = [];
    readonly List<Change> opened = [];
    readonly List<OrderRow> orders = [];
    readonly List<string> names = [];
    readonly Request? before = loaded.Request is { } row ? Request.Read(row.Body) : null;
    Request? request;
    string? trace;

    /// <summary>MassTransit wants to see this constructor on every saga. It is never called: the repository always makes an instance with its rows.</summary>
    public RequestSaga(Guid correlationId)
        : this(new LoadedWork { Work = new Work { RequestId = correlationId } }, null!, null!, null!)
    {
    }

    /// <summary>An act of the journal has its turn, and after it those that had overtaken it.</summary>
    public Task Consume(ConsumeContext<ActTaken> context)
    {
        if (Loaded.Journal is not { } journal)
            return Task.CompletedTask; // No such row in this database: the message is from another one, and a row is the only truth.
        using var activity = LiaisonTelemetry.Follow("decide " + journal.ActType, ActivityKind.Internal, journal.TraceParent);
        trace = activity?.Id ?? journal.TraceParent;
        FollowOrders();
        if (journal.DecidedAt != null)
        {
            if (context.Message.Again)
                AnswerAgain(journal);
        }
        else
            Decide(journal, patienceOver: context.Message.PatienceOver);
        Finish();
        return Task.CompletedTask;
    }

    /// <summary>How an act of the journal would be decided now. Nothing is written and nobody is told. Null: there is no such row.</summary>
    internal static JournalDecision? Foresee(LoadedWork loaded, Rules rules, TimeProvider time, bool patienceOver)
    {
        if (loaded.Journal is not { } journal)
            return null;
        var saga = new RequestSaga(loaded, rules, time, NullLogger<RequestSaga>.Instance);
        saga.FollowOrders();
        saga.Decide(journal, patienceOver);
        return saga.decisions.Find(d => d.JournalId == journal.JournalId);
    }

    /// <summary>The clock brings a deadline. A claim that was taken over by another clock, or a deadline that has moved since, has no effect.</summary>
    public Task Consume(ConsumeContext<DeadlineLookedAt> context)
    {
        var now = time.GetUtcNow();
        if (before == null || Loaded.Deadline is not { } deadline || deadline.Epoch != context.Message.Epoch)
            return Task.CompletedTask;
        if (deadline.LookAt is not { } lookAt || lookAt > now)
        {
            // It has moved since it was claimed. The claim is given back, or the limit would wait for the end of the lease when its new time comes.
            Outcome = new(new Change { Work = Loaded.Work }, []);
            return Task.CompletedTask;
        }
        using var activity = LiaisonTelemetry.Source.StartActivity("look at " + deadline.RuleId, ActivityKind.Internal);
        trace = activity?.Id;
        FollowOrders();
        var stands = request!;
        var looked = (Applied)rules.Look(stands, deadline.DeadlineId, now);
        if (!ReferenceEquals(looked.Request, stands))
            Follow(looked, $"{deadline.DeadlineId:N}/{lookAt.UtcTicks}", now);
        else if (ReferenceEquals(stands, before))
        {
            // Woken by an order that concerned other limits: the row goes back to its own time.
            if (before.Deadlines.FirstOrDefault(d => d.Id == deadline.DeadlineId) is { } own && (own.LookAt is not { } due || due > now))
                Outcome = new(new Change { Work = Loaded.Work, Deadlines = [Row(before, own, own.Status)] }, []);
            else
                LookedInVain(log, deadline.DeadlineId, deadline.RuleId);
            return Task.CompletedTask;
        }
        Finish();
        return Task.CompletedTask;
    }

    // Whatever comes next is decided on limits that stand as a dispute has ordered.
    void FollowOrders()
    {
        request = before;
        if (before == null || Loaded.Orders.Count == 0)
            return;
        var now = time.GetUtcNow();
        var followed = rules.Follow(before, [.. Loaded.Orders.Select(o => Order.Read(o.Body))], now);
        if (!ReferenceEquals(followed.Request, before))
            Follow(followed, $"{before.Id:N}/orders/{Loaded.Orders.MaxBy(o => o.At)!.DisputeId:N}/{Loaded.Orders.Max(o => o.At).UtcTicks}", now);
    }

    void Decide(JournalRow journal, bool patienceOver)
    {
        var signed = JsonSerializer.Deserialize<SignedDocument>(journal.Body, Wire.Json)!;
        var act = JsonSerializer.Deserialize<Act>(Base64Url.DecodeFromChars(signed.Payload), Wire.Json)!;
        var seat = request == null ? null : Rules.SeatOf(request, act.Header.Sender.State);
        if (!patienceOver && act.Header.After is { } after && after > (seat is { } heard ? request!.HeardOf(heard) : 0))
        {
            decisions.Add(new JournalDecision { JournalId = journal.JournalId, Outcome = Decisions.Parked, At = time.GetUtcNow() });
            return;
        }

        var now = time.GetUtcNow();
        // Where another of the group cannot be read nothing is decided: how it stands may forbid the act.
        switch (rules.Decide(request, act, journal.ReceivedAt, [.. Loaded.Group.Select(g => Request.Read(g.Body))]))
        {
            case Applied applied:
                Apply(journal, signed, act, applied, now);
                break;
            case Refused refused:
                var code = patienceOver && request == null ? RefusalCode.PredecessorMissing : refused.Code;
                decisions.Add(new JournalDecision
                {
                    JournalId = journal.JournalId,
                    Outcome = Decisions.Refused,
                    RefusalCode = code.ToString(),
                    RefusalReason = refused.Reason,
                    StateAfter = request?.State,
                    At = now,
                });
                Tell(act.Header.Sender.State, act.Header.ActId, "refused", now, act.Header.Exercise, new ActRefused
                {
                    ActId = act.Header.ActId,
                    Code = code,
                    Reason = refused.Reason,
                    WouldBeAccepted = refused.WouldBeAccepted,
                    Standing = seat is { } known ? rules.StandingFor(request!, known) : null,
                });
                Leaf("ActRefused", act.Header.Sender.State, now, new { act.Header.ActId, act.Type, journal.Digest, code });
                break;
        }
        if (request == null)
            return;
        if (Rules.SeatOf(request, act.Header.Sender.State) is { } sender)
            request = request.Hearing(sender, act.Header.Sequence);

        // Those that had overtaken it and waited.
        foreach (var parked in Loaded.Parked.Where(p => p.JournalId != journal.JournalId && decisions.TrueForAll(d => d.JournalId != p.JournalId)).OrderBy(p => p.Sequence).ToArray())
        {
            var count = decisions.Count;
            Decide(parked, patienceOver: false);
            if (decisions[count].Outcome == Decisions.Parked)
                decisions.RemoveAt(count);
            else
                break; // The call has looked at the others already.
        }
    }

    void Apply(JournalRow journal, SignedDocument signed, Act act, Applied applied, DateTimeOffset now)
    {
        if (applied.Request.TheirReference is { } theirs && theirs != request?.TheirReference)
            names.Add(theirs);
        if (act.Open.TryGetProperty("envelope", out var envelope) && envelope.Deserialize<RequestEnvelope>(Wire.Json) is { Related: var related })
            names.AddRange(related.SelectMany(r => new[] { r.OurReference, r.TheirReference }).OfType<string>());
        request = applied.Request;
        decisions.Add(new JournalDecision { JournalId = journal.JournalId, Outcome = Decisions.Applied, StateAfter = request.State, At = now });
        Leaf("ActApplied", act.Header.Sender.State, now, new { act.Header.ActId, act.Type, journal.Digest, request.State });
        var seat = Rules.SeatOf(request, act.Header.Sender.State)!.Value;
        var isReceipt = act.Type == nameof(ReceiptGiven);
        if (isReceipt)
        {
            var receipt = act.Open.Deserialize<ReceiptGiven>(Wire.Json)!;
            receipts.Add(new ReceiptRow { OfActId = receipt.OfActId, RequestId = request.Id, ToState = act.Header.Sender.State, Stage = receipt.Stage.ToString(), At = journal.ReceivedAt });
        }
        else
        {
            foreach (var receiver in applied.ForwardTo)
                receipts.Add(new ReceiptRow { OfActId = act.Header.ActId, RequestId = request.Id, ToState = Rules.PartyOf(request, receiver).State, Stage = nameof(ReceiptStage.Accepted), At = now });
            // A receipt is not answered by a receipt.
            Tell(act.Header.Sender.State, act.Header.ActId, "accepted", now, act.Header.Exercise,
                new ActAccepted { ActId = act.Header.ActId, ReceivedAt = journal.ReceivedAt, Standing = rules.StandingFor(request, seat) });
        }
        foreach (var receiver in applied.ForwardTo)
        {
            var standing = rules.StandingFor(request, receiver);
            var state = Rules.PartyOf(request, receiver).State;
            // With three or more parties some see what was addressed to another.
            var from = act.Header.Sender.State == standing.OtherState && act.Header.Receiver.State == state ? null : act.Header.Sender.State;
            Tell(state, act.Header.ActId, "delivered", now, act.Header.Exercise, new ActDelivered { Act = signed, ReceivedAt = journal.ReceivedAt, From = from, Standing = standing });
        }
        Follow(applied, act.Header.ActId.ToString("N"), now);
    }

    void Follow(Applied applied, string cause, DateTimeOffset now)
    {
        request = applied.Request;
        Say(applied, cause, now);
        foreach (var opening in applied.Opened)
        {
            Say(opening, $"{cause}/{opening.Request.Id:N}", now);
            opened.Add(new Change
            {
                Work = new Work { RequestId = opening.Request.Id },
                Request = Row(opening.Request),
                Deadlines = [.. opening.Request.Deadlines.Select(d => Row(opening.Request, d, d.Status))],
            });
        }
        foreach (var order in applied.Orders)
            orders.Add(new OrderRow { RequestId = order.OfRequestId, DisputeId = order.FromId, Body = Order.Write(order), At = now });
        costs.AddRange(applied.Costs.Select(c => Row(c, now)));
        foreach (var document in applied.Documents)
            documents.Add(new DocumentRow { DocumentId = document.Id, RequestId = request.Id, Kind = document.Kind, Title = document.Title, MediaType = "text/html", Content = document.Html, At = now });
    }

    void Say(Applied applied, string cause, DateTimeOffset now)
    {
        for (var i = 0; i < applied.Tell.Count; i++)
            Tell(Rules.PartyOf(applied.Request, applied.Tell[i].To).State, Ids.From(cause), $"told {i}", now, applied.Request.Exercise, applied.Tell[i].Notice, applied.Request.Id);
        foreach (var fact in applied.Facts)
            Leaf(fact.Kind, null, now, new { fact.Text }, applied.Request.Id);
    }

    void AnswerAgain(JournalRow journal)
    {
        var now = time.GetUtcNow();
        Standing? standing = request != null && Rules.SeatOf(request, journal.SenderState) is { } seat ? rules.StandingFor(request, seat) : null;
        if (journal.ActType == nameof(ReceiptGiven))
            return;
        object answer = journal.Outcome == Decisions.Applied && standing != null
            ? new ActAccepted { ActId = journal.ActId, ReceivedAt = journal.ReceivedAt, Duplicate = true, Standing = standing }
            : new ActRefused
            {
                ActId = journal.ActId,
                Code = Enum.TryParse<RefusalCode>(journal.RefusalCode, out var code) ? code : RefusalCode.InvalidContent,
                Reason = journal.RefusalReason ?? "",
                WouldBeAccepted = standing?.YouMay ?? [],
                Duplicate = true,
                Standing = standing,
            };
        Tell(journal.SenderState, Guid.CreateVersion7(now), "again", now, request?.Exercise ?? false, answer);
    }

    void Finish()
    {
        var changed = request != null && !ReferenceEquals(request, before);
        if (!changed && decisions.Count == 0 && notices.Count == 0)
            return;
        Outcome = new Outcome(
            new Change
            {
                Work = Loaded.Work,
                Request = changed ? Row(request!) : null,
                ExpectedVersion = Loaded.Request?.Version ?? 0,
                Members = changed ? Members(request!) : [],
                Names = [.. names.SelectMany(n => NameRow.Of(request!.Id, n))],
                Deadlines = changed ? ChangedDeadlines() : [],
                Decisions = decisions,
                Leaves = leaves,
                Receipts = receipts,
                Documents = documents,
                Orders = orders,
                Costs = costs,
                Stays = before is { Exercise: false } left && left.State != request!.State ? [new(left.Procedure, left.State, request.Since, request.Since - left.Since)] : [],
            },
            notices)
        {
            Opened = opened,
        };
    }

    RequestRow Row(Request r) => new()
    {
        RequestId = r.Id,
        Procedure = r.Procedure,
        Instrument = r.Instrument,
        Reference = r.Reference,
        RequestingState = r.Requesting.State,
        RequestedState = r.Requested.State,
        RequestingAuthority = r.Requesting.Authority,
        RequestedAuthority = r.Requested.Authority,
        State = r.State,
        Since = r.Since,
        NextDue = NextDue(r),
        Level = rules.LevelOf(r),
        ClosedAt = ClosedAt(r),
        Priority = r.Priority.ToString(),
        Exercise = r.Exercise,
        CaseGroupId = r.CaseGroupId,
        Body = Request.Write(r),
        CreatedAt = r.FirstReceivedAt,
        UpdatedAt = time.GetUtcNow(),
    };

    static IReadOnlyList<MemberRow> Members(Request r)
    {
        if (r.Members is null)
            return [];
        var (due, closed) = (NextDue(r), ClosedAt(r));
        return [.. r.Members.Where(m => m.Party.State != r.Requested.State).Select(m => new MemberRow { RequestId = r.Id, State = m.Party.State, NextDue = due, ClosedAt = closed })];
    }

    static DateTimeOffset? NextDue(Request r) => r.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }).Min(d => d.Due);

    static DateTimeOffset? ClosedAt(Request r) => r.Closed ? r.Since : null;

    List<DeadlineRow> ChangedDeadlines()
    {
        var old = before?.Deadlines.ToDictionary(d => d.Id) ?? [];
        var rows = new List<DeadlineRow>();
        foreach (var deadline in request!.Deadlines)
        {
            if (old.Remove(deadline.Id, out var was) && Equals(was, deadline))
                continue;
            rows.Add(Row(request, deadline, deadline.Status));
        }
        // A transport watch that was met leaves the request, not the table.
        rows.AddRange(old.Values.Where(d => d.Status is DeadlineStatus.Running or DeadlineStatus.Held).Select(d => Row(request, d, DeadlineStatus.Met)));
        return rows;
    }

    DeadlineRow Row(Request r, Deadline d, DeadlineStatus status)
    {
        var planned = d.Kind == DeadlineKind.Procedure && !r.Exercise;
        return new()
        {
            DeadlineId = d.Id,
            RequestId = r.Id,
            RuleId = d.RuleId,
            OnWhom = d.OnWhom.ToString(),
            Status = status.ToString(),
            Started = d.Started,
            Due = d.Due,
            LookAt = status == DeadlineStatus.Running ? d.LookAt : null,
            Level = d.Level,
            OnState = planned ? Rules.PartyOf(r, d.Seat).State : null,
            Instrument = planned && d.AtHome is null ? r.Instrument : null,
            DueDay = planned ? rules.LegalDay(d) : null,
            Kept = planned ? d.Kept : null,
        };
    }

    static CostRow Row(CostEntry cost, DateTimeOffset at) => new()
    {
        EntryId = cost.Id,
        RequestId = cost.RequestId,
        ActId = cost.ActId,
        RequestingState = cost.Requesting,
        RequestedState = cost.Requested,
        Kind = cost.Kind.ToString(),
        OnDay = cost.On,
        Currency = cost.Currency,
        Amount = cost.Amount,
        RequestingBears = cost.RequestingBears,
        Reserved = cost.Reserved ? cost.Amount : 0,
        Hours = cost.Hours,
        Corrects = cost.Corrects,
        At = at,
    };

    void Tell(string state, Guid cause, string what, DateTimeOffset now, bool exercise, object body, Guid? requestId = null) => notices.Add(new NoticeDraft
    {
        State = state,
        NoticeId = Ids.From($"{cause:N}/{what}/{state}"),
        RequestId = requestId ?? Loaded.Work.RequestId,
        Lane = request is { Priority: not Priority.Routine } ? Lane.Urgent : Lane.Routine,
        At = now,
        Exercise = exercise,
        TraceParent = trace,
        Body = body,
    });

    void Leaf(string kind, string? state, DateTimeOffset now, object content, Guid? requestId = null) =>
        leaves.Add(new LedgerLeaf { At = now, Kind = kind, RequestId = requestId ?? Loaded.Work.RequestId, Actor = state ?? PublicKey.HubOwner, Content = JsonSerializer.Serialize(content, Wire.Json) });

    [LoggerMessage(3201, LogLevel.Error, "Deadline {DeadlineId} of rule {RuleId} was due to be looked at and nothing followed; it will come again after its lease")]
    static partial void LookedInVain(ILogger log, Guid deadlineId, string ruleId);
}
