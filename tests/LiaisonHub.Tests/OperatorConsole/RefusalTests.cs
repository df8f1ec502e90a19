using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Whatever the console refuses has a code that stays the same, and that it explains.</summary>
public sealed class RefusalTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_code_is_given_somewhere_and_nothing_is_refused_without_one()
    {
        var source = Directory.EnumerateFiles(Repository.At("src", "LiaisonHub.OperatorConsole"), "*.cs", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "ErrorCode.cs").Select(File.ReadAllText).ToList();
        var unused = typeof(ErrorCode).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public).Select(f => $"ErrorCode.{f.Name}").Where(name => !source.Any(s => Regex.IsMatch(s, $@"\b{name}\b")));
        Assert.Empty(unused);
        // What answers with a bare status is explained by Failures.Explain, with a code.
        Assert.DoesNotContain(source, s => Regex.IsMatch(s, @"Results\.(Problem|BadRequest|Conflict|UnprocessableEntity|Json|StatusCode|ValidationProblem|InternalServerError|Forbid|Unauthorized)\("));
    }

    [Fact]
    public async Task Every_refusal_of_the_API_has_a_code_that_is_explained_and_a_status_that_is_described()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var reader = await Program(console, "reader", Role.Reader);
        using var all = await Program(console, "all", Enum.GetValues<Role>());
        using var stranger = new HttpClient { BaseAddress = console.Address };
        using var withOldToken = new HttpClient { BaseAddress = console.Address };
        withOldToken.DefaultRequestHeaders.Authorization = new("Bearer", SignIn.TokenPrefix + "ended");
        using var signedIn = await console.Post("/sign-in", "/sign-in", new() { ["name"] = "all", ["password"] = Password, ["back"] = "/" }, Cancelled);
        var explained = await console.Page("/errors", Cancelled);
        var described = (await console.Http.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/openapi.json", UriKind.Relative), Cancelled)).GetProperty("paths");
        var (wrong, seen) = (new List<string>(), new HashSet<string>());

        foreach (var route in console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && ConsoleUnderTest.Needs(e) != "anybody"))
        {
            var method = route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
            var address = Regex.Replace(route.RoutePattern.RawText!, @"\{[A-Za-z]+:guid\}", Guid.NewGuid().ToString()).Replace("{journalId:long}", "999999", StringComparison.Ordinal).Replace("{name}", "nothing", StringComparison.Ordinal).Replace("{state}", "QQ", StringComparison.Ordinal).Replace("{instrument}", "EIO", StringComparison.Ordinal);
            var operation = described.GetProperty(Regex.Replace(route.RoutePattern.RawText!, ":(guid|long)", "")).GetProperty(method.ToLowerInvariant()).GetProperty("responses");
            async Task Ask(HttpClient who, string query, string? body, string? expected = null)
            {
                using var asked = new HttpRequestMessage(new(method), new Uri(address + query, UriKind.Relative)) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
                using var answer = await who.SendAsync(asked, Cancelled);
                if (answer.IsSuccessStatusCode)
                    return;
                var at = $"{method} {address}{query} {body}: {(int)answer.StatusCode}";
                var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled) : default;
                if (problem.ValueKind != JsonValueKind.Object || !problem.TryGetProperty("code", out var code) || ErrorCode.All.FirstOrDefault(e => e.Code == code.GetString()) is not { } error)
                    wrong.Add($"{at} has no code");
                else if (!explained.Contains($"id=\"{error.Code}\"", StringComparison.Ordinal) || error.Status != (int)answer.StatusCode || (expected is not null && expected != error.Code))
                    wrong.Add($"{at} has {error.Code}, which stands for {error.Status}{(expected is null ? "" : $", and not {expected}")}");
                else if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && !operation.TryGetProperty($"{(int)answer.StatusCode}", out _))
                    wrong.Add($"{at} is not described");
                else
                    seen.Add(error.Code);
            }
            var body = method == "GET" ? null : "{}";
            await Ask(stranger, "", body, "LH0201");
            await Ask(withOldToken, "", body, "LH0202");
            if (!ConsoleUnderTest.Needs(route).Contains(nameof(Role.Reader), StringComparison.Ordinal))
                await Ask(reader, "", body, "LH0203");
            if (method != "GET")
            {
                await Ask(console.Http, method == "PUT" ? "?version=1" : "", body, "LH0105");
                await Ask(all, method == "PUT" ? "?version=1" : "", "[", "LH0104");
            }
            foreach (var query in new[] { "", "?after=oops&from=oops&days=oops&month=oops&level=oops&page=oops&by=oops&version=oops", "?version=1" })
                await Ask(all, query, body);
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Empty(new[] { "LH0101", "LH0102", "LH0103", "LH0104", "LH0105", "LH0106", "LH0151", "LH0154", "LH0155", "LH0161", "LH0201", "LH0202", "LH0203" }.Except(seen));
        Assert.Equal("LH0301", (await Refused(all, HttpMethod.Get, "/api/v1/nowhere")).Code);
        Assert.Equal("LH0302", (await Refused(all, HttpMethod.Delete, "/api/v1/plans")).Code);
    }

    [Fact]
    public async Task A_page_that_refuses_names_the_code_and_leads_to_what_it_means()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        foreach (var (address, status, code) in new[]
        {
            ("/nowhere", HttpStatusCode.NotFound, "LH0301"), ($"/requests/{Guid.NewGuid()}", HttpStatusCode.NotFound, "LH0151"), ("/deadlines.csv?from=oops", HttpStatusCode.BadRequest, "LH0106"),
            ($"/plans/{Guid.NewGuid()}", HttpStatusCode.NotFound, "LH0101"), ("/adapters/QQ/conformance", HttpStatusCode.NotFound, "LH0156"),
        })
            Assert.Contains($"href=\"/errors#{code}\"", await console.Page(address, Cancelled, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_form_can_do_with_messages_and_accounts_a_program_can_too()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        using var all = await Program(console, "all", Enum.GetValues<Role>());
        using var second = await Program(console, "second", Role.Approver);
        var quarantine = console.Services.GetRequiredService<Quarantine>();
        await PlanTests.Fill(console);
        var wrappable = (await quarantine.Page(Quarantine.Waiting, null, null, null, 50, Cancelled)).Select(m => m.QuarantineId).ToList();
        var messages = new List<JsonElement>();
        foreach (var id in wrappable)
            messages.Add(await all.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/quarantine/{id}", UriKind.Relative), Cancelled));
        Assert.All(messages, m => Assert.False(m.TryGetProperty("body", out _)));
        var curable = messages.Single(m => m.GetProperty("wrappedDigest").ValueKind == JsonValueKind.String);
        string Id(JsonElement m) => m.GetProperty("message").GetProperty("id").GetString()!;

        var (status, code, _) = await Deed(all, $"quarantine/{Id(curable)}/wrapping", new { digest = new string('0', 64), reason = "A mark in front" });
        Assert.Equal((HttpStatusCode.Conflict, "LH0141"), (status, code));
        var made = await Deed(all, $"quarantine/{Id(curable)}/wrapping", new { digest = curable.GetProperty("wrappedDigest").GetString(), reason = "A mark in front" });
        Assert.Equal((HttpStatusCode.OK, Id(curable)), (made.Status, made.Body.GetProperty("madeFrom").GetString()));
        Assert.Equal("LH0142", (await Deed(all, $"quarantine/{Id(curable)}/wrapping", new { digest = curable.GetProperty("wrappedDigest").GetString(), reason = "Again" })).Code);

        var others = messages.Where(m => Id(m) != Id(curable)).Select(Id).ToList();
        Assert.Equal("LH0104", (await Deed(all, $"quarantine/{others[0]}", new { deed = "retry" })).Code);
        Assert.Equal("RetryRequested", (await Deed(all, $"quarantine/{others[0]}", new { deed = "retry", reason = "The key was published" })).Body.GetProperty("message").GetProperty("status").GetString());
        Assert.Equal("LH0143", (await Deed(second, $"quarantine/{others[1]}/approval", new { deed = "agree" })).Code);
        Assert.Equal("It was a test.", (await Deed(all, $"quarantine/{others[1]}", new { deed = "aside", reason = "It was a test." })).Body.GetProperty("asideReason").GetString());
        Assert.Equal("LH0132", (await Deed(all, $"quarantine/{others[1]}/approval", new { deed = "agree" })).Code);
        Assert.Equal("SetAside", (await Deed(second, $"quarantine/{others[1]}/approval", new { deed = "agree" })).Body.GetProperty("resolvedOutcome").GetString());

        Assert.Equal("LH0104", (await Deed(all, "accounts", new { signInName = "c dune", name = "C. Dune", roles = new[] { "Reader" } })).Code);
        var account = (await Deed(all, "accounts", new { signInName = "cdune", name = "C. Dune", roles = new[] { "Reader" } })).Body;
        Assert.Contains("/invitations/", account.GetProperty("link").GetString(), StringComparison.Ordinal);
        Assert.Equal("LH0164", (await Deed(all, "accounts", new { signInName = "cdune", name = "Another Dune", roles = new[] { "Reader" } })).Code);
        Assert.Equal("LH0104", (await Deed(all, "accounts", new { signInName = "cdune2", name = "c. DUNE", roles = new[] { "Reader" } })).Code);
        var path = $"accounts/{account.GetProperty("accountId").GetString()}";
        Assert.Equal(["Auditor"], (await Deed(all, path, new { deed = "roles", reason = "New duty", roles = new[] { "Auditor" } })).Body.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(JsonValueKind.String, (await Deed(all, path, new { deed = "close", reason = "Has left" })).Body.GetProperty("closedAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await Deed(all, "audit/verification", new { })).Body.GetProperty("finding").ValueKind);
        Assert.Equal(HttpStatusCode.Forbidden, (await Deed(second, "accounts", new { })).Status);
    }

    const string Password = "nine blue herons";

    static async Task<(HttpStatusCode Status, string? Code, JsonElement Body)> Deed(HttpClient who, string path, object body)
    {
        using var answer = await who.PostAsJsonAsync(new Uri("/api/v1/" + path, UriKind.Relative), body, Cancelled);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return (answer.StatusCode, json.TryGetProperty("code", out var code) ? code.GetString() : null, json);
    }

    static async Task<(HttpStatusCode Status, string? Code)> Refused(HttpClient who, HttpMethod method, string path)
    {
        using var asked = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await who.SendAsync(asked, Cancelled);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
    }

    // A person with a password, and a program with a token of that person; nobody has made either.
    static async Task<HttpClient> Program(ConsoleUnderTest console, string name, params Role[] roles)
    {
        var (desk, accounts) = (console.Services.GetRequiredService<AccountDesk>(), console.Services.GetRequiredService<AccountStore>());
        await desk.Invite(name, $"{name}, a person", roles, "a test", null, Cancelled);
        var account = (await accounts.Named(name.ToUpperInvariant(), Cancelled))!;
        await desk.SetPassword(account, Password, "AccountOpened", Cancelled);
        var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await desk.MakeToken((await accounts.Get(account.AccountId, Cancelled))!, "test", TimeSpan.FromDays(1), Cancelled));
        return http;
    }
}
