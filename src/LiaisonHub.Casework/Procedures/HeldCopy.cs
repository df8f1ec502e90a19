using LiaisonHub.Contracts.V1;
using static LiaisonHub.Casework.Procedures.EveryProcedure;

namespace LiaisonHub.Casework.Procedures;

/// <summary>One copy in a third state that has to be undone or corrected there. The hub opens it, between the state that gave the copy on and the one that holds it; what the holder confirms
/// goes back to the emergency request or the correction that asks for it.</summary>
/// <remarks>
/// The holder's state has no part in the request the copy comes from, and needs none: it is told what it holds by digests, and what is to be done by when. Its limit and the ladder above it are
/// its own; the side that gave the copy on keeps its limit towards the other side.
/// </remarks>
static class HeldCopy
{
    public const string Asked = "Asked";
    public const string ClosedConfirmed = "Closed.Confirmed";

    /// <summary>What brings the confirmation of a holder in a third state to the request that asks for it.</summary>
    public const string IsConfirmed = "a holder in a third state has confirmed";

    static readonly StateOfProcedure[] AllStates =
    [
        new(Asked, "The holder deletes, restricts or replaces its copy, and confirms it") { Turn = Side.Requested, Place = (0, 0) },
        new(ClosedConfirmed, "Closed: the holder has confirmed") { Closed = true, Place = (2, 0) },
    ];

    static readonly Guard HolderIsTheOneAsked = new("the holder that is asked", RefusalCode.ConditionNotMet, s =>
        s.As<CopyConfirmed>().Holder == Of(s.Request).Holder ? null
            : $"$.open.holder: this request is about the copy of {Of(s.Request).Holder}; confirm for that one.");

    static readonly Guard DoneIsWhatIsAsked = new("done as it is asked", RefusalCode.ConditionNotMet, s =>
        Of(s.Request).Manner == CorrectionManner.Recall && s.As<CopyConfirmed>().Done == CopyFate.Replaced
            ? "$.open.done: is Replaced, but nothing takes the place of what is recalled; delete or restrict it, then write Deleted or Restricted." : null);

    static readonly Row[] AllRows =
    [
        // Under an emergency's instrument the hours of the undoing run, under that of a correction its days.
        From(Row.Outside).OnTheHub("a holder in a third state is named").Per("region").Goes(Asked)
            .StartsWhereRuled(Clock.Undo, from: s => Of(s.Request).Since, onWhom: Side.Requested)
            .StartsWhereRuled(Clock.CopyConfirmation, from: s => Of(s.Request).Since, onWhom: Side.Requested),
        From(Asked).On<CopyConfirmed>(Side.Requested).Per("region").Requires(HolderIsTheOneAsked, DoneIsWhatIsAsked).Goes(ClosedConfirmed)
            .Meets(Clock.Undo, Clock.CopyConfirmation)
            .Records((CopyConfirmed a, Request r) => r with { Outcome = $"{a.Done}", HeldCopy = Of(r) with { Done = a.Done, ProofDigest = a.ProofDigest } }),

        .. AtAnyTime(AllStates),
    ];

    /// <summary>The table.</summary>
    public static Procedure Table { get; } = new("HeldCopy", "Copy held in a third state", "the region's rules", AllStates, AllRows)
    {
        Says = r => Of(r) is var copy ?
        [
            $"a copy of what was given under {copy.OfReference}: {(copy.Manner == CorrectionManner.Recall ? "to be deleted or restricted" : $"to be replaced by {copy.NewDigest}")}",
            .. copy.Digests.Select(d => $"SHA-256 {d}"),
        ] : [],
    };

    /// <summary>The requests by which the hub asks holders in third states, where a change of a request asks them for something new.</summary>
    public static IEnumerable<Applied> Opened(Request before, Request after, DateTimeOffset at, Rules rules)
    {
        var known = ToDo(before).Select(c => c.Number).ToHashSet();
        foreach (var holder in ToDo(after).Where(c => !known.Contains(c.Number)))
            if (rules.Region.StateOf(holder.Authority) is { } state && Rules.SeatOf(after, state) is null)
                yield return Open(after, holder, state, at, rules);
    }

    /// <summary>What the confirmation of a holder means for the request that asks for it.</summary>
    public static IEnumerable<Order> Orders(Request before, Request after, DateTimeOffset at) =>
        after.HeldCopy is { Done: { } done } copy && before.HeldCopy?.Done is null ? [new CopyOrder(copy.OfRequestId, after.Id, at, copy.Number, done, copy.ProofDigest)] : [];

