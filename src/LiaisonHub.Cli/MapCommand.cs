using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Adapters.XB;
using LiaisonHub.Adapters.XC;
using LiaisonHub.Adapters.XD;
using LiaisonHub.Adapters.XE;
using LiaisonHub.Adapters.XF;

namespace LiaisonHub.Cli;

/// <summary>Mappings of a state's local format: are they sound, and what do they make of a message?</summary>
static class MapCommand
{
    const int MostRecords = 20;

    /// <summary>States whose adapters are built in.</summary>
    internal static readonly Country[] Known = [Xa.Country, Xb.Country, Xc.Country, Xd.Country, Xe.Country, Xf.Country];

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Make()
    {
        var quirks = new Option<string[]>("--quirk") { Description = "Name of a change that the state's own program adds (\"as\": NAME); the text is left as it is by it here. May be given several times." };
        var where = new Argument<string>("mappings") { Description = "Folder with mappings, layouts and tables, or a state whose adapter is built in, for example XA." };
        var check = new Command("check",
            "Reads all mappings, layouts and tables and says everything that is wrong, with file, line, key and what was probably meant; files that are misnamed and so not read too. Exit code 2: something is wrong. 1: something lies there that is not read.\n\n"
            + "Example: liaisonhub map check src/adapters/LiaisonHub.Adapters.XA --quirk arrest-summons-number")
        {
            where, quirks, ProcedureCommand.Json,
        };
        check.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Check(parsed.GetRequiredValue(where), parsed.GetValue(quirks) ?? [], parsed.GetValue(ProcedureCommand.Json)))));

        var input = new Option<FileInfo>("--in") { Description = "The local message, or a table.", Required = true };
        var from = new Option<string?>("--from") { Description = "Whose message it is: a built-in state, or a folder of mappings. Without it, the only built-in state whose mappings understand the message." };
        var to = new Option<string?>("--to") { Description = "Whose local system gets it: a built-in state, or a folder of mappings. Without it the act alone is shown." };
        var schema = new Option<FileInfo?>("--schema") { Description = "XML schema by which what the other local system gets must be valid, as Outbox:Schema of its adapter." };
        var preview = new Command("preview",
            "Shows what becomes of a message: the source, the act with where each value came from, what is asked, what no rule reads, and what the other state's local system gets. Nothing is kept or "
            + "sent. The private part is shown: use it where the message may be seen. Exit code 1: something is missing or cannot be written.\n\n"
            + "Example: liaisonhub map preview --in hearing.xml --from XA --to XB")
        {
            input, from, to, schema, quirks, ProcedureCommand.Json,
        };
        preview.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Preview(
            parsed.GetRequiredValue(input), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(schema), parsed.GetValue(quirks) ?? [], parsed.GetValue(ProcedureCommand.Json)))));
        return new Command("map", "Mappings of a state's local format.") { check, preview };
    }

    static int Check(string where, string[] quirks, bool json)
    {
        try
        {
            var mappings = Read(where, quirks).Mappings;
            if (json)
                Terminal.Json(new { problems = Array.Empty<string>(), notRead = mappings.NotRead, understands = mappings.Understands, writes = mappings.Writes, digest = mappings.Digest, files = mappings.Files.Split('\n', StringSplitOptions.RemoveEmptyEntries) });
            else
            {
                Terminal.Good($"{where}: understands {(mappings.Understands.Count == 0 ? "no message" : string.Join("; ", mappings.Understands))}; writes {mappings.Writes.Count} acts and notices. Version {mappings.Digest}.");
                foreach (var other in mappings.NotRead)
                    Console.Out.WriteLine($"warning: {other}");
            }
            return mappings.NotRead.Count == 0 ? ExitCode.Done : ExitCode.Findings;
        }
        catch (MappingException e)
        {
            if (json)
                Terminal.Json(new { problems = e.Problems });
            else
                foreach (var problem in e.Problems)
                    Console.Out.WriteLine(problem);
            return ExitCode.Usage;
        }
    }

    static int Preview(FileInfo input, string? from, string? to, FileInfo? schema, string[] quirks, bool json)
    {
        if (!input.Exists)
            return Wrong($"--in: there is no file '{input.FullName}'.", "Name the local message.");
        IReadOnlyList<Preview> previews;
        var file = new LocalFile { Name = input.Name, Bytes = File.ReadAllBytes(input.FullName), Beside = Beside(input) };
        if (from is null)
        {
            var understanding = Known.Where(c => new Translator(MappingSet.Load(c.Folder, c.Quirks)).Understands(file)).Select(c => c.State).ToList();
            if (understanding is not [var only])
                return Wrong(understanding.Count == 0 ? "No built-in state's mappings understand this message." : $"The mappings of {string.Join(" and ", understanding)} understand this message.", "Say with --from whose it is.");
            from = only;
            if (!json)
                Terminal.Say($"It is a message of {from}.");
        }

        try
        {
            var strict = schema is null ? null : StrictSchema.Load(schema.FullName);
            var (mappings, state) = Read(from, quirks);
            var other = to is null ? default : Read(to, quirks);
            previews = Adapters.Mapping.Preview.Of(mappings, state ?? "??", file, other.Mappings, other.State, TimeProvider.System.GetUtcNow(), MostRecords + 1, strict,
                state is null ? null : asked => Known.Any(c => c.State == asked));
        }
        catch (InvalidDataException e)
        {
            return Wrong($"--schema: {e.Message}", "Name the file of the schema; the files it names lie beside it.");
        }
        catch (MappingException e)
        {
            if (json)
                Terminal.Json(new { problems = e.Problems });
            else
                foreach (var problem in e.Problems)
                    Console.Out.WriteLine(problem);
            return ExitCode.Usage;
        }

        var more = previews.Count > MostRecords;
        previews = [.. previews.Take(MostRecords)];
        if (json)
            Terminal.Json(previews.Select(p => new { p.Name, p.Translation, written = p.Written is { Bytes.Length: > 0 } w ? Encoding.UTF8.GetString(w.Bytes) : null, problems = p.Written?.Problems, notCarried = p.Written?.NotCarried }));
        else
            foreach (var preview in previews)
                Show(preview);
        if (more && !json)
            Terminal.Say($"Only the first {MostRecords} records are shown; the table has more.");
        return previews.All(p => p.Translation.Outcome == TranslationOutcome.Complete && p.Written is null or { Problems.Count: 0 }) ? ExitCode.Done : ExitCode.Findings;
    }

    static void Show(Preview preview)
    {
        var found = preview.Translation;
        Terminal.Say($"== {preview.Name}: {Words(found)}");
        if (found.Reason is { } reason)
        {
            Terminal.Bad($"{reason.Code} {reason.Words}", reason.Fix);
            return;
        }

        Terminal.Say($"-- {found.ActType} to {found.ToState ?? "?"} {found.ToAuthority}, made by \"{found.Mapping}\"");
        Terminal.Table(["Field", "Value", "From", "Note"], found.Provenance.Select(t => new[] { t.Field, Value(preview, t), t.Source, $"{(t.ToConfirm ? "to be confirmed " : "")}{t.Note}".TrimEnd() }));
        if (found.Questions.Count > 0)
        {
            Terminal.Say("-- A person is asked");
            Terminal.Table(["Field", "Question", "Why", "Looked at", "Proposed"], found.Questions.Select(q => new[] { q.Field, q.Ask, q.Why, q.Sought ?? "", q.Proposed ?? "" }));
        }

        foreach (var (title, lines) in new[]
        {
            ("No rule reads", found.Unmapped), ("Not what its publisher's description says", found.Breaches), ("Codes no table explains", found.UnknownCodes.Select(c => $"{c.Table}: {c.Code}").ToList()), ("Repaired to read it", found.Repairs), ("Papers that go along from the folder 'files'", found.FilesBeside),
        })
            if (lines.Count > 0)
                Console.Out.WriteLine($"-- {title}\n   {string.Join("\n   ", lines)}");
        Console.Out.WriteLine($"-- The act\n{new JsonObject { ["open"] = found.Open.DeepClone(), ["private"] = found.Private?.DeepClone() }.ToJsonString(Readable)}");
        if (preview.Written is { } written)
        {
            Terminal.Say("-- What the other local system gets");
            foreach (var problem in written.Problems)
                Terminal.Bad(problem, "Change the mapping of the receiving state, or what the act says.");
            if (written.NotCarried.Count > 0)
                Console.Out.WriteLine($"-- It does not carry {written.NotCarried.Count} fields of the act; they stand at the desk\n   {string.Join("\n   ", written.NotCarried)}");
            if (written.Bytes.Length > 0)
                Console.Out.WriteLine(Encoding.UTF8.GetString(written.Bytes));
        }
    }

    static string Words(Translation found) => found.Outcome switch
    {
        TranslationOutcome.Complete => "an act can be made",
        TranslationOutcome.Incomplete => $"{found.Questions.Count} questions for a person",
        _ => "nothing can be made of it",
    };

    static string Value(Preview preview, Trace trace)
    {
        var found = preview.Translation;
        // What stands beside the two parts: to, from, request, priority...
        if (!trace.Field.StartsWith("open", StringComparison.Ordinal) && !trace.Field.StartsWith("private", StringComparison.Ordinal))
            return preview.Values().FirstOrDefault(v => v.Field == trace.Field)?.Value ?? "";
        JsonNode? at = trace.Field.StartsWith("private", StringComparison.Ordinal) ? found.Private : found.Open;
        foreach (var name in trace.JsonPointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at is JsonArray list ? int.TryParse(name, out var i) && i < list.Count ? list[i] : null : (at as JsonObject)?[name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        var text = at is null ? "" : at.GetValueKind() == JsonValueKind.String ? at.GetValue<string>() : at.ToJsonString();
        return text.Length <= 60 ? text.ReplaceLineEndings(" ") : text[..57].ReplaceLineEndings(" ") + "...";
    }

    static (MappingSet Mappings, string? State) Read(string where, string[] quirks)
    {
        if (Known.FirstOrDefault(c => string.Equals(c.State, where, StringComparison.OrdinalIgnoreCase)) is { } country)
            return (MappingSet.Load(country.Folder, country.Quirks), country.State);
        if (!Directory.Exists(where))
            throw new MappingException([new(where, 1, "", $"is neither a folder nor a state whose adapter is built in ({string.Join(", ", Known.Select(c => c.State))})")]);
        // The folder of a built-in state brings the changes of its program along.
        var named = Known.FirstOrDefault(c => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(where))).EndsWith(c.State, StringComparison.OrdinalIgnoreCase));
        return (MappingSet.Load(where, [.. named?.Quirks ?? [], .. quirks.Select(q => new NamedChange(q, text => text))]), named?.State);
    }

    static Func<string, FileBeside?> Beside(FileInfo input) => name =>
    {
        var path = Path.Combine(input.DirectoryName!, "files", Path.GetFileName(name));
        return File.Exists(path) ? new(File.ReadAllBytes(path)) : null;
    };

    static int Wrong(string text, string fix)
    {
        Terminal.Bad(text, fix);
        return ExitCode.Usage;
    }
}
