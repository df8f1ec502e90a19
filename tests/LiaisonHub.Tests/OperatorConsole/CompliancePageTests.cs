using System.Net;
using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Escalation;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.Casework;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>Who must comply with what, whether it was done, and what anybody may read of it.</summary>
public sealed class CompliancePageTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_duty_that_nobody_carries_out_is_published_and_renewed_every_thirty_days()
    {
        var late = Late(exercise: false).Passes(Demo.Utc("2026-05-01T00:00:00Z"));

        var entry = Compliance.Of(late.Request)!;

        Assert.Equal(("XB", "XA", "Article 12(3)", nameof(AwardIssued), ComplianceStatus.Overdue), (entry.OnWhom, entry.Towards, entry.Article, entry.By, entry.Status));
        Assert.Equal(new DateOnly(2026, 2, 10), entry.ComplyBy);
        Assert.Equal(3, entry.Published.Count);
        Assert.All(entry.Published.Zip(entry.Published.Skip(1)), p => Assert.InRange((p.Second - p.First).TotalDays, 29.9, 33));
        Assert.True(entry.RenewedNext > late.Now);
        Assert.Equal(1, Compliance.Of(late.Asks(new ReciprocityMeasureTaken { Measure = "Requests of that kind wait in turn" }).Request)!.Measures);

        var reported = Compliance.Of(late.Answers(new ComplianceReported { Done = "The request was decided" }).Request)!;
        Assert.Equal((ComplianceStatus.Reported, 3, null), (reported.Status, reported.Published.Count, reported.RenewedNext));
        Assert.Equal(ComplianceStatus.Complied, Compliance.Of(late.Asks(new ComplianceAnswered { Finding = ComplianceFinding.Complete }).Request)!.Status);
    }

    [Theory]
    [InlineData("Consultation", null)]
    [InlineData("AwardIssued", ComplianceStatus.Due)]
    [InlineData("RulingPending", null)]
    [InlineData("ComplianceDue", ComplianceStatus.Due)]
    [InlineData("ComplianceReported", ComplianceStatus.Reported)]
    [InlineData("NonCompliant", ComplianceStatus.Overdue)]
    [InlineData("Closed.Settled", ComplianceStatus.Complied)]
    [InlineData("Closed.Withdrawn", null)]
    public void Each_state_of_a_dispute_says_what_is_still_to_be_done(string state, ComplianceStatus? status) =>
        Assert.Equal(status, Compliance.Of(DisputeCourse.Into(state, Demo.Rules).Request)?.Status);

    [Fact]
    public void A_drill_is_in_no_register() => Assert.Null(Compliance.Of(Late(exercise: true).Request));

    [Fact]
    public async Task The_register_names_every_duty_and_no_drill()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await console.FillRegisters(Cancelled);

        var page = WebUtility.HtmlDecode(await console.Page("/compliance", Cancelled));

        Assert.Contains("2 entries on this page: 1 overdue, 1 complied with.", page, StringComparison.Ordinal);
        Assert.Contains("/requests/0a000000-0000-4000-8000-0000000000d0", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/requests/0a000000-0000-4000-8000-0000000000d2", page, StringComparison.Ordinal);
        Assert.Contains("renewed 1 time", page, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"Overdue\"", await console.Page("/api/v1/compliance", Cancelled), StringComparison.Ordinal);
        await console.Page("/compliance?after=yesterday", Cancelled, HttpStatusCode.BadRequest);
        await console.Page("/public/compliance?after=yesterday", Cancelled, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_public_part_shows_what_was_published_and_leads_nowhere()
    {
        await using var console = await ConsoleUnderTest.Empty(Cancelled);
        await console.FillRegisters(Cancelled);

        var page = await console.Page("/public/compliance", Cancelled);
        var json = JsonSerializer.Deserialize<JsonElement>(await console.Page("/public/compliance.json", Cancelled));

        Assert.Contains("overdue", page, StringComparison.Ordinal);
        Assert.DoesNotContain("complied</span>", page, StringComparison.Ordinal);
        foreach (var secret in new[] { "/requests", "/quarantine", "2026-000", "0a000000", "The limit was not kept" })
        {
            Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, json.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal("XB", Assert.Single(json.GetProperty("rows").EnumerateArray()).GetProperty("whoMustComply").GetString());
        Assert.Equal(("Demonstration Region", 1, JsonValueKind.Null), (json.GetProperty("filter").GetString(), json.GetProperty("count").GetInt32(), json.GetProperty("cut").ValueKind));
    }

    /// <summary>A dispute as it is stored when the console looks: <c>late</c> or <c>done</c>.</summary>
    internal static Change Dispute(string how, bool exercise, Guid id)
    {
        var story = how == "late" ? Late(exercise) : DisputeCourse.Into("Closed.Settled", Demo.Rules);
        var request = story.Passes(FilledHub.Now).Request with { Id = id };
        return new()
        {
            Work = new Work { RequestId = id },
            Request = new RequestRow
            {
                RequestId = id,
                Procedure = request.Procedure,
                Instrument = request.Instrument,
                Reference = request.Reference,
                RequestingState = request.Requesting.State,
                RequestedState = request.Requested.State,
                State = request.State,
                Since = request.Since,
                NextDue = request.Deadlines.Where(d => d is { Status: DeadlineStatus.Running, Kind: DeadlineKind.Procedure }).Min(d => d.Due),
                Level = Demo.Rules.LevelOf(request),
                ClosedAt = request.Closed ? request.Since : null,
                Priority = "Routine",
                Exercise = exercise,
                Body = Request.Write(request),
                CreatedAt = request.FirstReceivedAt,
                UpdatedAt = request.Since,
            },
        };
    }

    // An award that nobody carries out.
    static Story Late(bool exercise)
    {
        var story = new Story { Exercise = exercise }.Asks(Usual.Submitted).Answers(Usual.Acknowledged).Asks(DisputeCourse.Raised).Opened();
        return story.Asks(new AgreementFailed { Reason = "None" }).Decides(new MediatorAppointed { Mediator = "XZ-MED1" }).Decides(new MediationEnded { Settled = false })
            .Decides(new PanelFormed { Tribunal = "XZ-ARB", Arbitrators = 3 }).Decides(DisputeCourse.Award with { ComplyBy = new(2026, 2, 10) }).Passes(Demo.Utc("2026-02-12T10:00:00Z"));
    }
}
