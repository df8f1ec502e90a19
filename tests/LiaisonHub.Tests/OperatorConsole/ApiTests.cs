using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>The API says what it answers, and answers what it says.</summary>
public sealed class ApiTests : IDisposable
{
    readonly string secret = Path.GetTempFileName();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(secret);

    [Fact]
    public void What_is_answered_is_described_as_it_was_approved() => Repository.AssertApproved(ApiSchemas.Written, "src", "LiaisonHub.OperatorConsole", "Api", "answers.json");

    [Fact]
    public async Task Each_address_names_what_it_answers_and_every_name_leads_to_a_description_that_somebody_needs()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        var description = await Description(console);
        var answering = new List<string>();
        foreach (var (path, operations) in description["paths"]!.AsObject())
            foreach (var (method, operation) in operations!.AsObject())
                foreach (var (status, response) in operation!["responses"]!.AsObject().Where(r => r.Key[0] == '2' && r.Value!["content"]?["application/json"] is not null))
                {
                    var address = $"{method} {path["/api/v1".Length..]}";
                    answering.Add(address);
                    Assert.True(ApiSchemas.Answers.ContainsKey(address), $"{address} is not in ApiSchemas.Answers.");
                    Assert.Equal(ApiSchemas.Of(address).ToJsonString(), response!["content"]!["application/json"]!["schema"]!.ToJsonString());
                }
        Assert.Empty(ApiSchemas.Answers.Keys.Except(answering));
        var named = Regex.Matches(description.ToJsonString(), "#/components/schemas/([A-Za-z]+)").Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Equal(named.Order(StringComparer.Ordinal), description["components"]!["schemas"]!.AsObject().Select(s => s.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>Every address asked well and badly, on a hub that has something of everything: what comes back has the members of its description, all of them and no other, each of its type.</summary>
    [Fact]
    public async Task Every_answer_of_the_API_fits_what_is_described_for_its_status()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await console.FillRegisters(Cancelled);
        await console.FillYears(Cancelled);
        console.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers.Add(new() { Name = "duty", Webhook = new("http://127.0.0.1:1/"), SecretFile = secret });
        using var all = await PlanTests.Program(console, "all", Enum.GetValues<Role>());
        using var second = await PlanTests.Program(console, "second", Role.Approver);
        var description = await Description(console);
        var (wrong, answered) = (new List<string>(), new HashSet<string>());

        async Task<JsonNode?> Ask(HttpClient who, HttpMethod method, string address, string path, object? body = null)
        {
            using var asked = new HttpRequestMessage(method, new Uri("/api/v1" + address, UriKind.Relative)) { Content = body is null ? null : new StringContent(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json") };
            using var answer = await who.SendAsync(asked, Cancelled);
            var (name, status) = ($"{method.Method.ToLowerInvariant()} {path}", ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            var response = description["paths"]!["/api/v1" + path]![method.Method.ToLowerInvariant()]!["responses"]![status];
            answered.Add(answer.IsSuccessStatusCode ? name : $"{name} refused");
            if (response is null)
                wrong.Add($"{name} answers {status}, which is not described");
            if (response is null || answer.StatusCode == HttpStatusCode.NoContent)
                return null;
            var kind = answer.Content.Headers.ContentType!.MediaType!;
            var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
            if (response["content"]?[kind]?["schema"] is not { } schema)
                wrong.Add($"{name} answers {status} as {kind}, which is not described");
            else
                wrong.AddRange(Misfits(schema, description, json).Select(m => $"{name}, {status}: {m}"));
            return json;
        }
        Task<JsonNode?> Get(string path, string? address = null) => Ask(all, HttpMethod.Get, address ?? path, path);
        async Task<JsonNode?> Post(string path, string? address, object body, HttpClient? who = null)
        {
            // Something that is no wish is refused, and as described.
            await Ask(who ?? all, HttpMethod.Post, address ?? path, path, "[");
            return await Ask(who ?? all, HttpMethod.Post, address ?? path, path, body);
        }

        foreach (var path in new[] { "/today", "/stuck", "/requests", "/deadlines", "/deadlines/kept", "/adapters", "/quarantine", "/quarantine/groups", "/plans", "/alerts", "/acts", "/audit", "/audit/ledger", "/compliance", "/costs", "/settings", "/health", "/filters", "/accounts", "/procedures", "/rules", "/errors" })
            await Get(path);
        foreach (var (path, address) in new[]
        {
            ("/stuck", "/stuck?by=colour"), ("/requests", "/requests?level=oops"), ("/requests", "/requests?q=XA-2026"), ("/requests", "/requests?show=closed"), ("/deadlines", "/deadlines?from=oops"), ("/deadlines", "/deadlines?show=month"),
            ("/deadlines/kept", "/deadlines/kept?from=oops"), ("/deadlines/kept/{state}/{instrument}", "/deadlines/kept/XB/EIO"), ("/deadlines/kept/{state}/{instrument}", "/deadlines/kept/XB/EIO?after=oops"),
            ("/deadlines/forecast", "/deadlines/forecast?state=XB&days=30"), ("/deadlines/forecast", "/deadlines/forecast"), ("/costs", "/costs?from=2026-01"), ("/costs", "/costs?from=oops"), ("/compliance", "/compliance?after=oops"), ("/audit", "/audit?from=oops"),
            ("/audit/ledger", "/audit/ledger?from=oops"), ("/quarantine", "/quarantine?show=resolved"), ("/quarantine", "/quarantine?group=oops"), ("/plans", "/plans?status=oops"), ("/groups/{groupId}", $"/groups/{FilledHub.Matter}"), ("/groups/{groupId}", $"/groups/{Guid.NewGuid()}"),
            ("/adapters/{state}/conformance", "/adapters/XA/conformance"), ("/adapters/{state}/conformance", "/adapters/XB/conformance"), ("/adapters/{state}/conformance", "/adapters/QQ/conformance"),
            ("/adapters/{state}/tests", "/adapters/XA/tests"), ("/adapters/{state}/tests", "/adapters/QQ/tests"), ("/procedures/{name}", "/procedures/mutual-assistance"), ("/procedures/{name}", "/procedures/nothing"), ("/procedures/{name}/rows", "/procedures/mutual-assistance/rows"), ("/procedures/{name}/rows", "/procedures/nothing/rows"), ("/procedures/{name}/states/{state}", "/procedures/mutual-assistance/states/Submitted"), ("/procedures/{name}/states/{state}", "/procedures/mutual-assistance/states/Nowhere"), ("/rules/{instrument}", "/rules/EIO"), ("/rules/{instrument}", "/rules/nothing"),
            ("/plans/{planId}", $"/plans/{Guid.NewGuid()}"), ("/quarantine/groups/sample", "/quarantine/groups/sample?group=edge/Nothing"), ("/quarantine/groups", "/quarantine/groups?after=oops"), ("/acts", "/acts?after=oops"), ("/plans", "/plans?after=oops"), ("/filters", "/filters?after=oops"), ("/deadlines/calendars", "/deadlines/calendars?after=oops"), ("/quarantine/{quarantineId}", $"/quarantine/{Guid.NewGuid()}"), ("/filters/{filterId}", $"/filters/{Guid.NewGuid()}"),
        })
            await Get(path, address);

        var reads = console.Services.GetRequiredService<HubReads>();
        foreach (var line in await reads.Find(new() { Text = "X" }, 20, Cancelled))
            if (await reads.Request(line.RequestId, Cancelled) is { } file)
            {
                await Get("/requests/{requestId}", $"/requests/{line.RequestId}");
                foreach (var part in new[] { "acts", "deadlines", "documents", "costs", "ledger" })
                    await Get($"/requests/{{requestId}}/{part}", $"/requests/{line.RequestId}/{part}");
                foreach (var act in file.Acts)
                    await Get("/requests/{requestId}/acts/{journalId}", $"/requests/{line.RequestId}/acts/{act.JournalId}");
                foreach (var deadline in Request.Read(file.Request.Body).Deadlines)
                    await Get("/requests/{requestId}/deadlines/{deadlineId}", $"/requests/{line.RequestId}/deadlines/{deadline.Id}");
                foreach (var document in file.Documents)
                    await Post("/documents/{documentId}", $"/documents/{document.DocumentId}", new { reason = "Test" });
            }
        await Get("/requests/{requestId}", $"/requests/{Guid.NewGuid()}");
        await Get("/requests/{requestId}/acts", $"/requests/{Guid.NewGuid()}/acts");
        await Get("/requests/{requestId}/costs", $"/requests/{Guid.NewGuid()}/costs?after=oops");
        await Get("/requests/{requestId}/acts/{journalId}", $"/requests/{Guid.NewGuid()}/acts/1");
        await Get("/requests/{requestId}/deadlines/{deadlineId}", $"/requests/{Guid.NewGuid()}/deadlines/{Guid.NewGuid()}");

        var messages = (await Get("/quarantine"))!["lines"]!.AsArray().Select(l => (string)l!["id"]!).ToList();
        var seen = new List<JsonNode>();
        foreach (var message in messages)
            seen.Add((await Get("/quarantine/{quarantineId}", $"/quarantine/{message}"))!);
        await Get("/quarantine/groups/sample", $"/quarantine/groups/sample?group={Uri.EscapeDataString((string)seen[0]["fingerprint"]!)}");
        var curable = seen.First(m => m["wrappedDigest"] is not null);
        string Id(JsonNode message) => (string)message["message"]!["id"]!;
        await Post("/quarantine/{quarantineId}/wrapping", $"/quarantine/{Id(curable)}/wrapping", new { digest = (string)curable["wrappedDigest"]!, reason = "A mark in front" });
        var waiting = seen.Where(m => (string)m["message"]!["status"]! == Quarantine.Waiting && Id(m) != Id(curable)).Select(Id).ToList();
        await Post("/quarantine/{quarantineId}", $"/quarantine/{waiting[0]}", new { deed = "aside", reason = "It was a test." });
        await Post("/quarantine/{quarantineId}/approval", $"/quarantine/{waiting[0]}/approval", new { deed = "agree" }, second);

        await Get("/plans/{planId}", $"/plans/{(await console.Services.GetRequiredService<RepairPlans>().Page(1, Cancelled))[0].PlanId}");
        var wish = new { deed = "SetAside", all = true, reason = "Tests sent by mistake" };
        var plan = (string)(await Post("/plans", null, wish))!["planId"]!;
        await Ask(all, HttpMethod.Put, $"/plans/{plan}?version=1", "/plans/{planId}", wish);
        await Ask(all, HttpMethod.Put, $"/plans/{plan}?version=1", "/plans/{planId}", "[");
        await Post("/plans/{planId}/dry-run", $"/plans/{plan}/dry-run", new { version = 2 });
        await Post("/plans/{planId}/run", $"/plans/{plan}/run", new { version = 2, count = -1 });
        await PlanTests.Foreseen(console.Services.GetRequiredService<RepairPlans>(), console.Time.GetUtcNow());
        var board = await Get("/plans/{planId}", $"/plans/{plan}");
        await Post("/plans/{planId}/approval", $"/plans/{plan}/approval", new { version = 2 }, second);
        await Post("/plans/{planId}/run", $"/plans/{plan}/run", new { version = 2, count = (int)board!["plan"]!["items"]! });
        await Post("/plans/{planId}/stop", $"/plans/{plan}/stop", new { version = 2, reason = "A test" });
        await Post("/plans/{planId}/withdrawal", $"/plans/{plan}/withdrawal", new { reason = "I looked again" }, second);
        await Post("/plans/{planId}/refusal", $"/plans/{plan}/refusal", new { version = 2, reason = "These came from a court" }, second);
        var draft = (string)(await Post("/plans", null, wish))!["planId"]!;
        await Post("/plans/{planId}/end", $"/plans/{draft}/end", new { version = 1, reason = "The wrong group" });

        var filter = (string)(await Post("/filters", null, new { room = "requests", name = "late", query = "overdue=1" }))!["filterId"]!;
        await Get("/filters/{filterId}", $"/filters/{filter}");
        await Post("/filters/{filterId}/name", $"/filters/{filter}/name", new { name = "later" });
        await Get("/filters");
        await Post("/filters/{filterId}/end", $"/filters/{filter}/end", new { });
        var feed = (string)(await Post("/deadlines/calendars", null, new { name = "Duty desk" }))!["feedId"]!;
        await Get("/deadlines/calendars");
        await Post("/deadlines/calendars/{feedId}/end", $"/deadlines/calendars/{feed}/end", new { reason = "A test" });
        await Get("/adapters/{state}/dead", "/adapters/XA/dead");
        await Post("/adapters/{state}/dead", "/adapters/XA/dead", new { reason = "A look" });
        var look = (string)(await Get("/adapters/{state}/dead", "/adapters/XB/dead"))!["lookId"]!;
        foreach (var count in new[] { 2, 1, 1 })
            await Post("/adapters/{state}/dead/{lookId}/home", $"/adapters/XB/dead/{look}/home", new { reason = "Home", count });
        var test = (string)(await Post("/adapters/{state}/tests", "/adapters/XA/tests", new { reason = "A test" }))!["testId"]!;
        await Get("/adapters/{state}/tests/{testId}", $"/adapters/XA/tests/{test}");
        await Get("/adapters/{state}/tests/{testId}", $"/adapters/XA/tests/{Guid.NewGuid()}");
        var level = Encoding.UTF8.GetString(ConformancePageTests.Signed(ConformancePageTests.Full));
        await Post("/adapters/{state}/conformance", "/adapters/XA/conformance", new { document = level, reason = "A test" });
        await Post("/adapters/{state}/conformance", "/adapters/XB/conformance", new { document = level, reason = "A test" });
        await Post("/adapters/{state}/conformance", "/adapters/QQ/conformance", new { document = level, reason = "A test" });
        var account = (string)(await Post("/accounts", null, new { signInName = "cdune", name = "C. Dune", roles = new[] { "Reader" } }))!["accountId"]!;
        await Post("/accounts/{accountId}", $"/accounts/{account}", new { deed = "close", reason = "Has left" });
        await Post("/alerts/test", null, new { receiver = "duty", reason = "A test" });
        await Get("/alerts");
        await Post("/audit/verification", null, new { });

        Assert.True(wrong.Count == 0, $"{string.Join("\n", wrong.Distinct().Take(40))}\nWhat is answered is written into Api/answers.json from the types; run the tests of this class with LIAISONHUB_APPROVE=1.");
        Assert.Empty(ApiSchemas.Answers.Keys.Except(answered));
        Assert.Empty(ApiSchemas.Answers.Keys.Where(a => !a.StartsWith("get ", StringComparison.Ordinal)).Select(a => $"{a} refused").Except(answered));
    }

    [Theory]
    [InlineData("""{ "name": "XA", "since": null }""", null)]
    [InlineData("""{ "name": "XA" }""", "since")]
    [InlineData("""{ "name": "XA", "begun": null }""", "begun")]
    [InlineData("""{ "name": 7, "since": null }""", "name")]
    public void A_member_that_is_missing_renamed_or_of_another_type_does_not_fit(string answer, string? named)
    {
        var description = JsonNode.Parse("""{ "components": { "schemas": { "Line": { "type": "object", "properties": { "name": { "type": "string" }, "since": { "type": ["string", "null"] } } } } } }""")!.AsObject();
        var found = Misfits(new JsonObject { ["$ref"] = "#/components/schemas/Line" }, description, JsonNode.Parse(answer));
        Assert.Equal(named is null, found.Count == 0);
        Assert.True(named is null || found.Exists(f => f.Contains(named, StringComparison.Ordinal)), string.Join("; ", found));
    }

    static async Task<JsonObject> Description(ConsoleUnderTest console) => (await console.Http.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/openapi.json", UriKind.Relative), Cancelled))!;

    readonly Dictionary<string, JsonSchema> read = [];

    // Where it does not fit. What the description names has to be there, and nothing else may be.
    List<string> Misfits(JsonNode schema, JsonObject description, JsonNode? answer)
    {
        if (!read.TryGetValue(schema.ToJsonString(), out var strict))
        {
            var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["$defs"] = description["components"]!["schemas"]!.DeepClone() };
            Strict(whole);
            read[schema.ToJsonString()] = strict = JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        }
        var results = strict.Evaluate(JsonSerializer.SerializeToElement(answer), new() { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. results.Details!.Where(d => d.Errors is { Count: > 0 }).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value} ({d.EvaluationPath.ToString().Split('/')[^1]})")).Distinct().Take(10)];
    }

    static void Strict(JsonNode? node)
    {
        if (node is JsonObject of)
        {
            if (of["properties"] is JsonObject members && of["type"] is JsonValue type && type.GetValue<string>() == "object")
            {
                of["additionalProperties"] = false;
                // Of a problem a program reads the code; the framework says more beside it.
                if (members.ContainsKey("code") && members.ContainsKey("detail") && members.ContainsKey("title"))
                    of.Remove("additionalProperties");
                of["required"] = new JsonArray([.. members.Select(m => (JsonNode)m.Key)]);
            }
            foreach (var (_, inner) in of.ToList())
                Strict(inner);
        }
        else if (node is JsonArray several)
            foreach (var inner in several)
                Strict(inner);
    }
}
