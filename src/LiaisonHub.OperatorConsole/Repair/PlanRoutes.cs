using System.Globalization;
using System.Text;
using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
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
        app.MapGet("/plans", async (RepairPlans plans, CancellationToken cancelled) => new RazorComponentResult<PlansPage>(new { Plans = await plans.Page(MostPlans, cancelled) }));
        app.MapGet("/plans/new", (HttpRequest http) => new RazorComponentResult<NewPlanPage>(new
        {
            Wish = new PlanWish { Deed = http.Query["deed"].ToString() is { Length: > 0 } deed ? deed : nameof(RepairDeed.Retry), Group = Given(http.Query["group"]), State = Given(http.Query["state"]) },
            Problems = (IReadOnlyList<string>)[],
        }));
        app.MapPost("/plans", Make).Needs(Permission.Decide);
        app.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? Page(board, null) : ErrorCode.UnknownPlan.Page(said));
        app.MapGet("/plans/{planId:guid}.csv", Csv);
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
        api.MapGet("/plans", async (RepairPlans plans, CancellationToken cancelled) => TypedResults.Ok(await plans.Page(MostPlans, cancelled)));
        api.MapPost("/plans", (HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanWish>(http, caller, said, wish => desk.New(caller, wish, cancelled), cancelled, made: true)).Needs(Permission.Decide);
        api.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? TypedResults.Ok(board) : ErrorCode.UnknownPlan.Problem(said));
        api.MapPut("/plans/{planId:guid}", (Guid planId, int version, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanWish>(http, caller, said, wish => desk.Edit(planId, version, caller, wish, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/dry-run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanStep>(http, caller, said, _ => desk.Foresee(planId, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/approval", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanStep>(http, caller, said, step => desk.Approve(planId, step.Version, caller, cancelled), cancelled)).Needs(Permission.Approve);
        api.MapPost("/plans/{planId:guid}/run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanStep>(http, caller, said, step => desk.Run(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/stop", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Asked<PlanStep>(http, caller, said, step => desk.Stop(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
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
        return await desk.Board(planId, 0, cancelled) is { } board ? Page(board, Lines(answer, said), error == ErrorCode.CannotBeRead ? 422 : error.Status) : error.Page(said);
    }

    static RazorComponentResult<PlanPage> Page(PlanBoard board, IReadOnlyList<string>? problems, int status = 200) =>
        new(new { Board = board, Problems = problems ?? [] }) { StatusCode = status };

    // What is wrong, what to do, and the code under which it is explained.
    static IReadOnlyList<string> Lines(PlanAnswer answer, Texts said) =>
        answer is { Error: { Code: var code }, Problems: { Count: > 0 } problems } ? [.. problems.Select(p => $"{p} ({code})")] : [$"{said[$"errors.{answer.Error!.Code}"].Plain} {said[$"errors.{answer.Error.Code}-fix"].Plain} ({answer.Error.Code})"];

    // A session of a browser does nothing over the API: there a form has no token of its own.
    static async Task<IResult> Asked<T>(HttpContext http, Caller caller, Texts said, Func<T, Task<PlanAnswer>> step, CancellationToken cancelled, bool made = false) where T : class
    {
        if (caller.AccountId is not null && http.Request.Headers.Authorization.Count == 0)
            return ErrorCode.NotByCookie.Problem(said);
        T? wish = null;
        var problem = "The body must be JSON (Content-Type: application/json).";
        if (http.Request.HasJsonContentType())
            try
            {
                wish = await http.Request.ReadFromJsonAsync<T>(cancelled);
            }
            catch (JsonException e)
            {
                problem = $"The body cannot be read at {e.Path ?? "its root"}.";
            }
        if (wish is null)
            return ErrorCode.CannotBeRead.Problem(said, problem);
        var answer = await step(wish);
        return answer.Error is { } error ? error.Problem(said, answer.Problems is { Count: > 0 } problems ? string.Join(" ", problems) : null)
            : made ? TypedResults.Created($"/api/v1/plans/{answer.Plan!.PlanId:D}", answer.Plan) : TypedResults.Ok(answer.Plan);
    }

    static async Task<IResult> Csv(Guid planId, RepairPlans plans, TimeProvider time, Texts said, CancellationToken cancelled)
    {
        if (await plans.Get(planId, cancelled) is not { } plan)
            return ErrorCode.UnknownPlan.Page(said);
        var csv = new StringBuilder("\uFEFF");
        void Line(params ReadOnlySpan<string> cells) => csv.Append(Casework.Csv.Line(cells)).Append("\r\n");
        Line("Repair plan", plan.PlanId.ToString("D"), plan.Deed.ToString(), plan.Chosen, $"cut-off {Words.Machine(plan.CutOff)}", $"sha256 {plan.ItemsHash}");
        Line("Made at", Words.Machine(time.GetUtcNow()));
        Line();
        Line("position", "wave", "id", "status", "foreseen", "why", "tried at", "settled at", "outcome");
        for (var after = 0; after < plan.Items;)
        {
            var page = await plans.Items(planId, after, 1000, cancelled);
            foreach (var item in page)
                Line(item.Position.ToString(CultureInfo.InvariantCulture), item.Wave.ToString(CultureInfo.InvariantCulture), item.Id, item.Status, item.Foreseen ?? "", item.ForeseenWhy ?? "",
                    item.TriedAt is { } tried ? Words.Machine(tried) : "", item.SettledAt is { } settled ? Words.Machine(settled) : "", item.Outcome ?? "");
            after = page is [.., var last] ? last.Position : plan.Items;
        }
        return TypedResults.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"plan-{plan.PlanId:N}.csv"));
    }

    static PlanWish Wish(IFormCollection form) => new()
    {
        Deed = form["deed"].ToString(),
        Group = Given(form["group"]),
        State = Given(form["state"]),
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
