using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class QuarantineTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    Quarantine Quarantine => new(Database);

    [Fact]
    public async Task A_message_is_kept_with_its_bytes()
    {
        var message = Message(1) with { ActId = Guid.NewGuid(), RequestId = Guid.NewGuid(), JournalId = 7, Lane = "Urgent" };

        var id = await Quarantine.Add(message, Cancelled);

        var kept = (await Quarantine.Get(id, Cancelled))!;
        Assert.Equal(message.Body, kept.Body);
        Assert.Equal(message with { Body = [] }, kept with { Body = [] });
        Assert.Null(await Quarantine.Get(Guid.NewGuid(), Cancelled));
    }

    [Fact]
    public async Task The_same_bytes_from_the_same_state_wait_once_and_are_counted()
    {
        var first = await Quarantine.Add(Message(1), Cancelled);
        var again = await Quarantine.Add(Message(1), Cancelled);
        var stranger = await Quarantine.Add(Message(1) with { State = "XB" }, Cancelled);
        var unknown = await Quarantine.Add(Message(1) with { State = null }, Cancelled);

        Assert.Equal(first, again);
        Assert.Equal(3, new[] { first, stranger, unknown }.Distinct().Count());
        Assert.Equal(2, (await Quarantine.Get(first, Cancelled))!.Seen);
        Assert.Null((await Quarantine.Get(unknown, Cancelled))!.State);
    }

    [Fact]
    public async Task Bytes_that_were_dealt_with_and_come_again_wait_again()
    {
        var first = await Quarantine.Add(Message(1), Cancelled);
        Assert.True(await Quarantine.Resolve(first, "operator", "A test message", "Discarded", Cancelled));

        Assert.NotEqual(first, await Quarantine.Add(Message(1), Cancelled));
    }

    [Fact]
    public async Task A_message_is_dealt_with_once_and_the_deed_is_recorded()
    {
        var id = await Quarantine.Add(Message(1), Cancelled);

        Assert.True(await Quarantine.Resolve(id, "anna", "A test message", "Discarded", Cancelled));
        Assert.False(await Quarantine.Resolve(id, "berta", "Another reason", "Delivered", Cancelled));

        var kept = (await Quarantine.Get(id, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, "anna", "A test message", "Discarded", Now), (kept.Status, kept.ResolvedBy, kept.ResolvedReason, kept.ResolvedOutcome, kept.ResolvedAt));
        await new Ledger(Database).Chain(Now, 10, Cancelled);
        var deed = Assert.Single(await new Ledger(Database).Page(0, 10, Cancelled));
        Assert.Equal(("QuarantineResolved", "anna"), (deed.Kind, deed.Actor));
        Assert.Contains(id.ToString(), deed.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_is_wished_for_tried_and_may_fail_again()
    {
        var id = await Quarantine.Add(Message(1), Cancelled);
        Assert.Empty(await Quarantine.ToRetry(10, Cancelled));

        Assert.True(await Quarantine.RequestRetry(id, "anna", "The key is registered now", Cancelled));
        Assert.False(await Quarantine.RequestRetry(id, "anna", "The key is registered now", Cancelled));
        var wish = Assert.Single(await Quarantine.ToRetry(10, Cancelled));
        Assert.Equal((id, "anna", Now, 1), (wish.QuarantineId, wish.RetryRequestedBy, wish.RetryRequestedAt, wish.Tries));
        Assert.Equal(Message(1).Body, wish.Body);

        Assert.True(await Failed(id));
        Assert.False(await Failed(id));
        Assert.Empty(await Quarantine.ToRetry(10, Cancelled));
        Assert.Equal((Quarantine.Waiting, "NotAuthentic"), ((await Quarantine.Get(id, Cancelled))!.Status, (await Quarantine.Get(id, Cancelled))!.Code));

        // How often is counted, of the message and of its group.
        Assert.True(await Quarantine.RequestRetry(id, "anna", "Once more", Cancelled));
        await Quarantine.Add(Message(2) with { Code = "NotAuthentic", Place = "UnknownKey" }, Cancelled);
        Assert.Equal([0, 2], (await Quarantine.Page(null, null, null, null, 10, Cancelled)).Select(m => m.Tries).Order());
        Assert.Equal((2, 2), Assert.Single(await Quarantine.Faults([], 10, Cancelled)) is var group ? (group.Messages, group.Tries) : default);
    }

    [Fact]
    public async Task Messages_are_grouped_by_what_they_fell_over_with_the_requests_that_wait_for_them()
    {
        var (near, far, closed) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Store(Request(near, nextDue: Now.AddDays(2)), Request(far, nextDue: Now.AddDays(20)), Request(closed, closedAt: Now));
        QuarantinedMessage Of(int n, string place, Guid? request) => Message(n) with { Place = place, RequestId = request, State = n % 2 == 0 ? "XA" : "XB", At = Now.AddMinutes(n) };
        foreach (var message in new[] { Of(0, "header.sequence", near), Of(1, "header.sequence", far), Of(2, "header.sequence", near), Of(3, "header.sequence", closed), Of(4, "$.open.measures[].kind", null), Of(5, "", null) })
            await Quarantine.Add(message, Cancelled);
        await Quarantine.Resolve(await Quarantine.Add(Of(6, "$.open.measures[].kind", near), Cancelled), "anna", "x", "Discarded", Cancelled);

        DueSpan[] spans = [new("XA", Now, Now.AddDays(5)), new("XB", Now, Now.AddDays(5))];
        var groups = await Quarantine.Faults(spans, 10, Cancelled);

        Assert.Equal(["link/TooLarge", "link/TooLarge/$.open.measures[].kind", "link/TooLarge/header.sequence"], groups.Select(g => g.Fingerprint));
        var sequence = groups[2];
        Assert.Equal((4, 2, 2, 1, Now.AddDays(2), Now, Now.AddMinutes(3)), (sequence.Messages, sequence.States, sequence.Requests, sequence.Soon, sequence.NextDue, sequence.FirstAt, sequence.LastAt));
        Assert.Equal((0, null), (groups[0].Requests, groups[0].NextDue));
        Assert.All(groups, g => Assert.Equal((g.Source, g.Code, g.Place), FaultGroup.Parts(g.Fingerprint)));
        Assert.Equal(4, (await Quarantine.Page(null, null, null, null, 10, Cancelled, FaultGroup.Parts("link/TooLarge/header.sequence"))).Count);
        // Page by page, each with what its newest message says; one alone.
        var newest = (await Quarantine.Page(null, null, null, null, 10, Cancelled, FaultGroup.Parts(sequence.Fingerprint)))[0];
        Assert.Equal((newest.QuarantineId, newest.Reason, newest.Fix), (sequence.Newest, sequence.Reason, sequence.Fix));
        // Counted alone they are the same.
        Assert.Equal(groups.Select(g => (g.Fingerprint, g.Messages, g.LastAt)), (await Quarantine.FaultCounts(10, Cancelled)).Select(g => (g.Fingerprint, g.Messages, g.LastAt)));
        Assert.Equal(groups.Take(2).Select(g => g.Fingerprint), (await Quarantine.FaultCounts(2, Cancelled)).Select(g => g.Fingerprint));
        var first = await Quarantine.Faults(spans, 2, Cancelled);
        Assert.Equal(groups, [.. first, .. await Quarantine.Faults(spans, 2, Cancelled, FaultMark.Of(first[^1]))]);
        Assert.Equal(sequence, await Quarantine.Fault(spans, FaultGroup.Parts(sequence.Fingerprint)!.Value, Cancelled));
        Assert.Null(await Quarantine.Fault(spans, ("link", "TooLarge", "nowhere"), Cancelled));
        Assert.Single(await Quarantine.Page(null, null, null, null, 10, Cancelled, FaultGroup.Parts("link/TooLarge")));
    }

    [Fact]
    public async Task A_message_wrapped_anew_is_a_new_row_that_is_tried_and_the_old_one_keeps_its_bytes()
    {
        var old = (await Quarantine.Get(await Quarantine.Add(Message(1), Cancelled), Cancelled))!;
        var made = Message(2) with { QuarantineId = Guid.NewGuid() };
        Assert.True(await Quarantine.Rewrap(old, made, "anna", "A blank in front", Cancelled));
        Assert.False(await Quarantine.Rewrap(old, Message(3), "anna", "Once more", Cancelled));

        var kept = (await Quarantine.Get(old.QuarantineId, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, Quarantine.Rewrapped), (kept.Status, kept.ResolvedOutcome));
        Assert.Equal(old.Body, kept.Body);
        var wish = Assert.Single(await Quarantine.ToRetry(10, Cancelled));
        Assert.Equal((made.QuarantineId, old.QuarantineId, "anna", 1), (wish.QuarantineId, wish.MadeFrom, wish.RetryRequestedBy, wish.Tries));
        Assert.Null(await Quarantine.Get(Message(3).QuarantineId, Cancelled));
    }

    [Fact]
    public async Task What_is_taken_in_the_end_names_its_act()
    {
        var id = await Quarantine.Add(Message(1), Cancelled);
        var (act, request) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.False(await Quarantine.WasTaken(id, act, request, 7, Cancelled));
        await Quarantine.RequestRetry(id, "anna", "x", Cancelled);
        Assert.True(await Quarantine.WasTaken(id, act, request, 7, Cancelled));
        var taken = (await Quarantine.Get(id, Cancelled))!;
        Assert.Equal((Quarantine.Resolved, Quarantine.Retried, "anna", act, request, 7L), (taken.Status, taken.ResolvedOutcome, taken.ResolvedBy, taken.ActId, taken.RequestId, taken.JournalId));
    }

    [Fact]
    public async Task Pages_are_newest_first_without_gaps_or_repeats_and_can_be_narrowed()
    {
        for (var i = 0; i < 7; i++)
            await Quarantine.Add(Message(i) with { At = Now.AddMinutes(i / 2), Code = i % 2 == 0 ? "NotAuthentic" : "TooLarge" }, Cancelled);
        var all = await Quarantine.Page(null, null, null, null, 100, Cancelled);

        var paged = new List<QuarantinedMessage>();
        while (await Quarantine.Page(null, null, null, paged.Count == 0 ? null : (paged[^1].At, paged[^1].QuarantineId), 2, Cancelled) is { Count: > 0 } page)
            paged.AddRange(page);

        Assert.Equal(7, all.Count);
        Assert.Equal(all.Select(m => m.QuarantineId), paged.Select(m => m.QuarantineId));
        Assert.Equal(all.Select(m => m.At).OrderDescending(), all.Select(m => m.At));
        Assert.All(all, m => Assert.Empty(m.Body));
        Assert.Equal(4, (await Quarantine.Page(null, "XA", "NotAuthentic", null, 100, Cancelled)).Count);
        Assert.Empty(await Quarantine.Page(Quarantine.Resolved, null, null, null, 100, Cancelled));
        Assert.Empty(await Quarantine.Page(null, "XB", null, null, 100, Cancelled));
    }

    [Fact]
    public async Task What_waits_is_counted_by_state_and_code()
    {
        await Quarantine.Add(Message(1), Cancelled);
        await Quarantine.Add(Message(2) with { At = Now.AddHours(1) }, Cancelled);
        await Quarantine.Add(Message(3) with { State = null }, Cancelled);
        await Quarantine.Resolve(await Quarantine.Add(Message(4), Cancelled), "anna", "x", "Discarded", Cancelled);

        var counts = await Quarantine.Counts(Cancelled);

        Assert.Equal([(null, "TooLarge", 1, Now), ("XA", "TooLarge", 2, Now)], counts.Select(c => (c.State, c.Code, c.Waiting, c.Oldest)).OrderBy(c => c.State));
    }

    [Fact]
    public async Task The_same_bytes_added_from_many_sides_at_once_wait_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAgain()).ToList().Select(database => Task.Run(() => new Quarantine(database).Add(Message(1), Cancelled))));

        Assert.Single(ids.Distinct());
        Assert.Equal(6, (await Quarantine.Get(ids[0], Cancelled))!.Seen);
    }

    async Task Store(params RequestRow[] requests)
    {
        await using var unit = await Database.Begin(Cancelled);
        await new RequestStore(Database).Write(unit, [.. requests.Select(r => new Change { Work = new Work { RequestId = r.RequestId }, Request = r })], Cancelled);
        await unit.Commit(Cancelled);
    }

    async Task<bool> Failed(Guid id)
    {
        await using var unit = await Database.Begin(Cancelled);
        var failed = await Quarantine.RetryFailed(unit, id, "NotAuthentic", "UnknownKey", "Signed by nobody we know", "Register the key", Cancelled);
        await unit.Commit(Cancelled);
        return failed;
    }

    static QuarantinedMessage Message(int n) => new()
    {
        QuarantineId = Guid.NewGuid(),
        Source = "link",
        State = "XA",
        Code = "TooLarge",
        Reason = "It has 2 MiB",
        Fix = "Send evidence through the evidence store",
        Body = [0, 255, (byte)n],
        Digest = new string((char)('a' + n), 64),
        Headers = """{"x":"y"}""",
        At = Now,
    };
}

