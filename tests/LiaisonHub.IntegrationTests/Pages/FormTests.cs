using System.Text.RegularExpressions;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>Every deed in a browser that runs no script: what is sent is what stands in the form.</summary>
public sealed class FormTests(Chromium chromium)
{
    // Made by the device at hand, which only a script can ask.
    static readonly string[] ByScript = ["/account/passkeys", "/account/passkeys/question", "/account/passkeys/{credential}/end", "/sign-in/passkey", "/sign-in/passkey/question"];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_form_does_what_it_is_there_for_by_its_own_button_without_JavaScript()
    {
        await using var console = await ConsoleUnderTest.Filled(Cancelled, o => o.SignIn = SignInBy.Accounts);
        await console.FillRegisters(Cancelled);
        var hub = await PeopledHub.Fill(console);
        var (plans, quarantine) = (console.Services.GetRequiredService<RepairPlans>(), console.Services.GetRequiredService<Quarantine>());
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "0123456789abcdef", Cancelled);
        // Nothing listens there.
        console.Services.GetRequiredService<ConsoleOptions>().Alerts.Receivers.Add(new() { Name = "duty", Webhook = new("http://127.0.0.1:1/"), SecretFile = secret });

        await using var window = await chromium.Window(new() { JavaScriptEnabled = false, BaseURL = console.Address.ToString() });
        var page = await window.NewPageAsync();
        var (sent, wrong) = (new HashSet<string>(), new List<string>());

        ILocator Form(string action) => page.Locator($"form[action='{action}']");
        // On the page where it stands: what is folded away is unfolded, fields are filled, and the button is pressed.
        async Task Send(string at, string action, ILocator? button = null, params (string Field, string Value)[] fields)
        {
            await page.GotoAsync(at);
            var form = Form(action);
            if (await form.Locator("xpath=ancestor::details").CountAsync() > 0)
                await form.Locator("xpath=ancestor::details[1]/summary").ClickAsync();
            foreach (var (field, value) in fields)
            {
                var input = form.Locator($"[name={field}]");
                if (await form.Locator($"[name={field}][type=radio], [name={field}][type=checkbox]").CountAsync() > 0)
                    await form.Locator($"[name={field}][value='{value}']").CheckAsync();
                else
                    await input.FillAsync(value);
            }
            // A field that is lacking keeps the browser from sending anything at all.
            var answer = await page.RunAndWaitForResponseAsync(() => (button ?? form.Locator("button")).ClickAsync(), r => r.Request.Method == "POST", new() { Timeout = 60_000 });
            await page.WaitForLoadStateAsync(LoadState.Load);
            var path = new Uri(answer.Url).AbsolutePath;
            if (answer.Status >= 400)
                wrong.Add($"{path} answers {answer.Status}");
            sent.Add(path);
        }
        const string why = "Without a script";

        await Send("/", "/sign-in", fields: [("name", PeopledHub.OnDuty), ("password", ConsoleUnderTest.Password)]);

        await Send("/requests?country=XB", "/filters", fields: [("name", "no script")]);
        var filter = $"/filters/{(await console.Services.GetRequiredService<SavedFilters>().Seen((await Account(console)).AccountId, 50, Cancelled)).Single(f => f.Name == "no script").FilterId}";
        await Send($"{filter}/change", $"{filter}/name", fields: [("name", "still none")]);
        await Send($"{filter}/change", $"{filter}/end");

        await Send("/plans/new", "/plans", fields: [("deed", "Retry"), ("all", "1"), ("reason", why)]);
        var plan = (await plans.Page(50, Cancelled)).Single(p => p.Reason == why);
        var at = $"/plans/{plan.PlanId}";
        await Send(at, $"{at}/dry-run");
        await Send(at, at, fields: [("perMinute", "60"), ("reason", "Slower")]);
        Assert.Equal((2, 60), (await plans.Get(plan.PlanId, Cancelled)) is { } edited ? (edited.Version, edited.PerMinute) : default);
        await Send(at, $"{at}/dry-run");
        await PlanTests.Foreseen(plans, console.Time.GetUtcNow());
        await Send(at, $"{at}/run", fields: [("count", $"{plan.Items}")]);
        Assert.Equal(RepairPlan.Running, (await plans.Get(plan.PlanId, Cancelled))!.Status);
        await Send(at, $"{at}/stop", fields: [("reason", why)]);
        await Send(at, $"{at}/end", fields: [("reason", why)]);
        Assert.Equal(RepairPlan.Discarded, (await plans.Get(plan.PlanId, Cancelled))!.Status);
        at = $"/plans/{hub.Tried.PlanId}";
        await Send(at, $"{at}/approval");
        await Send(at, $"{at}/withdrawal", fields: [("reason", why)]);
        await Send(at, $"{at}/refusal", fields: [("reason", why)]);
        Assert.Equal((RepairPlan.Discarded, why), (await plans.Get(hub.Tried.PlanId, Cancelled)) is { } refused ? (refused.Status, refused.EndedWhy) : default);

