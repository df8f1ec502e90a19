using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiaisonHub.Casework.Templates;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Cli;

/// <summary>The library of templates: what there is, and a paper filled from the data of an act.</summary>
static class TemplateCommand
{
    public static Command Make()
    {
        var language = new Option<string?>("--language") { Description = "Only this language, for example fr." };
        var list = new Command("list", "Lists the templates of the region.\n\nExample: liaisonhub template list --language fr") { language };
        list.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(List(parsed, parsed.GetValue(language)))));
        var name = new Argument<string>("template") { Description = "Name of the template, for example search-order." };
        var file = new Argument<FileInfo>("file") { Description = "JSON with type and open, as in contracts/samples; header says who asks whom; private is the private part, not sealed." };
        var particulars = new Option<FileInfo?>("--private") { Description = "The private part in a file of its own, as in contracts/samples/v1/RequestSubmitted.private.json." };
        var wanted = new Option<string>("--language") { Description = "Language of the paper.", DefaultValueFactory = _ => "en" };
        var measure = new Option<int?>("--measure") { Description = "Number of the measure, from 1. Default: the first the template is for." };
        var on = new Option<string?>("--on") { Description = "The day of the paper (yyyy-MM-dd). Default: today (UTC)." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file to write. Default: the standard output." };
        var fill = new Command("fill",
            "Fills a template from the data of an act and writes a page for print (HTML). What could not be filled is a visible blank, and is listed; exit code 1 then.\n\n"
            + "Example: liaisonhub template fill search-order request.json --private request.private.json --language fr -o order.html")
        {
            name, file, particulars, wanted, measure, on, output,
        };
        fill.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Fill(
            parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(wanted), parsed.GetRequiredValue(file), parsed.GetValue(particulars), parsed.GetValue(measure), parsed.GetValue(on),
            parsed.GetValue(output)))));
        return new Command("template", "Warrants, orders, summonses and receipts, filled from the data of an act.") { ProcedureCommand.RegionFolder, ProcedureCommand.Json, list, fill };
    }

    static int List(ParseResult parsed, string? language)
    {
        var templates = ProcedureCommand.ReadRules(parsed).Region.Templates.Where(t => language is null || t.Language == language).ToList();
        if (parsed.GetValue(ProcedureCommand.Json))
            Terminal.Json(templates);
        else
            Terminal.Table(["Template", "Language", "Version", "Title", "Filled from", "For"], templates.Select(t => new[]
            {
                t.Name, t.Language, t.Version.ToString(CultureInfo.InvariantCulture), t.Title, string.Join(", ", t.Acts), t.Measures.Count == 0 ? "the act" : string.Join(", ", t.Measures),
            }));
        return ExitCode.Done;
    }

    static int Fill(ParseResult parsed, string name, string language, FileInfo file, FileInfo? particulars, int? measure, string? on, FileInfo? output)
    {
        var region = ProcedureCommand.ReadRules(parsed).Region;
        if (region.Templates.FirstOrDefault(t => t.Name == name && t.Language == language) is not { } template)
            return Wrong($"There is no template {name} in '{language}'.", $"Write one of {string.Join(", ", region.Templates.Select(t => $"{t.Name} ({t.Language})"))}.");
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        if (on is not null && !DateOnly.TryParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            return Wrong("--on: that is no day.", "Write it as yyyy-MM-dd.");
        FilledTemplate filled;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            var root = document.RootElement;
            if (!root.TryGetProperty("type", out var type) || !Acts.All.TryGetValue(type.GetString() ?? "", out var act) || !template.Acts.Contains(act.Name))
                return Wrong($"$.type: {name} is not filled from this act.", $"Give one of {string.Join(", ", template.Acts)}.");
            if (!root.TryGetProperty("open", out var open))
                return Wrong("$.open: is missing.", "Write the open part there, as in contracts/samples/v1.");
            var content = open.Deserialize(act.Content, Wire.Json)!;
            var fits = template.Fits(act.Name, content).ToList();
            if (fits.Count == 0 || measure is { } asked && !fits.Contains(asked))
                return Wrong(fits.Count == 0 ? $"$.open.measures: none is one {name} is for." : $"--measure: {measure} is none {name} is for.",
                    fits.Count == 0 ? $"It is for {string.Join(", ", template.Measures)}." : $"Write one of {string.Join(", ", fits)}.");
            var part = act.Private is null ? null
                : particulars is not null ? JsonSerializer.Deserialize(File.ReadAllBytes(particulars.FullName), act.Private, Wire.Json)
                : root.TryGetProperty("private", out var given) ? given.Deserialize(act.Private, Wire.Json)
                : null;
            var header = root.TryGetProperty("header", out var head) ? head.Deserialize<ActHeader>(Wire.Json) : null;
            // A receipt is made by the side that was asked; a request comes from the side that asks.
            var asks = act.Content.IsAssignableTo(typeof(IOpening)) || act.Content.IsAssignableTo(typeof(IRequestContent));
            filled = template.Fill(new()
            {
                ActType = act.Name,
                Open = content,
                Private = part,
                Measure = measure ?? fits[0],
                Requesting = asks ? header?.Sender : header?.Receiver,
                Requested = asks ? header?.Receiver : header?.Sender,
                Today = day,
            }, region);
        }
        catch (JsonException e)
        {
            return Wrong($"{(e.Path is { Length: > 1 } path ? $"{path}: " : "")}{e.Message}", "Correct the file; the samples in contracts/samples/v1 show every field.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(e.Message, "Give files that are there and that you may read.");
        }
        if (output is null)
            Console.Out.Write(filled.Html);
        else
            File.WriteAllText(output.FullName, filled.Html);
        foreach (var blank in filled.Blanks)
            Console.Error.WriteLine($"blank: {blank}");
        return filled.Blanks.Count > 0 ? ExitCode.Findings : ExitCode.Done;
    }

    static int Wrong(string text, string fix)
    {
        Terminal.Bad(text, fix);
        return ExitCode.Usage;
    }
}
