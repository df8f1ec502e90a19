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
        var database = new Option<string?>("--database") { Description = "The hub's database, instead of a file." };
        var size = new Option<long?>("--known-size") { Description = "How many entries the chain had when its end was noted." };
        var hash = new Option<string?>("--known-hash") { Description = "The hash of the end that was noted: a chain whose end was cut off and written anew is found as well." };
        var console = new Option<string?>("--console") { Description = "Address of the operators' console, which verifies and keeps in the ledger who asked for it. A file and a database are only read." };
        var verify = new Command("verify", "Computes every hash of the ledger again, and compares the list of deeds with it; of a file every byte. Exit code 0: it holds; 1: it does not, and the first place is named; 2: the command line cannot be used; 3: the database or the console cannot be reached.\n\nExample: liaisonhub audit verify chain.jsonl\n         liaisonhub audit verify --database sqlite:.liaisonhub/hub.db\n         liaisonhub audit verify --console http://127.0.0.1:5080")
        {
            file, database, console, size, hash, ProcedureCommand.Json,
        };
        verify.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            var (chain, address, asked) = (parsed.GetValue(file), parsed.GetValue(database), parsed.GetValue(console));
            if (new object?[] { chain, address, asked }.Count(given => given is not null) != 1 || (asked is not null && parsed.GetValue(size) is not null) || parsed.GetValue(size) is null != parsed.GetValue(hash) is null)
            {
                await Console.Error.WriteLineAsync("Name a file, --database or --console; and for the first two --known-size together with --known-hash or neither.");
                return ExitCode.Usage;
            }
            var known = parsed.GetValue(hash) is { } noted ? new LedgerHead { Size = parsed.GetValue(size)!.Value, Hash = noted } : null;
            if (asked is not null)
                return await ConsoleApi.Run(asked, async api =>
                {
                    var verified = await api.Post<Verification>("audit/verification", new { }, cancellationToken);
                    return Said(verified.Head, verified.Finding, parsed);
                });
            LedgerHead head;
            LedgerFinding? finding;
            using var progress = Terminal.Progress(parsed.GetValue(ProcedureCommand.Json));
            void Sofar(long entries) => progress.At($"{entries} entries verified");
            if (chain is not null)
            {
                await using var reader = chain.OpenRead();
                (head, finding) = await LedgerFile.Verify(reader, known, cancellationToken, Sofar);
            }
            else
            {
                await using var opened = Database.Open(address!, TimeProvider.System);
                var ledger = new Ledger(opened);
                finding = await ledger.Verify(known, cancellationToken, Sofar);
                head = await ledger.Head(cancellationToken);
            }
            progress.Dispose();
            return Said(head, finding, parsed);
        }));

        var of = new Option<string>("--database") { Description = "The hub's database.", Required = true };
        var output = new Option<FileInfo>("--output") { Description = "The file to write.", Required = true };
        var export = new Command("export", "Writes the whole chain into a file, one entry a line (JSON) and where it ends in the last, that anybody verifies without a network.\n\nExample: liaisonhub audit export --database sqlite:.liaisonhub/hub.db --output chain.jsonl") { of, output };
        export.SetAction((parsed, cancellationToken) => Terminal.Run(async () =>
        {
            await using var opened = Database.Open(parsed.GetRequiredValue(of), TimeProvider.System);
            await using var written = parsed.GetRequiredValue(output).Create();
            LedgerHead head;
            using (var progress = Terminal.Progress(json: false))
                head = await LedgerFile.Write(new Ledger(opened), written, cancellationToken, entries => progress.At($"{entries} entries written"));
            Terminal.Good($"{head.Size} entries are written; the end is {head.Hash}. Note it elsewhere: 'liaisonhub audit verify FILE --known-size {head.Size} --known-hash {head.Hash}'.");
            return ExitCode.Done;
        }));
        return new Command("audit", "Who did what and who looked, and the record that the hub itself cannot rewrite unseen.") { list, verify, export };
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
