using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Links;

static class LinkRoutes
{
    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => new RazorComponentResult<AdaptersPage>(new { Board = await links.Read(cancelled) }));
        app.MapGet("/adapters/{state}/conformance", async (string state, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
            region.States.TryGetValue(state.ToUpperInvariant(), out var known)
                ? new RazorComponentResult<ConformancePage>(new { State = known, Standing = (await conformance.All(cancelled)).GetValueOrDefault(known.Code) })
                : ErrorCode.UnknownState.Page("links.no-such-state", state, string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal))));
        app.MapList("/adapters", async (LinkReader links, CancellationToken cancelled) =>
        {
            var board = await links.Read(cancelled);
            return new ListFile
            {
                Name = "adapters",
                Title = "Adapters",
                Filter = "all",
                At = board.At,
                Columns =
                [
                    "state", "name", "condition", "last heard", "version", "seconds its clock is ahead", "its outbox", "incomplete", "its quarantine", "quarantine here", "notices waiting", "oldest notice", "highest in", "first missing",
                    "last missing", "last out", "readers", "tested at", "test problem", "level of conformance", "warnings",
                ],
                Rows = board.States.Select(s => new object?[]
                {
                    s.State, s.Name, s.Condition, s.Standing?.HeardAt, s.Standing?.Version, s.Skew is { } skew ? (long)skew.TotalSeconds : null, s.Standing?.OutboxWaiting, s.Standing?.Incomplete, s.Standing?.Quarantined, s.Quarantined,
                    s.Outbox?.Waiting ?? 0, s.Outbox?.Oldest, s.Numbers?.HighestIn, s.Gap?.FirstMissing, s.Gap?.LastMissing, s.Numbers?.LastOut, s.Standing?.Readers, s.Standing?.TestedAt, s.Standing?.TestProblem, s.Conformance?.Level,
                    string.Join(" ", s.Warnings),
                }).ToAsyncEnumerable(),
            };
        });
        app.MapList("/adapters/keys", async (LinkReader links, CancellationToken cancelled) =>
        {
            var board = await links.Read(cancelled);
            return new ListFile
            {
                Name = "keys",
                Title = "Keys",
                Filter = "all but those that ended a week ago",
                At = board.At,
                Columns = ["owner", "use", "key id", "from", "to", "status", "last used", "warning"],
                Rows = board.States.SelectMany(s => s.Keys).Concat(board.HubKeys).Select(k => new object?[] { k.Owner, k.Use, k.KeyId, k.From, k.To, k.Status, k.UsedAt, k.Warning?.Plain }).ToAsyncEnumerable(),
            };
        });
        app.MapList("/adapters/{state}/conformance", async Task<IResult> (string state, ConformanceReader conformance, Region region, TimeProvider time, CancellationToken cancelled) =>
        {
            if (!region.States.TryGetValue(state.ToUpperInvariant(), out var known))
                return ErrorCode.UnknownState.Page("links.no-such-state", state, string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal)));
            var standing = (await conformance.All(cancelled)).GetValueOrDefault(known.Code);
            return new ListFile
            {
                Name = $"conformance-{known.Code}",
                Title = $"Conformance of {known.Code}",
                Filter = standing?.Words.Plain ?? "never examined",
                At = time.GetUtcNow(),
                Columns = ["check", "level", "what", "outcome", "seen"],
                Rows = (standing?.Earned?.Checks ?? []).Select(c => new object?[] { c.Id, c.Level, c.Title, c.Outcome, c.Seen }).ToAsyncEnumerable(),
            };
        });
    }

    /// <summary>The page of a state's level of conformance.</summary>
    public static string ConformanceAddress(string state) => $"/adapters/{state}/conformance";
}
