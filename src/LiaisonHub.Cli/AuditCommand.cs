using System.CommandLine;
using System.Globalization;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Who did what and who looked, and the record that the hub itself cannot rewrite unseen.</summary>
static class AuditCommand
{
    public static Command Make()
    {
        var who = new Option<string?>("--who") { Description = "Part of the name of who did it." };
        var account = new Option<Guid?>("--account") { Description = "Id of the account of who did it: two people may have had one name." };
        var what = new Option<string?>("--what") { Description = "What was done, for example DocumentViewed." };
        var from = new Option<string?>("--from") { Description = "First day (UTC), for example 2026-03-01." };
        var until = new Option<string?>("--until") { Description = "Last day (UTC)." };
        var last = new Option<int?>("--last") { Description = "Only today and so many days before, instead of --from and --until." };
        var request = new Option<Guid?>("--request") { Description = "Id of the request it was about." };
        var most = new Option<int>("--most") { Description = "At most so many, the latest.", DefaultValueFactory = _ => 200 };
        var list = new Command("list", $"Lists deeds and views at the console, and what the hub has noticed by itself, latest first. It needs the role auditor or administrator.\n\nExamples:\n  liaisonhub audit list --what DocumentViewed\n  liaisonhub audit list --who bell --from 2026-03-01 --json\n\n{ConsoleApi.Note}")
        {
            ConsoleApi.Address, ConsoleApi.Filter, who, account, what, from, until, last, request, most, ProcedureCommand.Json,
        };
        list.SetAction((parsed, cancellationToken) => ConsoleApi.Run(parsed, async console =>
        {
            var query = await console.Query(parsed.GetValue(ConsoleApi.Filter), "audit", DeadlinesCommand.Query(
                ("who", parsed.GetValue(who)), ("account", parsed.GetValue(account)?.ToString("D")), ("what", parsed.GetValue(what)), ("from", parsed.GetValue(from)), ("until", parsed.GetValue(until)),
                ("last", parsed.GetValue(last)?.ToString(CultureInfo.InvariantCulture)), ("request", parsed.GetValue(request)?.ToString("D"))), cancellationToken);
            var found = await console.Get<AuditList>($"audit?{query}", cancellationToken);
            while (found.Next is { } next && found.Entries.Count < parsed.GetValue(most))
            {
                var page = await console.Get<AuditList>($"audit?{query}&after={Uri.EscapeDataString(next)}", cancellationToken);
                found = page with { Entries = [.. found.Entries, .. page.Entries] };
            }
            found = found with { Entries = [.. found.Entries.Take(parsed.GetValue(most))] };
            if (parsed.GetValue(ProcedureCommand.Json))
                Terminal.Json(found);
            else if (found.Entries.Count == 0)
                Terminal.Good("Nothing was done or looked at that fits.");
            else
                Terminal.Table(["at", "what", "by", "account", "request", "content"], found.Entries.Select(e => (IReadOnlyList<string>)[Words.Utc(e.At), e.Kind, e.Actor, e.Account?.ToString("D") ?? "", e.RequestId?.ToString("D") ?? "", e.Content]));
            return ExitCode.Done;
        }));

        var file = new Argument<FileInfo?>("file") { Description = "A chain as 'audit export' or the console has written it; no network is needed.", Arity = ArgumentArity.ZeroOrOne };
        var database = new Option<string?>("--database")
        {
            Description = "The hub's database itself, beside the console: for whoever has a login there, without a role of the console, and without an entry in the ledger. sqlite:FILE, postgres:CONNECTION STRING or sqlserver:CONNECTION STRING.",
        };
        var size = new Option<long?>("--known-size") { Description = "How many entries the chain had when its end was noted." };
        var hash = new Option<string?>("--known-hash") { Description = "The hash of the end that was noted: a chain whose end was cut off and written anew is found as well." };
        var verify = new Command("verify", "Computes every hash of the ledger again, and compares the list of deeds with it; of a file every byte. The console does it, and keeps in the ledger who asked; it needs the role auditor or administrator. "
            + $"A file, and with --database the tables, are only read: nothing is written, and no console is asked. Exit code 0: it holds; 1: it does not, and the first place is named, or the console refuses; 2: the command line cannot be used; 3: the database or the console cannot be reached. {ConsoleApi.Note}"
            + "\n\nExample: liaisonhub audit verify\n         liaisonhub audit verify chain.jsonl --known-size 88213 --known-hash 5f0a...\n         liaisonhub audit verify --database sqlite:.liaisonhub/hub.db")
        {
            file, database, ConsoleApi.Address, size, hash, ProcedureCommand.Json,
        };
        verify.Validators.Add(given =>
        {
            var console = given.GetValue(file) is null && given.GetValue(database) is null;
            if (new[] { given.GetValue(file) is not null, given.GetValue(database) is not null, given.GetResult(ConsoleApi.Address) is { Implicit: false } }.Count(named => named) > 1)
                given.AddError("Name one of them: a file, --database or --console.");
            else if (given.GetValue(size) is null != given.GetValue(hash) is null || (console && given.GetValue(size) is not null))
                given.AddError("--known-size and --known-hash go together, with a file or with --database; the console knows the end that it verified last.");
        });
        verify.SetAction((parsed, cancellationToken) => parsed.GetValue(file) is null && parsed.GetValue(database) is null
            ? ConsoleApi.Run(parsed, async console =>
            {
                var verified = await console.Post<Verification>("audit/verification", new { }, cancellationToken);
                return Said(verified.Head, verified.Finding, parsed);
            })
            : Terminal.Run(async () =>
            {
                var known = parsed.GetValue(hash) is { } noted ? new LedgerHead { Size = parsed.GetValue(size)!.Value, Hash = noted } : null;
                using var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json));
                void Sofar(long entries) => progress.At($"{entries} entries verified");
                LedgerHead head;
                LedgerFinding? finding;
                if (parsed.GetValue(file) is { } chain)
                {
                    await using var reader = chain.OpenRead();
                    (head, finding) = await LedgerFile.Verify(reader, known, cancellationToken, Sofar);
                }
                else
                {
                    await using var opened = Database.Open(parsed.GetValue(database)!, TimeProvider.System);
                    var ledger = new Ledger(opened);
                    finding = await ledger.Verify(known, cancellationToken, Sofar);
                    head = await ledger.Head(cancellationToken);
                }
                progress.Dispose();
                return Said(head, finding, parsed);
            }));

        var output = new Option<FileInfo>("--output") { Description = "The file to write.", Required = true };
        var export = new Command("export", "Writes the whole chain into a file, one entry a line (JSON) and where it ends in the last, that anybody verifies without a network. It comes from the console, as from its page: with the role auditor or administrator, "
            + $"and who takes it stands in the ledger. What has come is verified before it counts. With --database it is read from the tables beside the console, and no entry says so. {ConsoleApi.Note}"
            + "\n\nExample: liaisonhub audit export --output chain.jsonl\n         liaisonhub audit export --database sqlite:.liaisonhub/hub.db --output chain.jsonl")
        {
            output, database, ConsoleApi.Address,
        };
        export.Validators.Add(given =>
        {
            if (given.GetValue(database) is not null && given.GetResult(ConsoleApi.Address) is { Implicit: false })
                given.AddError("Name one of them: --database or --console.");
        });
        export.SetAction((parsed, cancellationToken) => parsed.GetValue(database) is { } address
            ? Terminal.Run(async () =>
            {
                await using var opened = Database.Open(address, TimeProvider.System);
                await using var written = parsed.GetRequiredValue(output).Create();
                using var progress = Terminal.Progress(json: false);
                return Written(await LedgerFile.Write(new Ledger(opened), written, cancellationToken, entries => progress.At($"{entries} entries written")), null);
            })
            : ConsoleApi.Run(parsed, async console =>
            {
                var to = parsed.GetRequiredValue(output);
                using (var progress = Terminal.Progress(json: false))
                    await console.Save("audit/chain.jsonl", to, bytes => progress.At($"{bytes / 1024} KiB written"), cancellationToken);
                await using var reader = to.OpenRead();
                var (head, finding) = await LedgerFile.Verify(reader, null, cancellationToken);
                return Written(head, finding);
            }));
        return new Command("audit", "Who did what and who looked, and the record that the hub itself cannot rewrite unseen.") { list, verify, export };
    }

    static int Written(LedgerHead head, LedgerFinding? finding)
    {
        if (finding is null)
            Terminal.Good($"{head.Size} entries are written; the end is {head.Hash}. Note it elsewhere: 'liaisonhub audit verify FILE --known-size {head.Size} --known-hash {head.Hash}'.");
        else
            Terminal.Bad($"The file is written, and does not hold at position {(finding.Position is { } position ? $"{position}" : "?")}: {finding.What}", "Export it again; if it says the same, let the ledger be verified: liaisonhub audit verify.");
        return finding is null ? ExitCode.Done : ExitCode.Findings;
    }

    static int Said(LedgerHead head, LedgerFinding? finding, ParseResult parsed)
    {
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(new { head, finding });
        else if (finding is null)
            Terminal.Good($"The ledger holds: {head.Size} entries, head {head.Hash}.");
        else
            Terminal.Bad($"The ledger does not hold at position {(finding.Position is { } position ? $"{position}" : "?")}: {finding.What}", "Stop the hub, keep the database as it is, and compare with the last backup and the receipts of the states.");
        return finding is null ? ExitCode.Done : ExitCode.Findings;
    }
}
