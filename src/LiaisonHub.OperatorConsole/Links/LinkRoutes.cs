using System.Globalization;
using System.Text;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Sealing;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LiaisonHub.OperatorConsole.Links;

static class LinkRoutes
{
    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters", async Task<IResult> (LinkReader links, CancellationToken cancelled) => new RazorComponentResult<AdaptersPage>(new { Board = await links.Read(cancelled) }));
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
                    "last missing", "last out", "readers", "tested at", "test problem", "level of conformance", "warnings", "what clears them",
                ],
                Rows = board.States.Select(s => new object?[]
                {
                    s.State, s.Name, s.ConditionInWords, s.Standing?.HeardAt, s.Standing?.Version, s.Skew is { } skew ? (long)skew.TotalSeconds : null, s.Standing?.OutboxWaiting, s.Standing?.Incomplete, s.Standing?.Quarantined, s.Quarantined,
                    s.Outbox?.Waiting ?? 0, s.Outbox?.Oldest, s.Numbers?.HighestIn, s.Gap?.FirstMissing, s.Gap?.LastMissing, s.Numbers?.LastOut, s.Standing?.Readers, s.Standing?.TestedAt, s.Standing?.TestProblem, s.Conformance?.Level,
                    Words.Sentences(s.Warnings.Select(w => w.What.Plain)), Words.Sentences(s.Warnings.Select(w => w.Clears.Plain).Distinct()),
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
                return NoSuchState(state, region);
            var standing = await conformance.Of(known.Code, cancelled);
            return new ListFile
            {
                Name = $"conformance-{known.Code}",
                Title = $"Conformance of {known.Code}",
                Filter = standing?.Words.Plain ?? "never examined",
                At = time.GetUtcNow(),
                Columns = ["check", "level", "what", "outcome", "seen", "required", "written in", "what to do"],
                Rows = (standing?.Earned?.Checks ?? []).Select(c => (Seen: c, Of: CheckList.Current.Find(c.Id)))
                    .Select(c => new object?[] { c.Seen.Id, c.Seen.Level, c.Seen.Title, c.Seen.Outcome, c.Seen.Seen, c.Of?.Requires, c.Of?.Source, c.Of?.Remedy }).ToAsyncEnumerable(),
            };
        });
        app.MapConformance();
        app.MapLinkTests();
        app.MapDeadLetters();
    }

    /// <summary>What the broker gave up on, on pages.</summary>
    static void MapDeadLetters(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters/{state}/dead", async Task<IResult> (string state, DeadLetterDesk desk, Region region, CancellationToken cancelled) =>
            Bus(state, region) is { } known ? Page(known, region, await desk.Latest(known, cancelled), []) : NoSuchState(state, region));
        app.MapList("/adapters/{state}/dead", async Task<IResult> (string state, DeadLetterDesk desk, Region region, TimeProvider time, CancellationToken cancelled) => Bus(state, region) is not { } known ? NoSuchState(state, region) : new ListFile
        {
            Name = $"dead-letters-{known}",
            Title = $"What the broker gave up on at the link of {known}",
            Filter = "as last looked at",
            At = time.GetUtcNow(),
            Columns = ["digest", "type", "from queue", "why", "died at", "bytes", "home in", "stays because"],
            Rows = (await desk.Latest(known, cancelled) is { } look ? look.Lines : []).Select(l => new object?[] { l.Letter.Digest, l.Letter.Type, l.Letter.Home, l.Letter.Why, l.Letter.DiedAt, l.Letter.Size, l.Home, l.Why }).ToAsyncEnumerable(),
        });
        app.MapPost("/adapters/{state}/dead", async Task<IResult> (string state, Caller caller, HttpContext http, IAntiforgery antiforgery, DeadLetterDesk desk, Region region, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            if (Bus(state, region) is not { } known)
                return NoSuchState(state, region);
            var form = await http.Request.ReadFormAsync(cancelled);
            var (look, problems) = await desk.Ask(known, new(form["reason"], form["by"]), caller, cancelled);
            return look is null ? Page(known, region, await desk.Latest(known, cancelled), problems) : Forms.Seen(DeadLetterAddress(known));
        }).Needs(Permission.Decide);
        app.MapPost("/adapters/{state}/dead/{lookId:guid}/home", async Task<IResult> (string state, Guid lookId, Caller caller, HttpContext http, IAntiforgery antiforgery, DeadLetterDesk desk, Region region, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            if (Bus(state, region) is not { } known)
                return NoSuchState(state, region);
            var form = await http.Request.ReadFormAsync(cancelled);
            var (look, _, problems) = await desk.Home(known, lookId, new(form["reason"], int.TryParse(form["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null, form["by"]), caller, cancelled);
            return look is null ? Page(known, region, await desk.Latest(known, cancelled), problems) : Forms.Seen(DeadLetterAddress(known));
        }).Needs(Permission.Decide);
    }

    // The broker gives up on messages of the links, and of the hub's own bus.
    static string? Bus(string of, Region region) => of.Equals(PublicKey.HubOwner, StringComparison.OrdinalIgnoreCase) ? PublicKey.HubOwner : Known(of, region)?.Code;

    static RazorComponentResult<DeadLettersPage> Page(string of, Region region, DeadLetterBoard? look, IReadOnlyList<string> problems) =>
        new(new { Of = of, Name = region.States.GetValueOrDefault(of)?.Name, Look = look, Problems = problems }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    /// <summary>Levels of conformance, on pages: what was seen, the same as files, and where a signed level is handed in.</summary>
    static void MapConformance(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters/{state}/conformance", async Task<IResult> (string state, ConformanceReader conformance, Region region, [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical, CancellationToken cancelled) =>
            Known(state, region) is { } known ? Page(known, await conformance.Of(known.Code, cancelled), technical, []) : NoSuchState(state, region));
        app.MapGet("/adapters/{state}/conformance/report.html", (string state, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
            File(state, "html", "text/html; charset=utf-8", s => Reports.Html(ConformanceReport.Of(s.Earned!)), conformance, region, cancelled));
        app.MapGet("/adapters/{state}/conformance/junit.xml", (string state, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
            File(state, "xml", "application/xml", s => Reports.JUnit(ConformanceReport.Of(s.Earned!)), conformance, region, cancelled));
        app.MapGet("/adapters/{state}/conformance/signed.jws", (string state, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
            File(state, "jws", "application/jose+json", s => s.Document!, conformance, region, cancelled));
        app.MapPost("/adapters/{state}/conformance", async Task<IResult> (string state, Caller caller, HttpContext http, IAntiforgery antiforgery, ConformanceReader conformance, ConformanceDesk desk, Region region,
            [FromKeyedServices(ConsoleHost.Technical)] TimeProvider technical, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            if (Known(state, region) is not { } known)
                return NoSuchState(state, region);
            var form = await http.Request.ReadFormAsync(cancelled);
            using var document = new StreamReader(form.Files["document"]?.OpenReadStream() ?? Stream.Null, Encoding.UTF8);
            var (earned, problems) = await desk.HandIn(known.Code, new(await document.ReadToEndAsync(cancelled), form["reason"], form["by"]), caller, cancelled);
            return earned is null ? Page(known, await conformance.Of(known.Code, cancelled), technical, problems) : Forms.Seen(ConformanceAddress(known.Code));
        }).Needs(Permission.Decide).WithFormOptions(multipartBodyLengthLimit: LargestLevel).WithMetadata(new RequestSizeLimitAttribute(LargestLevel));
    }

    // A signed document is at most 1 MiB; over the API it stands in JSON, each quotation mark with an escape.
    const long LargestLevel = 2 * Contracts.V1.Wire.LargestDocument;

    static StateProfile? Known(string state, Region region) => region.States.GetValueOrDefault(state.ToUpperInvariant());

    static RazorComponentResult<ConformancePage> Page(StateProfile state, ConformanceStanding? standing, TimeProvider technical, IReadOnlyList<string> problems) =>
        new(new { State = state, Standing = standing, Now = technical.GetUtcNow(), Problems = problems }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    static async Task<IResult> File(string state, string ending, string type, Func<ConformanceStanding, string> content, ConformanceReader conformance, Region region, CancellationToken cancelled) =>
        Known(state, region) is not { } known ? NoSuchState(state, region)
        : await conformance.Of(known.Code, cancelled) is { Earned: { } earned } standing
            ? TypedResults.File(Encoding.UTF8.GetBytes(content(standing)), type, $"conformance-{known.Code}-{earned.At.UtcDateTime:yyyyMMdd}.{ending}") : ErrorCode.UnknownLevel.Page();

    /// <summary>Tests of links, on pages.</summary>
    public static void MapLinkTests(this IEndpointRouteBuilder app)
    {
        app.MapGet("/adapters/{state}/tests", async Task<IResult> (string state, LinkTestDesk desk, Region region, CancellationToken cancelled) =>
            Known(state, region) is { } known ? await Page(known, desk, null, [], cancelled) : NoSuchState(state, region));
        app.MapList("/adapters/{state}/tests", async Task<IResult> (string state, LinkTestDesk desk, Region region, TimeProvider time, CancellationToken cancelled) => Known(state, region) is not { } known ? NoSuchState(state, region) : new ListFile
        {
            Name = $"link-tests-{known.Code}",
            Title = $"Tests of the link to {known.Code}",
            Filter = "the last ones",
            At = time.GetUtcNow(),
            Columns = ["asked at", "asked by", "reason", "status", "failed at", "found", "what to do"],
            Rows = (await desk.Of(known.Code, cancelled)).Select(t => new object?[] { t.AskedAt, t.AskedBy, t.Reason, t.Status, t.FailedAt?.Stage, t.FailedAt?.Found, t.FailedAt?.Remedy }).ToAsyncEnumerable(),
        });
        app.MapGet("/adapters/{state}/tests/{testId:guid}", async Task<IResult> (string state, Guid testId, LinkTestDesk desk, Region region, CancellationToken cancelled) =>
            Known(state, region) is not { } known ? NoSuchState(state, region)
            : await desk.Get(known.Code, testId, cancelled) is { } test ? await Page(known, desk, test, [], cancelled) : ErrorCode.UnknownLinkTest.Page());
        app.MapPost("/adapters/{state}/tests", async Task<IResult> (string state, Caller caller, HttpContext http, IAntiforgery antiforgery, LinkTestDesk desk, Region region, CancellationToken cancelled) =>
        {
            if (await Forms.OutOfDate(http, antiforgery) is { } old)
                return old;
            if (Known(state, region) is not { } known)
                return NoSuchState(state, region);
            var form = await http.Request.ReadFormAsync(cancelled);
            var (test, problems) = await desk.Ask(known.Code, new(form["reason"], form["by"]), caller, cancelled);
            return test is null ? await Page(known, desk, null, problems, cancelled) : Forms.Seen(TestAddress(test.State, test.TestId));
        }).Needs(Permission.Decide);
    }

    /// <summary>Levels of conformance and tests of links, for programs.</summary>
    public static void MapLinkApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/adapters", async (LinkReader links, CancellationToken cancelled) => await links.Read(cancelled));
        api.MapGet("/adapters/{state}/conformance", async Task<IResult> (string state, ConformanceReader conformance, Region region, Texts said, CancellationToken cancelled) =>
            Known(state, region) is { } known ? TypedResults.Ok(new ConformanceBoard(known.Code, await conformance.Of(known.Code, cancelled))) : ErrorCode.UnknownState.Problem(said));
        api.MapPost("/adapters/{state}/conformance", (string state, HttpContext http, Caller caller, ConformanceReader conformance, ConformanceDesk desk, Region region, Texts said, CancellationToken cancelled) => Asked.For<LevelHandedIn>(http, caller, said, async wish =>
        {
            if (Known(state, region) is not { } known)
                return ErrorCode.UnknownState.Problem(said);
            var (earned, problems) = await desk.HandIn(known.Code, wish, caller, cancelled);
            return earned is null ? ErrorCode.LevelNotUsable.Problem(said, string.Join(" ", problems)) : TypedResults.Ok(new ConformanceBoard(known.Code, await conformance.Of(known.Code, cancelled)));
        }, cancelled)).Needs(Permission.Decide).WithMetadata(new RequestSizeLimitAttribute(LargestLevel));
        api.MapGet("/adapters/{state}/tests", async Task<IResult> (string state, LinkTestDesk desk, Region region, Texts said, CancellationToken cancelled) =>
            Known(state, region) is { } known ? TypedResults.Ok(await desk.Of(known.Code, cancelled)) : ErrorCode.UnknownState.Problem(said));
        api.MapGet("/adapters/{state}/tests/{testId:guid}", async Task<IResult> (string state, Guid testId, LinkTestDesk desk, Region region, Texts said, CancellationToken cancelled) =>
            Known(state, region) is not { } known ? ErrorCode.UnknownState.Problem(said)
            : await desk.Get(known.Code, testId, cancelled) is { } test ? TypedResults.Ok(test) : ErrorCode.UnknownLinkTest.Problem(said));
        api.MapPost("/adapters/{state}/tests", (string state, HttpContext http, Caller caller, LinkTestDesk desk, Region region, Texts said, CancellationToken cancelled) => Asked.For<LinkTestWish>(http, caller, said, async wish =>
        {
            if (Known(state, region) is not { } known)
                return ErrorCode.UnknownState.Problem(said);
            var (test, problems) = await desk.Ask(known.Code, wish, caller, cancelled);
            return test is null ? ErrorCode.CannotBeRead.Problem(said, string.Join(" ", problems)) : TypedResults.Accepted($"/api/v1{TestAddress(test.State, test.TestId)}", test);
        }, cancelled)).Needs(Permission.Decide);
    }

    /// <summary>What the broker gave up on, for programs.</summary>
    public static void MapDeadLetterApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/adapters/{state}/dead", async Task<IResult> (string state, DeadLetterDesk desk, Region region, Texts said, CancellationToken cancelled) =>
            Bus(state, region) is not { } known ? ErrorCode.UnknownState.Problem(said)
            : await desk.Latest(known, cancelled) is { } look ? TypedResults.Ok(look) : ErrorCode.LettersUnseen.Problem(said));
        api.MapPost("/adapters/{state}/dead", (string state, HttpContext http, Caller caller, DeadLetterDesk desk, Region region, Texts said, CancellationToken cancelled) => Asked.For<DeadLetterWish>(http, caller, said, async wish =>
        {
            if (Bus(state, region) is not { } known)
                return ErrorCode.UnknownState.Problem(said);
            var (look, problems) = await desk.Ask(known, wish, caller, cancelled);
            return look is null ? ErrorCode.CannotBeRead.Problem(said, string.Join(" ", problems)) : TypedResults.Accepted($"/api/v1{DeadLetterAddress(look.State)}", look);
        }, cancelled)).Needs(Permission.Decide);
        api.MapPost("/adapters/{state}/dead/{lookId:guid}/home", (string state, Guid lookId, HttpContext http, Caller caller, DeadLetterDesk desk, Region region, Texts said, CancellationToken cancelled) => Asked.For<HomeWish>(http, caller, said, async wish =>
        {
            if (Bus(state, region) is not { } known)
                return ErrorCode.UnknownState.Problem(said);
            var (look, error, problems) = await desk.Home(known, lookId, wish, caller, cancelled);
            return look is null ? error!.Problem(said, string.Join(" ", problems)) : TypedResults.Accepted($"/api/v1{DeadLetterAddress(look.State)}", look);
        }, cancelled)).Needs(Permission.Decide);
    }

    static RazorComponentResult NoSuchState(string state, Region region) => ErrorCode.UnknownState.Page("links.no-such-state", state, string.Join(", ", region.States.Keys.Order(StringComparer.Ordinal)));

    static async Task<IResult> Page(StateProfile state, LinkTestDesk desk, LinkTestBoard? test, IReadOnlyList<string> problems, CancellationToken cancelled) =>
        new RazorComponentResult<LinkTestPage>(new { State = state, Test = test, Tests = await desk.Of(state.Code, cancelled), Problems = problems }) { StatusCode = problems.Count == 0 ? 200 : 422 };

    /// <summary>The page of what the broker gave up on at a state's link, or at the hub's own bus.</summary>
    public static string DeadLetterAddress(string state) => $"/adapters/{state}/dead";

    /// <summary>The page of a test.</summary>
    public static string TestAddress(string state, Guid testId) => $"/adapters/{state}/tests/{testId:D}";

    /// <summary>The page of a state's level of conformance.</summary>
    public static string ConformanceAddress(string state) => $"/adapters/{state}/conformance";
}
