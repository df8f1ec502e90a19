using Dapper;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XD;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.Configuration;

namespace LiaisonHub.Tests.Adapters;

/// <summary>XD: a registry of which only the tables are known, with its own profile, mappings and rows.</summary>
public sealed class RegistryTests : IAsyncLifetime
{
    readonly RegionUnderTest region = new();
    readonly AdapterUnderTest xd;
    readonly List<SqlCollector> collectors = [];
    readonly Database registry, own;

    public RegistryTests()
    {
        xd = new AdapterUnderTest(region, "XD");
        var file = xd.At("registry.db");
        File.WriteAllBytes(file, []);
        var profile = Profile($"sqlite:{file}", Directory.CreateDirectory(xd.At("papers")).FullName);
        xd.Options.Sql = profile;
        registry = Database.Open(profile.Database, region.Time);
        own = Database.Open(xd.Options.Database, region.Time);
        foreach (var (name, query) in profile.Queries)
            collectors.Add(new(name, query, profile, new(xd.Options.Inbox!), new(own), region.Time));
    }

    /// <summary>XD's own profile, for a registry elsewhere.</summary>
    internal static SqlOptions Profile(string database, string papers)
    {
        var profile = new AdapterOptions();
        new ConfigurationBuilder().AddJsonFile(Path.Combine(Countries.CountryOf("XD").Folder, "profile.json")).Build().GetSection(AdapterOptions.Section).Bind(profile);
        (profile.Sql!.Database, profile.Sql.Papers) = (database, papers);
        Assert.Empty(profile.Sql.Problems());
        return profile.Sql;
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Run(Countries.Sample("XD", "registry.sql"));

    [Fact]
    public async Task A_released_row_becomes_a_request_and_a_draft_does_not()
    {
        await Collect();

        var act = Assert.Single(await xd.Sent(Cancelled));
        var request = (RequestSubmitted)act.Read();
        Assert.Equal(("XB", MeasureKind.Search, "18-0104", "fraud", 120), (act.Header.Receiver.State, request.Measures[0].Kind, request.Offences[0].NationalCode, request.Offences[0].ListOffence, request.Offences[0].LongestPenaltyMonths));
        Assert.Equal(new DateOnly(2026, 9, 14), request.DownstreamDates[0].On);
        Assert.DoesNotContain("TORVALD", act.Open.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_the_registry_cannot_say_is_asked_and_what_is_over_is_put_aside_with_its_reason()
    {
        await Collect();

        var incomplete = (await xd.Intakes.In(IntakeState.Incomplete, 10, Cancelled)).Select(i => (i.Mapping, i.Reason)).OrderBy(i => i.Mapping, StringComparer.Ordinal).ToList();
        Assert.Equal(["Request from the registry", "Warrant with a foreign jurisdiction"], incomplete.Select(i => i.Mapping));
        Assert.Contains("Which measure is asked for?", incomplete[0].Reason, StringComparison.Ordinal);
        Assert.Contains("Will extradition be requested?", incomplete[1].Reason, StringComparison.Ordinal);
        Assert.Equal(["LH4112", "LH4114"], (await xd.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Select(i => i.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_row_is_the_same_case_again_and_not_a_new_request()
    {
        await Collect();
        await Run("UPDATE liaison_request SET summary = 'Search of both offices.' WHERE request_no = 4101");
        await Collect();

        Assert.Single(await xd.Sent(Cancelled));
        Assert.Contains(await xd.Intakes.In(IntakeState.Incomplete, 10, Cancelled), i => i.Reason!.Contains("This case was sent before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warrant_that_was_lifted_later_is_seen_although_only_a_letter_of_its_row_changed()
    {
        await Collect();
        await Run("UPDATE warrant SET status = 'D', cleared_date = '2026-03-01' WHERE offender_id = 700118", "DELETE FROM warrant WHERE offender_id = 700117");
        await Collect();

        var put = (await xd.Intakes.In(IntakeState.Quarantined, 10, Cancelled)).Where(i => i.Code == "LH4112").Select(i => i.Mapping).ToList();
        Assert.Equal(["Row that is gone from the registry", "Warrant that is lifted or disposed of", "Warrant that is lifted or disposed of"], put.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(" 18-O1o4 ", "18-0104")]
    [InlineData("99-7777", "99-7777")]
    public void The_letter_O_and_the_digit_0_are_one(string written, string read) => Assert.Equal(read, Xd.ZeroNotLetter(written));

    [Fact]
    public async Task What_another_state_sends_stands_in_the_table_for_it()
    {
        var outbound = new OutboundDocument(Countries.Mappings("XD"));
        var preview = Preview.Of(Countries.Mappings("XA"), "XA", new LocalFile { Name = "result.xml", Bytes = System.Text.Encoding.UTF8.GetBytes(Countries.Sample("XA", "hearing-abroad.xml")) }, Countries.Mappings("XD"), "XD", region.Time.GetUtcNow(), 1);
        var path = xd.At("outbox", "00000001-RequestSubmitted-1.json.tmp");
        await File.WriteAllBytesAsync(path, Assert.Single(preview).Written!.Bytes, Cancelled);
        await using var system = new SqlSystem(xd.Options, region.Time);

        await system.Deliver("00000001-RequestSubmitted-1.json", path, Cancelled);

        Assert.True(outbound.Writes(nameof(RequestSubmitted)));
        await using var connection = await registry.Connect(Cancelled);
        var row = await connection.QuerySingleAsync<(string Act, string FromState, string Body)>("SELECT act, from_state, body FROM liaison_message");
        Assert.Equal(("RequestSubmitted", "XA"), (row.Act, row.FromState));
        Assert.Contains("TORREST", row.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_made_of_a_row_is_what_stands_in_its_cells() => Assert.True(await Compared() > 10);

    /// <summary>How many cells of the registry were compared with what was made of them.</summary>
    internal static async Task<int> Compared()
    {
        await using var tests = new RegistryTests();
        await tests.InitializeAsync();
        foreach (var collector in tests.collectors)
            await collector.Collect(Cancelled);
        var translations = Directory.EnumerateFiles(tests.xd.At("inbox"), "*.json").Select(f => Countries.Translate("XD", Path.GetFileName(f), File.ReadAllBytes(f))).Where(t => t.Private is not null && t.Mapping == "Request from the registry").ToList();
        await using var connection = await tests.registry.Connect(Cancelled);
        var compared = 0;
        foreach (var row in await connection.QueryAsync("SELECT * FROM liaison_request WHERE status = 'R'"))
        {
            var made = translations.Single(t => (string?)t.Private!["fileNumber"] == row.case_no);
            Equal([row.to_state, row.case_no, row.summary, row.offender_id], [made.ToState, (string?)made.Private!["fileNumber"], (string?)made.Private["text"], (string?)made.Private["numbers"]![0]!["value"]]);
            if ((string?)row.court_date is { } court)
                Equal([court], [(string?)made.Open["downstreamDates"]![0]!["on"]]);
            var names = (await connection.QueryAsync("SELECT * FROM offender_name WHERE offender_id = @id AND name_type = 'O'", new { id = (long)row.offender_id })).ToList();
            Equal(names.SelectMany(n => new object?[] { n.last_name, string.Join(' ', new[] { (string?)n.first_name, (string?)n.middle_name }.Where(x => x is not null)), n.birth_date }),
                made.Private["persons"]!.AsArray().SelectMany(p => new[] { (string?)p!["familyName"], (string?)p["givenNames"], (string?)p["birth"]!["raw"] }));
            var charges = (await connection.QueryAsync("SELECT * FROM offender_charge WHERE offender_id = @id ORDER BY charge_no", new { id = (long)row.offender_id })).ToList();
            Equal(charges.SelectMany(c => new object?[] { ((string)c.statute).Replace('O', '0'), c.description, c.offence_date, c.offence_place }),
                made.Private["offences"]!.AsArray().SelectMany(o => new[] { (string?)o!["code"], (string?)o["wording"], (string?)o["time"]!["from"]!["raw"], (string?)o["place"] }));
        }

        return compared;

        void Equal(IEnumerable<object?> cells, IEnumerable<string?> read)
        {
            var expected = cells.Select(c => c is null ? null : Convert.ToString(c, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(expected, read);
            compared += expected.Count;
        }
    }

    async Task Collect()
    {
        foreach (var collector in collectors)
            await collector.Collect(Cancelled);
        await xd.Work(Cancelled);
        await xd.Work(Cancelled);
    }

    async Task Run(params string[] statements)
    {
        await using var connection = await registry.Connect(Cancelled);
        foreach (var statement in statements)
            await connection.ExecuteAsync(statement);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var collector in collectors)
            await collector.DisposeAsync();
        await registry.DisposeAsync();
        await own.DisposeAsync();
        await xd.DisposeAsync();
    }
}