    /// <summary>The act that the holder's side of the request would have made for it, and the row that takes it. Null: it stands already, or is none of this request.</summary>
    public static (Row Row, object Confirmed)? RowFor(Procedure procedure, Request request, CopyOrder order, Func<object, Situation> situation)
    {
        object? confirmed = request switch
        {
            { Emergency.Holders: var holders } when holders.FirstOrDefault(h => h.Number == order.Holder) is { Done: null } =>
                new HolderConfirmed { Holder = order.Holder, Done = order.Done == CopyFate.Restricted ? UndoneBy.Restriction : UndoneBy.Deletion },
            { Correction.Holders: var holders } when holders.FirstOrDefault(h => h.Number == order.Holder) is { Done: null } holder =>
                new CopyConfirmed { Holder = holder.Authority, Done = order.Done, ProofDigest = order.ProofDigest },
            _ => null,
        };
        return confirmed is not null && procedure.Rows.FirstOrDefault(r => r.ByHub == IsConfirmed && r.From.Contains(request.State) && r.IsChosen(situation(confirmed))) is { } row
            ? (row, confirmed) : null;
    }

    // Whose turn it is to do something with a copy: in an emergency as soon as the holders are named, in a correction once the new version or the recall is issued.
    static IEnumerable<(int Number, string Authority, Side GivenBy)> ToDo(Request request) =>
        request.Emergency is { } emergency ? emergency.Holders.Select(h => (h.Number, h.Authority, Side.Requesting))
        : request.Correction is { Manner: not null } correction ? correction.Holders.Select(h => (h.Number, h.Authority, h.Side))
        : [];

    static Applied Open(Request about, (int Number, string Authority, Side GivenBy) holder, string state, DateTimeOffset at, Rules rules)
    {
        var request = new Request
        {
            Id = Uuid.From(about.Id, "copy", $"{holder.Number}"),
            Procedure = Table.Name,
            RulesVersion = rules.Region.Version,
            Instrument = about.Instrument,
            Reference = $"{about.Reference}-H{holder.Number}",
            Requesting = Rules.PartyOf(about, holder.GivenBy),
            Requested = new() { State = state, Authority = holder.Authority },
            Priority = about.Priority,
            Exercise = about.Exercise,
            State = Row.Outside,
            Since = at,
            FirstReceivedAt = at,
            CompetentSince = at,
            HeldCopy = new()
            {
                OfRequestId = about.Id,
                OfReference = about.Reference,
                Number = holder.Number,
                Holder = holder.Authority,
                // An undoing has its hours from the moment it was to begin, however late the holders are named.
                Since = about.Emergency is not null ? about.Since : at,
                Manner = about.Correction?.Manner ?? CorrectionManner.Recall,
                Digests = about.Correction is { SupersededDigest: { } superseded } ? [superseded] : [.. about.Parts.SelectMany(p => p.Commitments ?? [])],
                NewDigest = about.Correction?.NewDigest,
            },
        };
        var moved = new Movement(request, at, rules);
        moved.Take(Table.ForHub!, new(request, null, null, Side.Requested, at, rules));
        moved.Facts.Insert(0, new("HeldCopy", $"{request.Reference}: {holder.Authority} in {state} is asked about its copy, given on by {request.Requesting.State}"));
        var copy = moved.Request.HeldCopy!;
        return new()
        {
            Request = moved.Request,
            Facts = moved.Facts,
            Tell =
            [
                .. Rules.SeatsOf(moved.Request).Select(seat => new Telling(seat, new HeldCopyNotice
                {
                    OfRequestId = copy.OfRequestId,
                    OfReference = copy.OfReference,
                    Holder = copy.Holder,
                    Manner = copy.Manner,
                    Digests = copy.Digests,
                    NewDigest = copy.NewDigest,
                    Standing = rules.StandingFor(moved.Request, seat),
                })),
            ],
        };
    }

    static HeldCopyRecord Of(Request request) => request.HeldCopy ?? throw new InvalidOperationException($"{request.Procedure} is about no copy.");
}

/// <summary>What a request about one copy in a third state remembers.</summary>
public sealed record HeldCopyRecord
{
    /// <summary>The emergency request or the correction that asks for it.</summary>
    public required Guid OfRequestId { get; init; }

    /// <summary>Its reference.</summary>
    public required string OfReference { get; init; }

    /// <summary>The holder's number there.</summary>
    public required int Number { get; init; }

    /// <summary>The authority that holds the copy.</summary>
    public required string Holder { get; init; }

    /// <summary>From when its limit runs (UTC).</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What is to be done.</summary>
    public required CorrectionManner Manner { get; init; }

    /// <summary>SHA-256 of what is held, lower-case hex.</summary>
    public IReadOnlyList<string> Digests { get; init; } = [];

    /// <summary>SHA-256 of what takes its place, lower-case hex. Null: nothing does.</summary>
    public string? NewDigest { get; init; }

    /// <summary>What the holder did. Null: it has not confirmed.</summary>
    public CopyFate? Done { get; init; }

    /// <summary>SHA-256 of the proof, lower-case hex. Null: none was needed, or it has not confirmed.</summary>
    public string? ProofDigest { get; init; }
}
