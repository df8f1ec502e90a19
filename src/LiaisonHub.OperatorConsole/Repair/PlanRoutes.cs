using System.Globalization;
using System.Runtime.CompilerServices;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace LiaisonHub.OperatorConsole.Repair;

/// <summary>Repair plans as pages and as JSON: the same desk behind both.</summary>
static class PlanRoutes
{
    public static void MapPlans(this IEndpointRouteBuilder app)
    {
        app.MapGet("/plans", async Task<IResult> (HttpRequest http, PlanDesk desk, Texts said, CancellationToken cancelled) =>
        {
            var query = PlanQuery.Read(http.Query, said);
            return new RazorComponentResult<PlansPage>(new { Query = query, List = await desk.List(query, cancelled) });
        });
        app.MapList("/plans", async Task<IResult> (HttpRequest http, RepairPlans plans, TimeProvider time, Texts said, CancellationToken cancelled) =>
        {
            var query = PlanQuery.Read(http.Query, said);
            if (query.Problems.Count > 0)
                return ErrorCode.BadAddress.Page("shell.no-export", string.Join(" ", query.Problems));
            return new ListFile
            {
                Name = "plans",
                Title = "Repair plans",
                Filter = query.InWords,
                At = time.GetUtcNow(),
                Columns = ["plan id", "deed", "chosen", "rows", "status", "version", "made at", "made by", "reason", "cut-off", "sha256", "approved by", "started at", "ended at", "why it ended"],
                Rows = (await plans.Page(ListFile.Most, cancelled, query.Status, query.Deed)).Select(p => new object?[]
                {
                    p.PlanId, p.Deed, p.Chosen, p.Items, p.Status, p.Version, p.MadeAt, p.MadeBy, p.Reason, p.CutOff, p.ItemsHash, p.ApprovedBy, p.StartedAt, p.EndedAt, p.EndedWhy,
                }).ToAsyncEnumerable(),
            };
        });
        app.MapGet("/plans/new", IResult (HttpRequest http, Texts said) =>
        {
            var problems = new List<Said>(Fields.Unknown(http.Query, said, "deed", "group", "state", "filter"));
            var wish = new PlanWish { Deed = http.Query["deed"].ToString() is { Length: > 0 } deed ? deed : nameof(RepairDeed.Retry), Group = Group(http.Query["group"], said, problems), State = Given(http.Query["state"]), Filter = Filter(http.Query["filter"], said, problems) };
            return new RazorComponentResult<NewPlanPage>(new { Wish = wish, Problems = (IReadOnlyList<string>)[.. problems.Select(p => ErrorCode.BadAddress.Line(said, p).Plain)] });
        }).Needs(Permission.Decide);
        app.MapPost("/plans", Make).Needs(Permission.Decide).WithFormOptions(valueLengthLimit: Legible.Largest).WithMetadata(new LongIds());
        app.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? Page(board, null) : ErrorCode.UnknownPlan.Page());
        app.MapList("/plans/{planId:guid}", File);
        app.MapPost("/plans/{planId:guid}", Edit).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/dry-run", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Foresee(planId, caller, form["by"], cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/approval", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Approve(planId, Number(form["version"]) ?? 0, caller, cancelled), cancelled)).Needs(Permission.Approve).CannotBeUndone();
        app.MapPost("/plans/{planId:guid}/refusal", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Refuse(planId, new(Number(form["version"]) ?? 0, Reason: form["reason"]), caller, cancelled), cancelled)).Needs(Permission.Approve);
        app.MapPost("/plans/{planId:guid}/withdrawal", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.TakeBack(planId, new(0, Reason: form["reason"]), caller, cancelled), cancelled)).Needs(Permission.Approve);
        app.MapPost("/plans/{planId:guid}/end", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Discard(planId, new(Number(form["version"]) ?? 0, Reason: form["reason"], By: form["by"]), caller, cancelled), cancelled)).Needs(Permission.Decide);
        app.MapPost("/plans/{planId:guid}/run", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Run(planId, new(Number(form["version"]) ?? 0, Number(form["count"]), By: form["by"]), caller, cancelled), cancelled)).Needs(Permission.Decide).CannotBeUndone(TakesTwo);
        app.MapPost("/plans/{planId:guid}/stop", (Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Step(planId, http, antiforgery, desk, said, form => desk.Stop(planId, new(0, Reason: form["reason"], By: form["by"]), caller, cancelled), cancelled)).Needs(Permission.Decide);

        var api = app.MapGroup("/api/v1");
        api.MapGet("/plans", async Task<IResult> (HttpRequest http, PlanDesk desk, Texts said, CancellationToken cancelled) => PlanQuery.Read(http.Query, said) is var query && query.Problems.Count > 0
            ? ErrorCode.BadAddress.Problem(said, string.Join(" ", query.Problems)) : TypedResults.Ok(await desk.List(query, cancelled)));
        api.MapPost("/plans", (HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanWish>(http, caller, said, wish => desk.New(caller, wish, cancelled), cancelled, made: true)).Needs(Permission.Decide).WithMetadata(new LongIds());
        api.MapGet("/plans/{planId:guid}", async Task<IResult> (Guid planId, PlanDesk desk, Texts said, CancellationToken cancelled, int after = 0) =>
            await desk.Board(planId, Math.Max(0, after), cancelled) is { } board ? TypedResults.Ok(board) : ErrorCode.UnknownPlan.Problem(said));
        api.MapPut("/plans/{planId:guid}", (Guid planId, int version, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanWish>(http, caller, said, wish => desk.Edit(planId, version, caller, wish, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/dry-run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Foresee(planId, caller, step.By, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/approval", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Approve(planId, step.Version, caller, cancelled), cancelled)).Needs(Permission.Approve);
        api.MapPost("/plans/{planId:guid}/refusal", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Refuse(planId, step, caller, cancelled), cancelled)).Needs(Permission.Approve);
        api.MapPost("/plans/{planId:guid}/withdrawal", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.TakeBack(planId, step, caller, cancelled), cancelled)).Needs(Permission.Approve);
        api.MapPost("/plans/{planId:guid}/end", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Discard(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/run", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Run(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
        api.MapPost("/plans/{planId:guid}/stop", (Guid planId, HttpContext http, Caller caller, PlanDesk desk, Texts said, CancellationToken cancelled) =>
            Wanted<PlanStep>(http, caller, said, step => desk.Stop(planId, step, caller, cancelled), cancelled)).Needs(Permission.Decide);
    }

    static async Task<bool> TakesTwo(HttpContext http) =>
        Guid.TryParse(http.GetRouteValue("planId")?.ToString(), out var id) && await http.RequestServices.GetRequiredService<RepairPlans>().Get(id, http.RequestAborted) is { Irreversible: true };

    static async Task<IResult> Make(Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled)
    {
        if (await Forms.OutOfDate(http, antiforgery) is { } old)
            return old;
        var (wish, unread) = Wish(await http.Request.ReadFormAsync(cancelled), said);
        var answer = unread.Count > 0 ? new(null, ErrorCode.CannotBeRead, unread) : await desk.New(caller, wish, cancelled);
        return answer.Error is not { } error
            ? Forms.Seen($"/plans/{answer.Plan!.PlanId:D}")
            : new RazorComponentResult<NewPlanPage>(new { Wish = wish, Problems = Lines(answer, said) }) { StatusCode = error == ErrorCode.CannotBeRead ? 422 : error.Status };
    }

    static Task<IResult> Edit(Guid planId, Caller caller, HttpContext http, IAntiforgery antiforgery, PlanDesk desk, Texts said, CancellationToken cancelled) =>
        Step(planId, http, antiforgery, desk, said, form => Wish(form, said) is var (wish, unread) && unread.Count > 0 ? Task.FromResult(new PlanAnswer(null, ErrorCode.CannotBeRead, unread))
            : desk.Edit(planId, Number(form["version"]) ?? 0, caller, wish, cancelled), cancelled);

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

    // What a person wrote, and what of it cannot be read: that is refused, and never taken for a field that was left empty.
    static (PlanWish Wish, IReadOnlyList<Said> Unread) Wish(IFormCollection form, Texts said)
    {
        var unread = new List<Said>();
        return (new()
        {
            Deed = form["deed"].ToString(),
            Group = Group(form["group"], said, unread),
            State = Given(form["state"]),
            Filter = Filter(form["filter"], said, unread),
            Ids = form["ids"].ToString() is { Length: > 0 } ids ? ids.Split((char[])[' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries) : null,
            All = form["all"] == "1",
            PerMinute = Number(form["perMinute"]) ?? -1,
            StopPercent = Number(form["stopPercent"]) ?? -1,
            OpensAt = At("opensAt", form, said, unread),
            ClosesAt = At("closesAt", form, said, unread),
            Reason = form["reason"].ToString().Trim(),
            By = form["by"].ToString(),
        }, unread);
    }

    static string? Given(Microsoft.Extensions.Primitives.StringValues value) => value.ToString().Trim() is { Length: > 0 } text ? text : null;

    static string? Group(Microsoft.Extensions.Primitives.StringValues value, Texts said, List<Said> unread)
    {
        if (Given(value) is not { } text)
            return null;
        if (text.Length > QuarantineQuery.LongestGroup || FaultGroup.Parts(text) is null)
            unread.Add(said["plans.bad-group"]);
        return text;
    }

    static Guid? Filter(Microsoft.Extensions.Primitives.StringValues value, Texts said, List<Said> unread)
    {
        if (Given(value) is not { } text)
            return null;
        if (Guid.TryParse(text, out var filter))
            return filter;
        unread.Add(said["plans.bad-filter"]);
        return null;
    }

    static int? Number(Microsoft.Extensions.Primitives.StringValues value) => int.TryParse(value.ToString().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // As a browser writes a field for an instant; the page says that it is UTC.
    static DateTimeOffset? At(string name, IFormCollection form, Texts said, List<Said> unread)
    {
        if (Given(form[name]) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return at;
        unread.Add(said["plans.bad-instant", name]);
        return null;
    }

    // As many ids as a plan may have rows, each with the room that a form gives it.
    sealed class LongIds : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Legible.Largest;
    }
}