        var waiting = await quarantine.Page(Quarantine.Waiting, null, null, null, 50, Cancelled);
        var wrapped = waiting.Single(m => m.Place == "Malformed" && m.State == "XB").QuarantineId;
        await Send($"/quarantine/{wrapped}", $"/quarantine/{wrapped}/wrapping", fields: [("reason", why)]);
        Assert.Equal(Quarantine.Rewrapped, (await quarantine.Get(wrapped, Cancelled))!.ResolvedOutcome);
        var retried = waiting.First(m => m.QuarantineId != wrapped && m.QuarantineId != hub.Wished).QuarantineId;
        await Send($"/quarantine/{retried}", $"/quarantine/{retried}", fields: [("deed", "retry"), ("reason", why)]);
        Assert.Equal(Quarantine.RetryRequested, (await quarantine.Get(retried, Cancelled))!.Status);
        await Send($"/quarantine/{hub.Wished}", $"/quarantine/{hub.Wished}/approval", button: Form($"/quarantine/{hub.Wished}/approval").Locator("button[value=agree]"));
        Assert.Equal(Quarantine.Resolved, (await quarantine.Get(hub.Wished, Cancelled))!.Status);

        await Send("/adapters/XB/tests", "/adapters/XB/tests", fields: [("reason", why)]);
        await page.GotoAsync("/adapters/XB/dead");
        var home = (await page.Locator("form[action$='/home']").GetAttributeAsync("action"))!;
        await Send("/adapters/XB/dead", home, fields: [("reason", why), ("count", "1")]);
        await Send("/adapters/XA/dead", "/adapters/XA/dead", fields: [("reason", why)]);
        await page.GotoAsync("/adapters/XA/conformance");
        await page.Locator("[name=document]").SetInputFilesAsync(new FilePayload { Name = "level.json", MimeType = "application/json", Buffer = ConformancePageTests.Signed(ConformancePageTests.Full) });
        await page.Locator("form[enctype] [name=reason]").FillAsync(why);
        sent.Add(new Uri((await page.RunAndWaitForResponseAsync(() => page.Locator("form[enctype] button").ClickAsync(), r => r.Request.Method == "POST" && r.Status == 303)).Url).AbsolutePath);
        await Send("/alerts", "/alerts/test", fields: [("reason", why)]);
        await Send("/audit", "/audit/verification");

        await Send("/deadlines/calendars", "/deadlines/calendars", fields: [("name", "A desk")]);
        await page.GotoAsync("/deadlines/calendars");
        var end = (await page.Locator("form[action$='/end']").First.GetAttributeAsync("action"))!;
        await Send("/deadlines/calendars", end, fields: [("reason", why)]);
        var document = (await console.Services.GetRequiredService<HubReads>().Request(Guid.Parse("0a000000-0000-4000-8000-000000000102"), Cancelled))!.Documents[0].DocumentId;
        await Send($"/documents/{document}", $"/documents/{document}", fields: [("reason", why)]);

        await Send("/account", "/account/tokens", fields: [("name", "A report")]);
        await page.GotoAsync("/account");
        await Send("/account", (await page.Locator("form[action^='/account/tokens/']").GetAttributeAsync("action"))!);
        await Send("/account", "/account/password", fields: [("before", ConsoleUnderTest.Password), ("password", "another four words"), ("again", "another four words")]);
        // It was dealt with meanwhile: what was typed is seen and sent, and then left.
        await Send("/account/unsent", $"/quarantine/{hub.Wished}/approval");
        await Send("/account/unsent", "/account/unsent/end");

        await Send("/accounts", "/accounts", fields: [("signInName", "fern"), ("name", "F. Fern"), ("role", "Reader")]);
        var newcomer = (await console.Services.GetRequiredService<AccountStore>().Named("NEWCOMER", Cancelled))!.AccountId;
        await Send("/accounts", $"/accounts/{newcomer}", fields: [("deed", "close"), ("reason", why)]);
        Assert.NotNull((await console.Services.GetRequiredService<AccountStore>().Get(newcomer, Cancelled))!.ClosedAt);
        await Send("/help", "/sign-out");
        var link = await console.Invitation(Cancelled);
        await Send(link, link, fields: [("name", "A. First"), ("password", "four words for me"), ("again", "four words for me")]);
        File.Delete(secret);

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        var forms = console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true).Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
            .Where(p => !p.StartsWith("/api/", StringComparison.Ordinal)).Except(ByScript).ToList();
        Assert.True(forms.Count > 30, $"{forms.Count} forms");
        var never = forms.Where(f => !sent.Any(s => Regex.IsMatch(s, $"^{Regex.Replace(f, "{[^}]*}", "[^/]+")}$"))).ToList();
        Assert.Empty(never);
    }

    static async Task<Account> Account(ConsoleUnderTest console) => (await console.Services.GetRequiredService<AccountStore>().Named(PeopledHub.OnDuty.ToUpperInvariant(), Cancelled))!;
}
