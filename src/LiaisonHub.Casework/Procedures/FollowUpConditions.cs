namespace LiaisonHub.Casework.Procedures;

/// <summary>How a preservation and the request that follows it hear of each other: the preservation names it, it answers whether it is there between the same two states, and says when it is
/// over. A request that is yet to come answers once it has come.</summary>
static class FollowUpConditions
{
    public const string IsThere = "the follow-up is there";
    public const string IsElsewhere = "what was named is no request between the same two states";
    public const string IsOver = "the follow-up is closed";

    /// <summary>The row by which a preservation follows what its follow-up says. Null: it says nothing new.</summary>
    public static Row? RowFor(Procedure procedure, Request request, FollowUpOrder order)
    {
        if (request.Preservation is not { } kept || kept.FollowUp != order.FromId || order.Says == FollowUpWord.There && kept.FollowUpIsThere)
            return null;
        var said = order.Says switch { FollowUpWord.There => IsThere, FollowUpWord.Elsewhere => IsElsewhere, FollowUpWord.Over => IsOver, _ => null };
        return procedure.Rows.FirstOrDefault(r => r.ByHub is not null && r.ByHub == said && r.From.Contains(request.State));
    }

    /// <summary>The request with its answer to a preservation that names it. Null: it is none that is named, or has answered.</summary>
    public static Request? Answered(Request request, FollowUpOrder order)
    {
        var known = request.Follows ?? [];
        if (order.Says != FollowUpWord.Named || known.Any(f => f.PreservationId == order.FromId))
            return null;
        // Which of the two asks may have changed: what was kept for one may be asked for by either.
        var same = Rules.SideOf(request, order.Requesting) is not null && Rules.SideOf(request, order.Requested) is not null && request.Procedure == MutualAssistance.Table.Name;
        return request with { Follows = [.. known, new(order.FromId, !same ? FollowUpWord.Elsewhere : request.Closed ? FollowUpWord.Over : FollowUpWord.There)] };
    }

    /// <summary>What the change of a request means for its follow-up, or for the preservations it follows.</summary>
    public static IEnumerable<Order> Orders(Request before, Request after, DateTimeOffset at)
    {
        if (after.Preservation?.FollowUp is { } named && named != before.Preservation?.FollowUp)
            yield return Says(named, FollowUpWord.Named);
        foreach (var followed in after.Follows ?? [])
            if (before.Follows?.Contains(followed) != true)
                yield return Says(followed.PreservationId, followed.Said);
            else if (after.Closed && !before.Closed && followed.Said == FollowUpWord.There)
                yield return Says(followed.PreservationId, FollowUpWord.Over);

        FollowUpOrder Says(Guid to, FollowUpWord word) => new(to, after.Id, at, word, after.Requesting.State, after.Requested.State);
    }
}