public sealed class QuarantineOnSqlite(SqliteFixture fixture) : QuarantineTests(fixture), IClassFixture<SqliteFixture>;

/// <summary>Levels of conformance, on any database.</summary>
public abstract class ConformanceRegisterTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    [Fact]
    public async Task The_latest_examination_of_each_state_is_kept_and_an_earlier_one_replaces_none()
    {
        var register = new ConformanceRegister(Database);
        SignedLevel Of(string state, int day, string document) => new() { State = state, ExaminedAt = Now.AddDays(day), Document = document };

        Assert.True(await register.Keep(Of("XA", 1, "{first}"), null, null, Cancelled));
        Assert.True(await register.Keep(Of("XB", 1, new string('x', 100_000)), "A. Bell, duty operator", "A new adapter", Cancelled));
        Assert.True(await register.Keep(Of("XA", 2, "{second}"), null, null, Cancelled));
        Assert.False(await register.Keep(Of("XA", 1, "{first}"), null, null, Cancelled));
        Assert.False(await register.Keep(Of("XA", 2, "{other}"), null, null, Cancelled));

        var kept = await register.All(Cancelled);
        Assert.Equal([("XA", Now.AddDays(2), 8), ("XB", Now.AddDays(1), 100_000)], kept.Select(l => (l.State, l.ExaminedAt, l.Document.Length)));
        var told = await new Ledger(Database).DeedsPage(new DeedFilter { Kind = "LevelEarned" }, null, 10, Cancelled);
        Assert.Equal(["A. Bell, duty operator", "XA", "XA"], told.Select(l => l.Actor).Order());
        Assert.All(told, l => Assert.Matches("\"digest\":\"[0-9a-f]{64}\"", l.Content));
        Assert.Contains(told, l => l.Content.Contains("\"reason\":\"A new adapter\"", StringComparison.Ordinal) && l.Content.Contains("\"state\":\"XB\"", StringComparison.Ordinal));
    }
}

