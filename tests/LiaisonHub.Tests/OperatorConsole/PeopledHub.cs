using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>
/// What only those see who sign in: plans and messages that cannot be dealt with by one person alone, in each state they come to, accounts, and a form that was not sent. Anna has shaped and wished all of it; the eyes are
/// those of <see cref="OnDuty"/>, who has every role and sees every form that there is.
/// </summary>
public sealed record PeopledHub
{
    /// <summary>Sign in with <see cref="ConsoleUnderTest.Password"/>: one who may do everything, one who may look, one who leaves.</summary>
    public const string OnDuty = "eaves", Reader = "rita", Leaving = "leo";

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>An irreversible plan that was tried, and that somebody may agree to.</summary>
    public required RepairPlan Tried { get; init; }

    /// <summary>A message that Anna wishes to set aside.</summary>
    public required Guid Wished { get; init; }

    /// <summary>Pages as <see cref="OnDuty"/> sees them.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Fills a console at which people sign in.</summary>
    public static async Task<PeopledHub> Fill(ConsoleUnderTest console)
    {
        var (services, now) = (console.Services, console.Time.GetUtcNow());
        var (plans, quarantine, desk) = (services.GetRequiredService<RepairPlans>(), services.GetRequiredService<Quarantine>(), services.GetRequiredService<AccountDesk>());
        var anna = await ConsoleUnderTest.Open(services, "anna", "Anna, duty operator", [Role.Operator], Cancelled);
        var onDuty = await ConsoleUnderTest.Open(services, OnDuty, "D. Eaves, on duty", Enum.GetValues<Role>(), Cancelled);
        await ConsoleUnderTest.Open(services, Reader, "R. Reader", [Role.Reader], Cancelled);
        await ConsoleUnderTest.Open(services, Leaving, "L. Leaver", [Role.Reader], Cancelled);
        Assert.NotNull(await desk.Invite("newcomer", "N. Newcomer", [Role.Reader], "this hub", null, Cancelled));
        Assert.True(await desk.Close(await ConsoleUnderTest.Open(services, "gone", "G. Gone", [Role.Reader], Cancelled), "the boss", null, "left", Cancelled));
        await services.GetRequiredService<CalendarFeeds>().Add(new() { SecretHash = "x", FeedId = Guid.NewGuid(), AccountId = onDuty.AccountId, Name = "Duty desk", MadeBy = onDuty.Name, MadeAt = now, EndsAt = now.AddDays(365) }, Cancelled);

        async Task<Guid> Message(byte mark) => await quarantine.Add(PlanTests.Message(now) with { Body = [mark], Digest = $"{mark:x64}" }, Cancelled);
        var (wished, aside) = (await Message(1), await Message(2));
        Assert.True(await quarantine.WishAsideOf(wished, anna.AccountId, anna.Name, "It was sent to the wrong hub.", now.AddHours(24), Cancelled));
        Assert.True(await quarantine.WishAsideOf(aside, anna.AccountId, anna.Name, "A test of the line.", now.AddHours(24), Cancelled));
        Assert.True(await quarantine.AgreeToAside(aside, onDuty.AccountId, onDuty.Name, "A test of the line.", "SetAside", Cancelled));

        async Task<RepairPlan> Plan(RepairDeed deed) => (await plans.Make(
            RepairPlanTests.Of(deed) with { Chosen = "all that fit", MadeBy = anna.Name, ShapedBy = anna.Name, ShapedByAccount = anna.AccountId, MadeAt = now, ShapedAt = now, CutOff = now }, null, null, null, Cancelled)).Plan!;
        var (tried, agreed, running, refused) = (await Plan(RepairDeed.SetAside), await Plan(RepairDeed.SetAside), await Plan(RepairDeed.SetAside), await Plan(RepairDeed.SetAside));
        foreach (var plan in new[] { tried, agreed, running, refused })
            Assert.True(await plans.Foresee(plan.PlanId, anna.Name, Cancelled));
        await PlanTests.Foreseen(plans, now);
        foreach (var plan in new[] { agreed, running })
            Assert.True(await plans.AgreeTo(plan.PlanId, 1, onDuty.AccountId, onDuty.Name, now.AddHours(24), Cancelled));
        Assert.True(await plans.Run(running.PlanId, 1, running.Items, now.AddHours(-1), anna.Name, Cancelled, anna.AccountId));
        Assert.True(await plans.Refuse(refused.PlanId, 1, onDuty.AccountId, onDuty.Name, "These came from a court.", Cancelled));
        var draft = await Plan(RepairDeed.Retry);

        // Whoever signed in longer ago is asked once more who sits there; what was typed waits meanwhile.
        using (await console.Post("/sign-in", "/sign-in", new() { ["name"] = OnDuty, ["password"] = ConsoleUnderTest.Password, ["back"] = "/" }, Cancelled))
            console.Time.Advance(SignIn.Fresh + TimeSpan.FromSeconds(1));
        using (var asked = await console.Post($"/quarantine/{wished}", $"/quarantine/{wished}/approval", new() { ["deed"] = "decline", ["reason"] = "It is ours after all." }, Cancelled))
            Assert.StartsWith("/sign-in?again=1", asked.Headers.Location?.OriginalString, StringComparison.Ordinal);
        return new()
        {
            Tried = tried,
            Wished = wished,
            Addresses =
            [
                "/", "/plans", $"/plans/{draft.PlanId}", $"/plans/{tried.PlanId}", $"/plans/{agreed.PlanId}", $"/plans/{running.PlanId}", $"/plans/{refused.PlanId}", "/plans/new?deed=SetAside&group=garbage",
                $"/quarantine/{wished}", $"/quarantine/{aside}", "/deadlines/calendars", "/account", "/account/unsent", "/accounts", "/sign-in?again=1",
            ],
        };
    }

    /// <summary>From now on the console cannot read its saved filters: their page fails.</summary>
    public static async Task<string> Spoil(ConsoleUnderTest console)
    {
        await Change(console, "ALTER TABLE saved_filters RENAME TO filters_of_another_version");
        return "/filters";
    }

    /// <summary>From now on the first request is one whose body no version of this program has written.</summary>
    public static async Task<string> Garble(ConsoleUnderTest console)
    {
        await Change(console, "UPDATE requests SET body = '{' WHERE reference = 'XA-2026-000101'");
        return "/requests/0a000000-0000-4000-8000-000000000101";
    }

    static async Task Change(ConsoleUnderTest console, string statement)
    {
        await using var unit = await console.Services.GetRequiredService<Database>().Begin(Cancelled);
        await using var change = unit.Connection.CreateCommand();
        change.CommandText = statement;
        await change.ExecuteNonQueryAsync(Cancelled);
        await unit.Commit(Cancelled);
    }
}
