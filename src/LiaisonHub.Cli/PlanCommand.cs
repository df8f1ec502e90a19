using System.CommandLine;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Repair plans: the same desk as on the pages, with the same two people.</summary>
static class PlanCommand
{
    const int Most = 500;

    static readonly Option<string?> By = new("--by") { Description = "Who does it: name and function. Only where nobody signs in at the console; otherwise it is who made the token." };
    static readonly Option<string> Reason = new("--reason") { Description = "Why; goes into the ledger. No personal data of any case.", Required = true };
    static readonly Argument<Guid> Plan = new("plan") { Description = "Id of the plan." };
    static readonly Option<int> Version = new("--version-seen") { Description = "Version of the plan that you have read.", DefaultValueFactory = _ => 1 };
    static readonly Option<bool> Wait = new("--wait") { Description = "Wait until the hub has finished." };

    public static Command Make() => new("plan", "Repair plans: a fixed list of rows, a dry run, then waves of 1, 5, 25 and the rest; and what became of each row.")
    {
        New(), Edit(), DryRun(), Approve(), Refuse(), Withdraw(), RunIt(), Stop(), Discard(), Status(), Outcome(),
    };

    static Command New()
    {
        var deed = new Argument<string>("deed") { Description = "What is done to each row." };
        deed.AcceptOnlyFromAmong(Enum.GetNames<RepairDeed>());
        var group = new Option<string?>("--group") { Description = "Only messages of this fingerprint." };
        var state = new Option<string?>("--state") { Description = "Only rows from or to this state." };
        var ids = new Option<string[]>("--id") { Description = "Only this id; may be given several times." };
        var all = new Option<bool>("--all") { Description = "All that wait, where nothing else chooses." };
        var filter = new Option<string?>("--filter") { Description = "Only the messages that this saved filter of the quarantine finds now." };
        var pace = new Option<int>("--per-minute") { Description = "Rows a minute, 1 to 600.", DefaultValueFactory = _ => 10 };
        var stop = new Option<int>("--stop-percent") { Description = "Stop when more than so many of a hundred rows that were tried failed, 0 to 100.", DefaultValueFactory = _ => 5 };
        var opens = new Option<DateTimeOffset?>("--not-before") { Description = "Nothing is done before (UTC where no offset is given)." };
        var closes = new Option<DateTimeOffset?>("--not-after") { Description = "Nothing is done after." };
        var command = new Command("new", $"Fixes the rows that fit now in a plan. Nothing is done yet. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan new Retry --group edge/NotAuthentic/UnknownKey --reason \"The key of XB is in the directory now\"\n  liaisonhub plan new SetAside --state XA --per-minute 60 --reason \"A test sent by mistake\" --json")
        {
            deed, group, state, filter, ids, all, pace, stop, opens, closes, Reason, By, ConsoleApi.Address, ProcedureCommand.Json,
        };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>(
                "plans",
                new PlanWish
                {
                    Deed = parsed.GetRequiredValue(deed),
                    Group = parsed.GetValue(group),
                    State = parsed.GetValue(state),
                    Filter = parsed.GetValue(filter) is { } saved ? (await console.Saved(saved, "quarantine", cancellationToken)).FilterId : null,
                    Ids = parsed.GetValue(ids) is { Length: > 0 } named ? named : null,
                    All = parsed.GetValue(all),
                    PerMinute = parsed.GetValue(pace),
                    StopPercent = parsed.GetValue(stop),
                    OpensAt = parsed.GetValue(opens),
                    ClosesAt = parsed.GetValue(closes),
                    Reason = parsed.GetRequiredValue(Reason),
                    By = parsed.GetValue(By),
                },
                cancellationToken);
            Say(parsed, plan, $"Plan {plan.PlanId}: {plan.Items} rows, sha256 {plan.ItemsHash}, cut-off {Words.Utc(plan.CutOff)}. Next: liaisonhub plan dry-run {plan.PlanId}");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Edit()
    {
        var pace = new Option<int?>("--per-minute") { Description = "Rows a minute, 1 to 600." };
        var stop = new Option<int?>("--stop-percent") { Description = "Stop when more than so many of a hundred rows that were tried failed, 0 to 100." };
        var opens = new Option<DateTimeOffset?>("--not-before") { Description = "Nothing is done before (UTC where no offset is given)." };
        var closes = new Option<DateTimeOffset?>("--not-after") { Description = "Nothing is done after." };
        var whenever = new Option<bool>("--any-time") { Description = "At once and whenever: the plan has no window any more." };
        var reason = new Option<string?>("--reason") { Description = "Why the plan is carried out, where that is to read otherwise; goes into the ledger. No personal data of any case." };
        var command = new Command("edit", $"Changes pace, window or reason of a plan that does not run; what is not named stays. The rows stay as they are, and whoever agreed must agree again. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan edit 0198c0de-0000-7000-8000-000000000001 --per-minute 60\n  liaisonhub plan edit 0198c0de-0000-7000-8000-000000000001 --version-seen 2 --not-before 2026-03-15T22:00Z --reason \"After office hours\"")
        {
            Plan, Version, pace, stop, opens, closes, whenever, reason, By, ConsoleApi.Address, ProcedureCommand.Json,
        };
        command.Validators.Add(given =>
        {
            if (!new Option[] { pace, stop, opens, closes, whenever, reason }.Any(o => given.GetResult(o) is { Implicit: false }))
                given.AddError("Say what is to change: --per-minute, --stop-percent, --not-before, --not-after, --any-time or --reason.");
            else if (given.GetValue(whenever) && (given.GetValue(opens) ?? given.GetValue(closes)) is not null)
                given.AddError("Either --any-time or a window: leave one of them out.");
        });
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var id = parsed.GetRequiredValue(Plan);
            var stands = (await console.Get<PlanBoard>($"plans/{id}", cancellationToken)).Plan;
            var plan = await console.Put<RepairPlan>(
                $"plans/{id}?version={parsed.GetValue(Version)}",
                new PlanWish
                {
                    Deed = stands.Deed.ToString(),
                    PerMinute = parsed.GetValue(pace) ?? stands.PerMinute,
                    StopPercent = parsed.GetValue(stop) ?? stands.StopPercent,
                    OpensAt = parsed.GetValue(whenever) ? null : parsed.GetValue(opens) ?? stands.OpensAt,
                    ClosesAt = parsed.GetValue(whenever) ? null : parsed.GetValue(closes) ?? stands.ClosesAt,
                    Reason = parsed.GetValue(reason) ?? stands.Reason,
                    By = parsed.GetValue(By),
                },
                cancellationToken);
            Say(parsed, plan, $"Version {plan.Version} of plan {plan.PlanId}. Next: liaisonhub plan dry-run {plan.PlanId}");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command DryRun()
    {
        var command = new Command("dry-run", $"Asks the hub what each row would do now, without effect, and waits for it with --wait. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan dry-run 0198c0de-0000-7000-8000-000000000001 --wait") { Plan, Wait, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var id = parsed.GetRequiredValue(Plan);
            await console.Post<RepairPlan>($"plans/{id}/dry-run", new PlanStep(0), cancellationToken);
            var board = await Until(console, id, parsed, b => b.Plan.ForeseenAt is not null,
                b => $"dry run: {b.Foreseen.Where(f => f.Status.Length > 0).Sum(f => f.Items)} of {b.Plan.Items} rows", cancellationToken);
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(board);
            else
                Terminal.Say(board.Plan.ForeseenAt is null ? "The dry run is under way; look with “plan status”." : string.Join(", ", board.Foreseen.Select(f => $"{Words.Spaced(f.Status)}: {f.Items}")));
            return board.Foreseen.Any(f => f.Status == Foresight.WouldFail) ? ExitCode.Findings : ExitCode.Done;
        }));
        return command;
    }