/// <summary>Adapters' signs of life, on any database.</summary>
public abstract class AdapterRegisterTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    AdapterRegister Adapters => new(Database);

    [Fact]
    public async Task A_report_is_kept_as_the_last_word()
    {
        await Adapters.Heard("XA", Report(60), Now, Cancelled);
        await Adapters.Heard("XA", Report(60) with { OutboxWaiting = 4, Version = "1.1.0" }, Now.AddMinutes(1), Cancelled);

        var adapter = Assert.Single(await Adapters.All(Cancelled));

        Assert.Equal(("XA", Now.AddMinutes(1), Now.AddSeconds(-2), "1.1.0", 4, 1, 2, 60), (
            adapter.State, adapter.HeardAt, adapter.ReportedAt, adapter.Version, adapter.OutboxWaiting, adapter.Quarantined, adapter.Incomplete, adapter.EverySeconds));
        Assert.Null(adapter.SilentSince);
    }

    [Fact]
    public async Task Silence_is_named_once_and_ends_when_the_adapter_is_heard()
    {
        Assert.False(await Adapters.Heard("XA", Report(60), Now, Cancelled));
        await Adapters.Heard("XB", Report(3600), Now, Cancelled);

        Assert.Empty(await Adapters.FallenSilent(Now.AddMinutes(3), Cancelled));
        Assert.Equal("XA", Assert.Single(await Adapters.FallenSilent(Now.AddMinutes(3.1), Cancelled)).State);
        Assert.Empty(await Adapters.FallenSilent(Now.AddMinutes(4), Cancelled));

        Assert.True(await Adapters.Heard("XA", Report(60), Now.AddMinutes(5), Cancelled));
        Assert.False(await Adapters.Heard("XA", Report(60), Now.AddMinutes(6), Cancelled));
        Assert.Single(await Adapters.FallenSilent(Now.AddMinutes(10), Cancelled));
    }

    [Fact]
    public async Task A_test_and_a_look_are_kept_beside_what_was_reported_and_make_nobody_wait_for_a_state_that_never_reported()
    {
        await Adapters.Heard("XA", Report(60), Now, Cancelled);
        await Adapters.Tested("XA", true, null, Now.AddSeconds(1), Cancelled);
        await Adapters.Looked("XB", null, "there is no queue", Now, Cancelled);
        await Adapters.Tested("XB", false, "unknown key", Now, Cancelled);

        var all = await Adapters.All(Cancelled);

        Assert.Equal(("XA", Now.AddSeconds(1), true, null, Now, "1.0.0"), (all[0].State, all[0].TestedAt, all[0].TestedCore, all[0].TestProblem, all[0].HeardAt, all[0].Version));
        Assert.Equal(("XB", Now, false, "unknown key", Now, null, "there is no queue"), (all[1].State, all[1].TestedAt, all[1].TestedCore, all[1].TestProblem, all[1].LookedAt, all[1].Readers, all[1].LinkTrouble));
        Assert.Equal("XA", Assert.Single(await Adapters.FallenSilent(Now.AddDays(1), Cancelled)).State);
        await Adapters.Heard("XB", Report(60), Now, Cancelled);
        Assert.Equal("unknown key", (await Adapters.All(Cancelled))[1].TestProblem);
    }

    [Fact]
    public async Task When_a_key_was_last_used_is_kept_to_the_hour()
    {
        var seen = new KeysSeen(Database);
        await seen.Used(["a", "b", "a"], Now, Cancelled);
        await seen.Used(["a"], Now.AddMinutes(59), Cancelled);
        Assert.Equal([("a", Now), ("b", Now)], (await seen.All(Cancelled)).Select(k => (k.Key, k.Value)).Order());

        await seen.Used(["a"], Now.AddHours(1), Cancelled);
        // Another hub on the same database does not know what this one wrote.
        await new KeysSeen(Database).Used(["b"], Now.AddMinutes(61), Cancelled);
        Assert.Equal([("a", Now.AddHours(1)), ("b", Now.AddMinutes(61))], (await seen.All(Cancelled)).Select(k => (k.Key, k.Value)).Order());
    }

    [Fact]
    public async Task Certificates_are_kept_as_they_were_reported()
    {
        await Adapters.Heard("XA", Report(60) with { ClientCertificateEnds = Now.AddDays(5), ServerCertificateEnds = Now.AddDays(50) }, Now, Cancelled);
        Assert.Equal([(Now.AddDays(5), Now.AddDays(50))], (await Adapters.All(Cancelled)).Select(a => (a.ClientCertificateEnds!.Value, a.ServerCertificateEnds!.Value)));
    }

    [Fact]
    public async Task Silence_in_maintenance_is_no_alarm_and_one_that_lasts_longer_is()
    {
        await Adapters.Heard("XA", Report(60), Now, Cancelled);
        await Adapters.FallenSilent(Now.AddMinutes(10), Cancelled);
        await Maintain(Now.AddMinutes(10), Now.AddHours(1), Now.AddMinutes(10));

        Assert.Null(Assert.Single(await Adapters.All(Cancelled)).SilentSince);
        Assert.Empty(await Adapters.FallenSilent(Now.AddMinutes(59), Cancelled));
        Assert.Single(await Adapters.FallenSilent(Now.AddHours(1), Cancelled));

        // One that is still to come hides nothing.
        await Adapters.Heard("XA", Report(60), Now.AddHours(2), Cancelled);
        await Maintain(Now.AddHours(9), Now.AddHours(10), Now.AddHours(2));
        Assert.Single(await Adapters.FallenSilent(Now.AddHours(3), Cancelled));

        async Task Maintain(DateTimeOffset from, DateTimeOffset until, DateTimeOffset present)
        {
            await using var unit = await Database.Begin(Cancelled);
            await AdapterRegister.Maintain(
                unit, new MaintenanceAnnounced { State = "XA", AnnouncementId = Guid.NewGuid(), At = present, From = from, Until = until, Reason = "It moves." }, present, Cancelled);
            await unit.Commit(Cancelled);
        }
    }

    [Fact]
    public async Task An_adapter_that_was_never_heard_is_silent_after_its_time()
    {
        await Adapters.Expect(["XA", "XB"], Now.AddMinutes(10), Cancelled);
        await Adapters.Heard("XB", Report(3600), Now.AddMinutes(1), Cancelled);
        await Adapters.Expect(["XA", "XB"], Now.AddMinutes(99), Cancelled);

        var silent = Assert.Single(await Adapters.FallenSilent(Now.AddMinutes(11), Cancelled));

        Assert.Equal(("XA", null, Now.AddMinutes(11)), (silent.State, silent.HeardAt, silent.SilentSince));
    }

    static AdapterReported Report(int everySeconds) => new()
    {
        State = "XA",
        At = Now.AddSeconds(-2),
        Version = "1.0.0",
        OutboxWaiting = 3,
        Quarantined = 1,
        Incomplete = 2,
        EverySeconds = everySeconds,
    };
}

public sealed class ConformanceRegisterOnSqlite(SqliteFixture fixture) : ConformanceRegisterTests(fixture), IClassFixture<SqliteFixture>;

public sealed class AdapterRegisterOnSqlite(SqliteFixture fixture) : AdapterRegisterTests(fixture), IClassFixture<SqliteFixture>;
