using System.Globalization;
using System.Runtime.CompilerServices;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>Repair plans as pages and as JSON: the same desk behind both.</summary>
static class PlanRoutes
{
    const int MostPlans = 200;

    public static void MapPlans(this IEndpointRouteBuilder app)
    {
        app.MapGet("/plans", async (HttpRequest http, RepairPlans plans, CancellationToken cancelled) =>
            new RazorComponentResult<PlansPage>(new { Query = PlanQuery.Read(http.Query), Plans = (IReadOnlyList<RepairPlan>)[.. (await plans.Page(MostPlans, cancelled)).Where(PlanQuery.Read(http.Query).Has)] }));
        app.MapList("/plans", async (HttpRequest http, RepairPlans plans, TimeProvider time, CancellationToken cancelled) => new ListFile
        {
            Name = "plans",
            Title = "Repair plans",
            Filter = PlanQuery.Read(http.Query).InWords,
            At = time.GetUtcNow(),
            Columns = ["plan id", "deed", "chosen", "rows", "status", "version", "made at", "made by", "reason", "cut-off", "sha256", "approved by", "started at", "ended at", "why it ended"],
            Rows = (await plans.Page(ListFile.Most, cancelled)).Where(PlanQuery.Read(http.Query).Has).Select(p => new object?[]
            {
                p.PlanId, p.Deed, p.Chosen, p.Items, p.Status, p.Version, p.MadeAt, p.MadeBy, p.Reason, p.CutOff, p.ItemsHash, p.ApprovedBy, p.StartedAt, p.EndedAt, p.EndedWhy,
            }).ToAsyncEnumerable(),
        });
        app.MapGet("/plans/new", (HttpRequest http) => new RazorComponentResult<NewPlanPage>(new
        {
            Wish = new PlanWish { Deed = http.Query["deed"].ToString() is { Length: > 0 } deed ? deed : nameof(RepairDeed.Retry), Group = Given(http.Query["group"]), State = Given(http.Query["state"]), Filter = Guid.TryParse(http.Query["filter"], out var filter) ? filter : null },
            Problems = (IReadOnlyList<string>)[],
        }));
        app.MapPost("/plans", Make).Needs(Permission.Decide);
        app.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? Page(board, null) : ErrorCode.UnknownPlan.Page());
        app.MapList("/plans/{planId:guid}", File);
        app.MapPost("/plans/{planId:guid}", Edit).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/dry-run", (Guid planId, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, _ => desk.Foresee(planId, cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/approval", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Approve(planId, Number(form["version"]) ?? 0, caller, cancelled), cancelled)).Needs(Permission.Approve);
        app.MapPost("/plans/{planId:guid}/run", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Run(planId, new(Number(form["version"]) ?? 0, Number(form["count"]), By: form["by"]), caller, cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/stop", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Stop(planId, new(0, Reason: form["reason"], By: form["by"]), caller, cancelled), cancelled)).Needs(Permission.Decide);

        var api = app.MapGroup("/api/v1");
        api.MapGet("/plans", async (HttpRequest http, RepairPlans plans, CancellationToken cancelled) => TypedResults.Ok((await plans.Page(MostPlans, cancelled)).Where(PlanQuery.Read(http.Query).Has)));
        api.MapPost("/plans", (HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanWish>(http, caller, said, wish => desk.New(caller, wish, cancelled), cancelled, made: true)).Needs(Permission.Decide);
        api.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? TypedResults.Ok(board) : ErrorCode.UnknownPlan.Problem(said));
        api.MapPut("/plans/{planId:guid}", (Guid planId, int version, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanWish>(http, caller, said, wish => desk.Edit(planId, version, caller, wish, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/dry-run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, _ => desk.Foresee(planId, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/approval", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Approve(planId, step.Version, caller, cancelled), cancelled)).Needs(Permission.Approve);
        api.MapPost("/plans/{planId:guid}/run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Run(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/stop", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Stop(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapGet("/faults", async (QuarantineReader reader, CancellationToken cancelled) => TypedResults.Ok(await reader.Faults(cancelled)));
        api.MapGet("/faults/sample", async Task<IResult> (string? group, QuarantineReader reader, Texts said, CancellationToken cancelled) =>
            await reader.Sample(group ?? "", cancelled) is { } sample ? TypedResults.Ok(sample) : ErrorCode.UnknownGroup.Problem(said));
    }

    static async Task<IResult> Make(Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var wish = Wish(await http.Request.ReadFormAsync(cancelled));
        var answer = await desk.New(caller, wish, cancelled);
        return answer.Error is not { } error
            ? Forms.Seen($"/plans/{answer.Plan!.PlanId:D}")
            : new RazorComponentResult<NewPlanPage>(new { Wish = wish, Problems = Lines(answer, said) }) { StatusCode = error == ErrorCode.CannotBeRead ? 422 : error.Status };
    }

    static Task<IResult> Edit(Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
        Step(planId, http, antiforgery, desk, said, form => desk.Edit(planId, Number(form["version"]) ?? 0, caller, Wish(form), cancelled), cancelled);

    static async Task<IResult> Step(Guid planId, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, Func<IFormCollection, Task<PlanAnswer>> step, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var answer = await step(await http.Request.ReadFormAsync(cancelled));
        if (answer.Error is not { } error)
            return Forms.Seen($"/plans/{planId:D}");
        return await desk.Board(planId, 0, cancelled) is { } board ? Page(board, Lines(answer, said), error == ErrorCode.CannotBeRead ? 422 : error.Status) : error.Page();
    }

    static RazorComponentResult<PlanPage> Page(PlanBoard board, IReadOnlyList<string>? problems, int status = 200) =>
        new(new { Board = board, Problems = problems ?? [] }) { StatusCode = status };

    // What is wrong, what to do, and the code under which it is explained.
    static IReadOnlyList<string> Lines(PlanAnswer answer, Texts said) =>
        answer.Problems is { Count: > 0 } problems ? [.. problems.Select(p => answer.Error!.Line(said, p).Plain)] : [answer.Error!.Line(said).Plain];

    static Task<IResult> Wanted<T>(HttpContext http, Caller caller, Texts said, Func<T, Task<PlanAnswer>> step, CancellationToken cancelled, bool made = false)
        where T : class => Asked.For<T>(http, caller, said, async wish =>
        {
            var answer = await step(wish);
            return answer.Error is { } error ? error.Problem(said, answer.Problems is { Count: > 0 } problems ? string.Join(" ", problems) : null)
                : made ? TypedResults.Created($"/api/v1/plans/{answer.Plan!.PlanId:D}", answer.Plan) : TypedResults.Ok(answer.Plan);
        }, cancelled);

    static async Task<IResult> File(Guid planId, RepairPlans plans, TimeProvider time, CancellationToken cancelled) => await plans.Get(planId, cancelled) is not { } plan ? ErrorCode.UnknownPlan.Page() : new ListFile
    {
        Name = $"plan-{plan.PlanId:N}",
        Title = $"Repair plan {plan.PlanId:D}: {plan.Deed}",
        Filter = plan.Chosen,
        At = time.GetUtcNow(),
        Head = [("Cut-off", Words.Machine(plan.CutOff)), ("Hash", $"sha256 {plan.ItemsHash}")],
        Columns = ["position", "wave", "id", "status", "foreseen", "why", "tried at", "settled at", "outcome"],
        Rows = Items(planId, plans, cancelled).Select(i => new object?[] { i.Position, i.Wave, i.Id, i.Status, i.Foreseen, i.ForeseenWhy, i.TriedAt, i.SettledAt, i.Outcome }),
    };

    static async IAsyncEnumerable<RepairItem> Items(Guid planId, RepairPlans plans, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var after = 0;
        while (await plans.Items(planId, after, 1_000, cancelled) is { Count: > 0 } page)
        {
            foreach (var item in page)
                yield return item;
            after = page[^1].Position;
        }
    }

    static PlanWish Wish(IFormCollection form) => new()
    {
        Deed = form["deed"].ToString(),
        Group = Given(form["group"]),
        State = Given(form["state"]),
        Filter = Guid.TryParse(form["filter"], out var filter) ? filter : null,
        Ids = form["ids"].ToString().Split((char[])[' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries),
        PerMinute = Number(form["perMinute"]) ?? -1,
        StopPercent = Number(form["stopPercent"]) ?? -1,
        OpensAt = At(form["opensAt"]),
        ClosesAt = At(form["closesAt"]),
        Reason = form["reason"].ToString().Trim(),
        By = form["by"].ToString(),
    };

    static string? Given(Microsoft.Extensions.Primitives.StringValues value) => value.ToString().Trim() is { Length: > 0 and <= 300 } text ? text : null;

    static int? Number(Microsoft.Extensions.Primitives.StringValues value) => int.TryParse(value.ToString().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // As a browser writes a field for an instant; the page says that it is UTC.
    static DateTimeOffset? At(Microsoft.Extensions.Primitives.StringValues value) =>
        DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
}
