using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Cli;

/// <summary>Says of a request that is not signed yet what is missing and what would be refused.</summary>
static class PreflightCommand
{
    public static Command Make()
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "JSON with type and open, as in contracts/samples; header, or from and to, say who asks whom; enclosed lists codes of papers; private is the private part, not sealed.",
        };
        var from = new Option<string?>("--from") { Description = "The requesting state, where the file does not say." };
        var to = new Option<string?>("--to") { Description = "The requested state or authority, for example XB or XB-CA; goes before what the file says." };
        var on = new Option<string?>("--on") { Description = "The day on which it would arrive (yyyy-MM-dd). Default: today in the requested state." };
        var command = new Command("preflight",
            "Looks a request over before it is signed: everything that is missing or would be refused, in one pass. Exit code 1: something would be refused or returned.\n\n"
            + "Example: liaisonhub preflight contracts/samples/v1/RequestSubmitted.json --to XD")
        {
            file, from, to, on, ProcedureCommand.RegionFolder, ProcedureCommand.Json,
        };
        command.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Run(
            parsed.GetRequiredValue(file), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(on), ProcedureCommand.ReadRules(parsed), parsed.GetValue(ProcedureCommand.Json)))));
        return command;
    }

    static int Run(FileInfo file, string? from, string? to, string? on, Rules rules, bool json)
    {
        IReadOnlyList<PreflightFinding> findings;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            var root = document.RootElement;
            var openings = string.Join(", ", Acts.Openings);
            if (Text(root, "type") is not { } type || !Acts.All.TryGetValue(type, out var act))
                return Wrong("$.type: there is no act of that name.", $"Write one of {openings}.");
            if (!act.Opens)
                return Wrong($"$.type: {type} opens no request.", $"Write one of {openings}.");
            if (!root.TryGetProperty("open", out var open))
                return Wrong("$.open: is missing.", "Write the open part there, as in contracts/samples/v1.");
            var header = root.TryGetProperty("header", out var named) ? named : default;
            var asking = StateOf(rules.Region, from ?? Text(root, "from") ?? Text(header, "sender", "state"));
            var asked = to ?? Text(root, "to") ?? Text(header, "receiver", "authority") ?? Text(header, "receiver", "state");
            if (asking is null)
                return Wrong("$.from: no state of the region asks.", $"Write one of {States(rules)}, or give --from.");
            if (StateOf(rules.Region, asked) is not { } addressed || addressed == asking)
                return Wrong("$.to: no other state of the region is asked.", $"Write one of {States(rules)}, or an authority of one, or give --to.");
            var now = TimeProvider.System.GetUtcNow();
            var day = rules.DayIn(addressed, now);
            if (on is not null && !DateOnly.TryParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
                return Wrong("--on: that is no day.", "Write it as yyyy-MM-dd.");
            var priority = (Text(root, "priority") ?? Text(header, "priority")) is { } text && Enum.TryParse<Priority>(text, out var read) ? read
                : default(Priority?);
            var enclosed = root.TryGetProperty("enclosed", out var papers) ? papers.Deserialize<string[]>(Wire.Json) : null;
            var particulars = root.TryGetProperty("private", out var part) && act.Private == typeof(RequestParticulars)
                ? part.Deserialize<RequestParticulars>(Wire.Json) : null;
            findings = rules.Preflight(asking, addressed, open.Deserialize(act.Content, Wire.Json)!, day, asked == addressed ? null : asked, priority,
                enclosed, particulars, on is null ? now : null);
            if (!json)
                Terminal.Say($"{type}, {asking} to {addressed}, on {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}. "
                    + $"May be addressed: {string.Join(", ", rules.Region.Designated(addressed, day, rules.Sheets.FirstOrDefault(s => s.Opens(type))?.Name).Select(a => $"{a.Code} ({a.Name})"))}.");
        }
        catch (JsonException e)
        {
            return Wrong($"{file.Name}: {(e.Path is { Length: > 1 } path ? $"$.open{path[1..]}: " : "")}{e.Message}",
                "Correct the file; the samples in contracts/samples/v1 show every field.");
        }
        if (json)
            Terminal.Json(findings);
        else if (findings.Count == 0)
            Terminal.Good("Nothing is missing, and nothing would be refused.");
        else
            Terminal.Table(["Severity", "Code", "Place", "What", "Fix", "Article"], findings.OrderBy(f => f.Severity)
                .Select(f => new[] { f.Severity.ToString(), f.Code, f.Place, f.What, f.Fix, f.Verified ? f.Article
                    : $"{f.Article} (not compared with the official text yet)" }));
        return findings.Any(f => f.Severity == PreflightSeverity.Blocks) ? ExitCode.Findings : ExitCode.Done;
    }

    static int Wrong(string text, string fix)
    {
        Terminal.Bad(text, fix);
        return ExitCode.Usage;
    }

    static string States(Rules rules) => string.Join(", ", rules.Region.Profiles.Keys.Order(StringComparer.Ordinal));

    // A state, or the state of an authority.
    static string? StateOf(Region region, string? code) =>
        code is null ? null
        : region.Profiles.ContainsKey(code) ? code
        : region.States.Values.FirstOrDefault(s => !s.Body && s.Authorities.Any(a => a.Code == code))?.Code;

    static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}