    static Command Approve()
    {
        var command = new Command("approve", $"Agrees, as the second person, to what cannot be undone. The agreement stands for 24 hours and ends when the plan is edited. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan approve 0198c0de-0000-7000-8000-000000000001 --version-seen 1") { Plan, Version, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>($"plans/{parsed.GetRequiredValue(Plan)}/approval", new PlanStep(parsed.GetValue(Version)), cancellationToken);
            Say(parsed, plan, $"Agreed to version {plan.ApprovedVersion} until {Words.Utc(plan.ApprovedUntil!.Value)}.");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Refuse()
    {
        var command = new Command("refuse", $"Does not agree, as the second person, to what cannot be undone: the plan never runs. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan refuse 0198c0de-0000-7000-8000-000000000001 --version-seen 1 --reason \"These came from a court\"") { Plan, Version, Reason, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>($"plans/{parsed.GetRequiredValue(Plan)}/refusal", new PlanStep(parsed.GetValue(Version), Reason: parsed.GetRequiredValue(Reason)), cancellationToken);
            Say(parsed, plan, "Refused. The plan never runs.");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Withdraw()
    {
        var command = new Command("withdraw", $"Takes your own agreement back; a plan that runs stops. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan withdraw 0198c0de-0000-7000-8000-000000000001 --reason \"The list holds more than I was told\"") { Plan, Reason, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>($"plans/{parsed.GetRequiredValue(Plan)}/withdrawal", new PlanStep(0, Reason: parsed.GetRequiredValue(Reason)), cancellationToken);
            Say(parsed, plan, "Taken back. Nobody agrees to the plan now.");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Discard()
    {
        var command = new Command("discard", $"Throws away a plan that does not run: it never will. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan discard 0198c0de-0000-7000-8000-000000000001 --reason \"Made over the wrong group\"") { Plan, Version, Reason, By, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>($"plans/{parsed.GetRequiredValue(Plan)}/end", new PlanStep(parsed.GetValue(Version), Reason: parsed.GetRequiredValue(Reason), By: parsed.GetValue(By)), cancellationToken);
            Say(parsed, plan, "Discarded. The rows stay as they are.");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command RunIt()
    {
        var count = new Option<int>("--count") { Description = "How many rows the plan has, typed by hand.", Required = true };
        var command = new Command("run", $"Lets the hub carry the plan out; with --wait until it is done or stopped. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan run 0198c0de-0000-7000-8000-000000000001 --count 23 --wait") { Plan, count, Version, By, Wait, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var id = parsed.GetRequiredValue(Plan);
            await console.Post<RepairPlan>($"plans/{id}/run", new PlanStep(parsed.GetValue(Version), parsed.GetRequiredValue(count), By: parsed.GetValue(By)), cancellationToken);
            return Tell(parsed, await Until(console, id, parsed, b => b.Plan.Status != RepairPlan.Running,
                b => $"{b.Plan.Items - b.Counts.Where(c => c.Status is RepairItem.Waiting or RepairItem.Sent).Sum(c => c.Items)} of {b.Plan.Items} rows have their outcome", cancellationToken));
        }));
        return command;
    }

    static Command Stop()
    {
        var command = new Command("stop", $"Stops a plan: what was not begun stays undone. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan stop 0198c0de-0000-7000-8000-000000000001 --reason \"The wrong group\"") { Plan, Reason, By, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var plan = await console.Post<RepairPlan>($"plans/{parsed.GetRequiredValue(Plan)}/stop", new PlanStep(0, Reason: parsed.GetRequiredValue(Reason), By: parsed.GetValue(By)), cancellationToken);
            Say(parsed, plan, "Stopped. What was done is done; what was not begun stays undone.");
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Status()
    {
        var plan = new Argument<string?>("plan") { Description = "Id of the plan. Without: all plans.", Arity = ArgumentArity.ZeroOrOne };
        var stands = new Option<string?>("--status") { Description = "Only plans that stand so." };
        stands.AcceptOnlyFromAmong([.. PlanQuery.Statuses]);
        var deed = new Option<string?>("--deed") { Description = "Only plans that do this." };
        deed.AcceptOnlyFromAmong(Enum.GetNames<RepairDeed>());
        var command = new Command("status", $"Says how a plan stands, or lists the plans. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan status\n  liaisonhub plan status --status Draft\n  liaisonhub plan status 0198c0de-0000-7000-8000-000000000001 --json") { plan, stands, deed, ConsoleApi.Address, ConsoleApi.Filter, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            if (parsed.GetValue(plan) is { } given && !Guid.TryParse(given, out _))
            {
                await Console.Error.WriteLineAsync($"'{given}' is no id of a plan; 'liaisonhub plan status' lists them.");
                return ExitCode.Usage;
            }
            if (parsed.GetValue(plan) is { } id)
                return Tell(parsed, await console.Get<PlanBoard>($"plans/{id}", cancellationToken));
            var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "plans", DeadlinesCommand.Query(("status", parsed.GetValue(stands)), ("deed", parsed.GetValue(deed))), cancellationToken);
            var found = await console.Get<PlanList>($"plans?{query}", cancellationToken);
            using (var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json)))
                while (found.Next is { } next && found.Plans.Count < Most)
                {
                    progress.At($"{found.Plans.Count} plans read");
                    var page = await console.Get<PlanList>($"plans?{query}{(query.Length > 0 ? "&" : "")}after={Uri.EscapeDataString(next)}", cancellationToken);
                    found = page with { Plans = [.. found.Plans, .. page.Plans] };
                }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(found);
            else
            {
                Terminal.Table(["plan", "deed", "rows", "status", "made", "by", "reason"], found.Plans.Select(p => (IReadOnlyList<string>)[p.PlanId.ToString(), p.Deed.ToString(), Words.Number(p.Items), p.Status, Words.Utc(p.MadeAt), p.MadeBy, p.Reason]));
                if (found.Next is not null)
                    Terminal.Say($"There are more than {found.Plans.Count}; narrow the list.");
            }
            return ExitCode.Done;
        }));
        return command;
    }

    static Command Outcome()
    {
        var command = new Command("outcome", $"Lists every row of a plan with what became of it: processed, failed again, unknown. Exit code 1 when one is not processed. {ConsoleApi.Note}\n\nExamples:\n  liaisonhub plan outcome 0198c0de-0000-7000-8000-000000000001 --json") { Plan, ConsoleApi.Address, ProcedureCommand.Json };
        command.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var items = new List<RepairItem>();
            for (int? after = 0; after is { } from;)
            {
                var page = await console.Get<PlanBoard>($"plans/{parsed.GetRequiredValue(Plan)}?after={from}", cancellationToken);
                items.AddRange(page.Items);
                after = page.Next;
            }
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(items);
            else
                Terminal.Table(["no", "row", "wave", "status", "outcome"], items.Select(i => (IReadOnlyList<string>)[Words.Number(i.Position), i.Id, Words.Number(i.Wave), i.Status, i.Outcome ?? ""]));
            return items.All(i => i.Status is RepairItem.Processed or RepairItem.Untouched) ? ExitCode.Done : ExitCode.Findings;
        }));
        return command;
    }

