using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>How the console is set up, what it listens on, and which addresses it has.</summary>
public sealed class SetUpTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("console-").FullName;
        File.WriteAllText(Path.Combine(folder, "XA.json"), "{");
        var wrong = Assert.Throws<InvalidConfigurationException>(() => WebApplication.CreateBuilder().AddOperatorConsole(new ConsoleOptions
        {
            Database = "hub.db",
            Region = "/nowhere/region",
            PublicKeys = folder,
            Urls = "http://0.0.0.0:5080;not an address",
            SignIn = SignInBy.ThisMachine,
        }));
        Directory.Delete(folder, recursive: true);

        Assert.Contains(wrong.Problems, p => p.StartsWith("Console:Database", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, p => p.Contains("/nowhere/region", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, p => p.Contains("XA.json", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, p => p.Contains("http://0.0.0.0:5080", StringComparison.Ordinal) && p.Contains("nobody signs in", StringComparison.Ordinal) && p.Contains("Console:SignIn", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, p => p.Contains("'not an address'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("https://127.0.0.1", true)]
    [InlineData("http://unix:/run/liaisonhub/console.sock", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://*:5080", false)]
    [InlineData("http://+:5080", false)]
    [InlineData("http://192.0.2.7:5080", false)]
    [InlineData("http://hub.example:5080", false)]
    [InlineData("http://127.0.0.1:5080;http://192.0.2.7:80", false)]
    public void Where_nobody_signs_in_it_listens_on_this_machine_only(string urls, bool mayStart)
    {
        var options = new ConsoleOptions { Urls = urls, SignIn = SignInBy.ThisMachine };
        Assert.Equal(!mayStart, options.Problems().Any(p => p.StartsWith("Console:Urls", StringComparison.Ordinal)));
        options.SignIn = SignInBy.Accounts;
        Assert.DoesNotContain(options.Problems(), p => p.StartsWith("Console:Urls", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://*:5080", null, null)]
    [InlineData("http://0.0.0.0:5080", "https://console.example", null)]
    [InlineData("http://0.0.0.0:5080", "http://localhost:5080", null)]
    [InlineData("http://192.0.2.7:5080", null, "would cross the network unprotected")]
    [InlineData("http://127.0.0.1:5080", "http://console.example", "would cross the network unprotected")]
    [InlineData("http://127.0.0.1:5080", "https://console.example/hub", "without a path")]
    [InlineData("http://127.0.0.1:5080", "console.example", "is not an address people can reach")]
    public void Nobody_signs_in_over_an_open_line(string urls, string? publicUrl, string? problem)
    {
        var said = new ConsoleOptions { Urls = urls, PublicUrl = publicUrl }.Problems().Where(p => p.StartsWith("Console:PublicUrl", StringComparison.Ordinal)).ToList();
        if (problem is null)
            Assert.Empty(said);
        else
            Assert.Contains(problem, Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_provider_is_named_whole()
    {
        var said = new ConsoleOptions { SignIn = SignInBy.OpenId, OpenId = { Authority = "http://id.example" } }.Problems();
        foreach (var key in new[] { "Authority", "ClientId", "ClientSecretFile" })
            Assert.Contains(said, p => p.StartsWith($"Console:OpenId:{key}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_addresses_of_the_console_are_those_that_were_approved()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var routes = console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => $"{m} {(e.RoutePattern.RawText is { Length: > 0 } text ? text : "/")}: {ConsoleUnderTest.Needs(e)}"))
            .Order(StringComparer.Ordinal);
        Repository.AssertApproved(string.Join('\n', routes), "contracts", "approved", "routes-console.txt");
    }

    [Fact]
    public void The_codes_of_errors_are_those_that_were_approved() => Repository.AssertApproved(
        string.Join('\n', typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (f.Name, Error: (ErrorCode)f.GetValue(null)!))
            .Select(e => $"{e.Error.Code} {e.Error.Status} {e.Name}").Order(StringComparer.Ordinal)),
        "contracts", "approved", "errors-console.txt");

    [Fact]
    public async Task Whatever_a_form_does_a_program_may_do_too_with_the_same_permission()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var deeds = console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is ["POST" or "PUT"])
            .Select(e => (Path: e.RoutePattern.RawText!.TrimEnd('/'), Needs: ConsoleUnderTest.Needs(e))).ToList();
        // Signing in, and what belongs to the own account alone, is for people.
        var forms = deeds.Where(d => !d.Path.StartsWith("/api/", StringComparison.Ordinal) && d.Needs != "anybody" && !d.Path.StartsWith("/account/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(forms);
        Assert.Empty(forms.Select(f => (Path: "/api/v1" + f.Path, f.Needs)).Except(deeds));
    }

    [Fact]
    public async Task Whatever_a_page_shows_a_program_may_read_with_the_same_permission()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var read = console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is ["GET"])
            .Select(e => (Path: e.RoutePattern.RawText!.TrimEnd('/'), Needs: ConsoleUnderTest.Needs(e))).ToList();
        // Help, the own account, and what is a form alone, are for people.
        string[] forPeople = ["/help", "/account", "/account/unsent", "/plans/new", "/filters/{filterId:guid}/change", "/documents/{documentId:guid}"];
        var pages = read.Where(r => !r.Path.StartsWith("/api/", StringComparison.Ordinal) && r.Needs != "anybody" && !Regex.IsMatch(r.Path, "\\.[a-z]+$")).Where(r => !forPeople.Contains(r.Path)).ToList();
        Assert.NotEmpty(pages);
        Assert.Empty(pages.Select(p => (Path: "/api/v1" + (p.Path.Length == 0 ? "/today" : p.Path), p.Needs)).Except(read));
    }

    [Fact]
    public async Task The_description_of_the_API_has_every_address_of_the_API_and_no_other()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var described = (await console.Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/openapi.json", UriKind.Relative), Cancelled)).GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
        var routed = console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(e => e.RoutePattern.RawText!)
            .Where(r => r.StartsWith("/api/", StringComparison.Ordinal)).Select(r => Regex.Replace(r, ":(guid|long)", "")).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(routed, described);
    }

    [Theory]
    [InlineData("RequestSubmitted", "Request submitted")]
    [InlineData("Closed.Executed", "Closed: executed")]
    [InlineData("silence at EIO-A1", "silence at EIO-A1")]
    [InlineData("any open state", "any open state")]
    public void Names_of_the_contract_read_as_words(string name, string words) => Assert.Equal(words, Words.Spaced(name));

    [Theory]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(86_399, "23 h 59 min")]
    [InlineData(90_000, "1 d 1 h")]
    [InlineData(-90_000, "1 d 1 h")]
    [InlineData(86_400 * 76 + 3600, "76 d")]
    public void A_length_of_time_is_never_rounded_up(int seconds, string words) => Assert.Equal(words, Words.Span(TimeSpan.FromSeconds(seconds)));
}
