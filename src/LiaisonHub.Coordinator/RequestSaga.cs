using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using MassTransit;

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
        request = before;
        using var activity = LiaisonTelemetry.Source.StartActivity("decide " + journal.ActType, ActivityKind.Internal, journal.TraceParent);
        trace = activity?.Id ?? journal.TraceParent;
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

    /// <summary>The clock brings a deadline. A claim that was taken over by another clock, or a deadline that has moved since, has no effect.</summary>
    public Task Consume(ConsumeContext<DeadlineLookedAt> context)
    {
        var now = time.GetUtcNow();
        if (before == null || Loaded.Deadline is not { } deadline || deadline.Epoch != context.Message.Epoch || deadline.LookAt is not { } lookAt || lookAt > now)
            return Task.CompletedTask;
        using var activity = LiaisonTelemetry.Source.StartActivity("look at " + deadline.RuleId, ActivityKind.Internal);
        trace = activity?.Id;
        request = before;
        if (rules.Look(before, deadline.DeadlineId, now) is not Applied looked || ReferenceEquals(looked.Request, before))
        {
            LookedInVain(log, deadline.DeadlineId, deadline.RuleId);
            return Task.CompletedTask;
        }
        Follow(looked, $"{deadline.DeadlineId:N}/{lookAt.UtcTicks}", now);
        Finish();
        return Task.CompletedTask;
    }

    void Decide(JournalRow journal, bool patienceOver)
    {
        var signed = JsonSerializer.Deserialize<SignedDocument>(journal.Body, Wire.Json)!;
        var act = JsonSerializer.Deserialize<Act>(Base64Url.DecodeFromChars(signed.Payload), Wire.Json)!;
        var side = request == null ? null : Rules.SideOf(request, act.Header.Sender.State);
        if (!patienceOver && act.Header.After is { } after && after > Heard(side))
        {
            decisions.Add(new JournalDecision { JournalId = journal.JournalId, Outcome = Decisions.Parked, At = time.GetUtcNow() });
            return;
        }

        var now = time.GetUtcNow();
        switch (rules.Decide(request, act, journal.ReceivedAt))
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
                    Standing = side is { } known ? rules.StandingFor(request!, known) : null,
                });
                Leaf("ActRefused", act.Header.Sender.State, now, new { act.Header.ActId, act.Type, journal.Digest, code });
                break;
        }
        if (request == null)
            return;
        side ??= Rules.SideOf(request, act.Header.Sender.State);
        request = side switch
        {
            Side.Requesting => request with { HeardRequesting = Math.Max(request.HeardRequesting, act.Header.Sequence) },
            Side.Requested => request with { HeardRequested = Math.Max(request.HeardRequested, act.Header.Sequence) },
            _ => request,
        };

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

    long Heard(Side? side) => side switch { Side.Requesting => request!.HeardRequesting, Side.Requested => request!.HeardRequested, _ => 0 };

    void Apply(JournalRow journal, SignedDocument signed, Act act, Applied applied, DateTimeOffset now)
    {
        request = applied.Request;
        decisions.Add(new JournalDecision { JournalId = journal.JournalId, Outcome = Decisions.Applied, StateAfter = request.State, At = now });
        Leaf("ActApplied", act.Header.Sender.State, now, new { act.Header.ActId, act.Type, journal.Digest, request.State });
        var side = Rules.SideOf(request, act.Header.Sender.State)!.Value;
        var isReceipt = act.Type == nameof(ReceiptGiven);
        if (isReceipt)
        {
            var receipt = act.Open.Deserialize<ReceiptGiven>(Wire.Json)!;
            receipts.Add(new ReceiptRow { OfActId = receipt.OfActId, RequestId = request.Id, ToState = act.Header.Sender.State, Stage = receipt.Stage.ToString(), At = journal.ReceivedAt });
        }
        else
        {
            if (applied.Forward)
                receipts.Add(new ReceiptRow { OfActId = act.Header.ActId, RequestId = request.Id, ToState = StateOf(side == Side.Requesting ? Side.Requested : Side.Requesting), Stage = nameof(ReceiptStage.Accepted), At = now });
            // A receipt is not answered by a receipt.
            Tell(act.Header.Sender.State, act.Header.ActId, "accepted", now, act.Header.Exercise,
                new ActAccepted { ActId = act.Header.ActId, ReceivedAt = journal.ReceivedAt, Standing = rules.StandingFor(request, side) });
        }
        if (applied.Forward)
        {
            var other = side == Side.Requesting ? Side.Requested : Side.Requesting;
            Tell(StateOf(other), act.Header.ActId, "delivered", now, act.Header.Exercise,
                new ActDelivered { Act = signed, ReceivedAt = journal.ReceivedAt, Standing = rules.StandingFor(request, other) });
        }
        Follow(applied, act.Header.ActId.ToString("N"), now);
    }

    void Follow(Applied applied, string cause, DateTimeOffset now)
    {
        request = applied.Request;
        for (var i = 0; i < applied.Tell.Count; i++)
            Tell(StateOf(applied.Tell[i].To), Ids.From(cause), $"told {i}", now, request.Exercise, applied.Tell[i].Notice);
        foreach (var fact in applied.Facts)
            Leaf(fact.Kind, null, now, new { fact.Text });
        foreach (var document in applied.Documents)
            documents.Add(new DocumentRow { DocumentId = document.Id, RequestId = request.Id, Kind = document.Kind, Title = document.Title, MediaType = "text/html", Content = document.Html, At = now });
    }

    void AnswerAgain(JournalRow journal)
    {
        var now = time.GetUtcNow();
        Standing? standing = request != null && Rules.SideOf(request, journal.SenderState) is { } side ? rules.StandingFor(request, side) : null;
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
                Deadlines = changed ? ChangedDeadlines() : [],
                Decisions = decisions,
                Leaves = leaves,
                Receipts = receipts,
                Documents = documents,
            },
            notices);
    }

    RequestRow Row(Request r) => new()
    {
        RequestId = r.Id,
        Procedure = r.Procedure,
        Instrument = r.Instrument,
        Reference = r.Reference,
        RequestingState = r.Requesting.State,
        RequestedState = r.Requested.State,
        State = r.State,
        Since = r.Since,
        NextDue = r.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }).Min(d => d.Due),
        Level = r.Deadlines.Where(d => d.Status is DeadlineStatus.Running or DeadlineStatus.Held).Select(d => d.Level).DefaultIfEmpty().Max(),
        ClosedAt = r.Closed ? r.Since : null,
        Priority = r.Priority.ToString(),
        Exercise = r.Exercise,
        Body = Request.Write(r),
        CreatedAt = r.FirstReceivedAt,
        UpdatedAt = time.GetUtcNow(),
    };

    List<DeadlineRow> ChangedDeadlines()
    {
        var old = before?.Deadlines.ToDictionary(d => d.Id) ?? [];
        var rows = new List<DeadlineRow>();
        foreach (var deadline in request!.Deadlines)
        {
            if (old.Remove(deadline.Id, out var was) && Equals(was, deadline))
                continue;
            rows.Add(Row(deadline, deadline.Status));
        }
        // A transport watch that was met leaves the request, not the table.
        rows.AddRange(old.Values.Where(d => d.Status is DeadlineStatus.Running or DeadlineStatus.Held).Select(d => Row(d, DeadlineStatus.Met)));
        return rows;
    }

    DeadlineRow Row(Deadline d, DeadlineStatus status) => new()
    {
        DeadlineId = d.Id,
        RequestId = request!.Id,
        RuleId = d.RuleId,
        OnWhom = d.OnWhom.ToString(),
        Status = status.ToString(),
        Started = d.Started,
        Due = d.Due,
        LookAt = status == DeadlineStatus.Running ? d.LookAt : null,
        Level = d.Level,
    };

    string StateOf(Side side) => side == Side.Requesting ? request!.Requesting.State : request!.Requested.State;

    void Tell(string state, Guid cause, string what, DateTimeOffset now, bool exercise, object body) => notices.Add(new NoticeDraft
    {
        State = state,
        NoticeId = Ids.From($"{cause:N}/{what}/{state}"),
        RequestId = Loaded.Work.RequestId,
        Lane = request is { Priority: not Priority.Routine } ? Lane.Urgent : Lane.Routine,
        At = now,
        Exercise = exercise,
        TraceParent = trace,
        Body = body,
    });

    void Leaf(string kind, string? state, DateTimeOffset now, object content) =>
        leaves.Add(new LedgerLeaf { At = now, Kind = kind, RequestId = Loaded.Work.RequestId, Actor = state ?? PublicKey.HubOwner, Content = JsonSerializer.Serialize(content, Wire.Json) });

    [LoggerMessage(3201, LogLevel.Error, "Deadline {DeadlineId} of rule {RuleId} was due to be looked at and nothing followed; it will come again after its lease")]
    static partial void LookedInVain(ILogger log, Guid deadlineId, string ruleId);
}