    static int Tell(ParseResult parsed, PlanBoard board)
    {
        int Of(string status) => board.Counts.Where(c => c.Status == status).Sum(c => c.Items);
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(board);
        else
        {
            Terminal.Say($"{board.Plan.Status}: of {board.Plan.Items} rows processed {Of(RepairItem.Processed)}, failed again {Of(RepairItem.FailedAgain)}, unknown {Of(RepairItem.Unknown)}, outcome open {Of(RepairItem.Sent)}, "
                + $"waiting {Of(RepairItem.Waiting)}, left alone {Of(RepairItem.Untouched)}.{(board.Plan.EndedWhy is { } why ? " " + why : "")}");
            Terminal.Table(["what", "how it stands"], Facts(board));
        }
        return Of(RepairItem.FailedAgain) + Of(RepairItem.Unknown) > 0 || board.Plan.Status == RepairPlan.Stopped ? ExitCode.Findings : ExitCode.Done;
    }

    // What whoever comes to a plan must know before anything is done with it, in the order in which it is done.
    static IEnumerable<IReadOnlyList<string>> Facts(PlanBoard board)
    {
        var plan = board.Plan;
        yield return ["deed", $"{plan.Deed}, version {plan.Version}, by {plan.ShapedBy} {Words.Utc(plan.ShapedAt)}: {plan.Reason}"];
        yield return ["rows", $"{plan.Items}: {plan.Chosen}"];
        yield return ["pace", $"{plan.PerMinute} a minute; it stops when more than {plan.StopPercent} in a hundred fail"];
        yield return ["window", plan.OpensAt is null && plan.ClosesAt is null ? "whenever" : string.Join(", ", new[] { plan.OpensAt is { } opens ? $"from {Words.Utc(opens)}" : "", plan.ClosesAt is { } closes ? $"until {Words.Utc(closes)}" : "" }.Where(w => w.Length > 0))];
        yield return ["dry run", plan.ForeseeWishedAt is null ? "none was made" : plan.ForeseenAt is not { } foreseen ? "under way" : $"{Words.Utc(foreseen)}: {string.Join(", ", board.Foreseen.Select(f => $"{(f.Status.Length == 0 ? "not foreseen" : Words.Spaced(f.Status))} {f.Items}"))}"];
        yield return
        [
            "second person", !plan.Irreversible ? "needs none" : plan.ApprovedBy is not { } by ? "nobody has agreed"
                : board.Approved ? $"{by} agrees until {Words.Utc(plan.ApprovedUntil!.Value)}" : $"the agreement of {by} to version {plan.ApprovedVersion} counts no longer",
        ];
        if (plan.StartedAt is { } started)
            yield return ["started", $"{Words.Utc(started)} by {plan.StartedBy}"];
        if (plan.EndedAt is { } ended)
            yield return ["ended", Words.Utc(ended)];
        if (board.HubSilentSince is { } silent)
            yield return ["hub", $"its worker has given no sign of life since {Words.Utc(silent)}: nothing is tried or worked off; start it"];
    }

    static async Task<PlanBoard> Until(ConsoleApi console, Guid planId, ParseResult parsed, Func<PlanBoard, bool> reached, Func<PlanBoard, string> sofar, CancellationToken cancellationToken)
    {
        using var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json));
        while (true)
        {
            var board = await console.Get<PlanBoard>($"plans/{planId}", cancellationToken);
            if (!parsed.GetValue(Wait) || reached(board))
                return board;
            progress.At(sofar(board));
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }

    static void Say(ParseResult parsed, RepairPlan plan, string text)
    {
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(plan);
        else
            Terminal.Good(text);
    }
}
