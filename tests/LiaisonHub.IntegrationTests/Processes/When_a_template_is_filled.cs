using System.Text.Json;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Tests;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary><c>liaisonhub template</c>, as a person at a terminal runs it.</summary>
public sealed class When_a_template_is_filled
{
    static readonly string Act = Sample("EvidenceSent.json");
    static readonly string Private = Sample("EvidenceSent.private.json");

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_has_every_template_of_the_region_and_one_language_alone_when_asked()
    {
        var files = Directory.GetFiles(Repository.At("contracts", "region-demo", "templates"), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order().ToArray();

        var (code, said) = await Run("list");
        Assert.Equal(0, code);
        Assert.Equal(files, said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split('\t')).Select(l => $"{l[0]}.{l[1]}").Order());
        (code, said) = await Run("list", "--language", "fr", "--json");
        Assert.Equal(0, code);
        Assert.Equal(files.Where(f => f.EndsWith(".fr", StringComparison.Ordinal)),
            JsonSerializer.Deserialize<JsonElement[]>(said)!.Select(t => $"{t.GetProperty("name")}.{t.GetProperty("language")}").Order());
    }

    [Theory]
    [InlineData("en", "Receipt for things seized")]
    [InlineData("es", "Recibo de objetos incautados")]
    [InlineData("fr", "Reçu des objets saisis")]
    public async Task An_act_fills_the_paper_in_the_language_asked_for(string language, string title)
    {
        var file = Path.GetTempFileName();
        var (code, said) = await Run("fill", "receipt-for-things-seized", Act, "--private", Private, "--language", language, "--on", "2026-03-31", "--output", file);

        Assert.Equal((0, ""), (code, said));
        var page = System.Net.WebUtility.HtmlDecode(await File.ReadAllTextAsync(file, Cancelled));
        File.Delete(file);
        Assert.Contains($"<html lang=\"{language}\"", page, StringComparison.Ordinal);
        Assert.Contains(title, page, StringComparison.Ordinal);
        foreach (var item in JsonDocument.Parse(await File.ReadAllTextAsync(Private, Cancelled)).RootElement.GetProperty("items").EnumerateArray())
            Assert.Contains(item.GetProperty("description").GetString()!, page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"blank\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_act_does_not_say_is_a_blank_on_the_page_and_in_the_list()
    {
        var (code, said) = await Run("fill", "receipt-for-things-seized", Act, "--on", "2026-03-31");

        Assert.Equal(1, code);
        Assert.Contains("blank: private.items.description", said, StringComparison.Ordinal);
        Assert.Contains("class=\"blank\"", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no template no-such in 'en'.", "Write one of", "no-such", "EvidenceSent.json")]
    [InlineData("There is no template search-order in 'xx'.", "search-order (fr)", "search-order", "RequestSubmitted.json", "--language", "xx")]
    [InlineData("$.type: search-order is not filled from this act.", "Give one of RequestSubmitted", "search-order", "EvidenceSent.json")]
    [InlineData("$.open.measures: none is one search-order is for.", "It is for Search, Seizure.", "search-order", "RequestSubmitted.json")]
    [InlineData("--on: that is no day.", "Write it as yyyy-MM-dd.", "receipt-for-things-seized", "EvidenceSent.json", "--on", "31.3.2026")]
    [InlineData("no-such.json", "Give files that are there and that you may read.", "receipt-for-things-seized", "no-such.json")]
    [InlineData("LineNumber: 0", "Correct the file;", "receipt-for-things-seized", "../../asyncapi.yaml")]
    public async Task What_cannot_be_filled_is_said_with_the_remedy(string text, string fix, string template, string file, params string[] more)
    {
        var (code, said) = await Run(["fill", template, Sample(file), .. more]);

        Assert.Equal(2, code);
        // Lines are as wide as a terminal.
        var words = string.Join(' ', said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(text, words, StringComparison.Ordinal);
        Assert.Contains(fix, words, StringComparison.Ordinal);
    }

    static string Sample(string file) => Repository.At("contracts", "samples", "v1", file);

    static Task<(int Code, string Said)> Run(params string[] arguments) => ServerProcess.Run(
        TimeSpan.FromSeconds(60), ["dotnet", ProgramProcess.Built("liaisonhub"), "template", .. arguments, "--region", Repository.At("contracts", "region-demo")], Cancelled);
}
