using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Tests.Storage;

public abstract class LedgerTests(DatabaseFixture fixture) : StoreTests(fixture)
{
    Ledger Ledger => new(Database);

    [Fact]
    public async Task Facts_are_chained_in_order_each_on_the_one_before()
    {
        await Chained(3);

        var page = await Ledger.Page(0, 10, Cancelled);

        Assert.Equal([0L, 1, 2], page.Select(e => e.Position!.Value));
        Assert.Equal(["Kind0", "Kind1", "Kind2"], page.Select(e => e.Kind));
        var previous = new byte[32];
        foreach (var entry in page)
        {
            var leaf = SHA256.HashData(Encoding.UTF8.GetBytes(
                $"\0{entry.LeafId:D}\n{entry.RequestId:D}\n{entry.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}Z\n{entry.Kind}\n{entry.Actor}\n{entry.Content}"));
            previous = SHA256.HashData([.. previous, .. leaf]);
            Assert.Equal((Convert.ToHexStringLower(leaf), Convert.ToHexStringLower(previous)), (entry.LeafHash, entry.ChainHash));
        }
        Assert.Equal(new LedgerHead { Size = 3, Hash = Convert.ToHexStringLower(previous) }, await Ledger.Head(Cancelled));
        Assert.Null(await Ledger.Verify(Cancelled));
    }

    [Fact]
    public async Task An_empty_ledger_is_sound()
    {
        Assert.Equal(0, await Ledger.Chain(Now, 10, Cancelled));
        Assert.Equal(new LedgerHead { Size = 0, Hash = new string('0', 64) }, await Ledger.Head(Cancelled));
        Assert.Null(await Ledger.Verify(Cancelled));
    }

    [Fact]
    public async Task Facts_are_chained_in_portions_and_once()
    {
        await Ledger.Record([.. Enumerable.Range(0, 5).Select(i => Leaf($"Kind{i}"))], Cancelled);

        var counts = new List<int>();
        for (var i = 0; i < 4; i++)
            counts.Add(await Ledger.Chain(Now, 2, Cancelled));

        Assert.Equal([2, 2, 1, 0], counts);
        Assert.Equal(5, (await Ledger.Head(Cancelled)).Size);
        Assert.Null(await Ledger.Verify(Cancelled));
    }

    [Fact]
    public async Task Facts_of_one_request_are_found_chained_or_not()
    {
        var requestId = Guid.NewGuid();
        await Ledger.Record([Leaf("First", requestId), Leaf("Other", Guid.NewGuid())], Cancelled);
        await Ledger.Chain(Now, 10, Cancelled);
        await Ledger.Record([Leaf("Second", requestId, Now.AddSeconds(1))], Cancelled);

        var facts = (await Ledger.Of(requestId, null, 10, Cancelled)).Page.Reverse().ToList();

        Assert.Equal([("First", false), ("Second", true)], facts.Select(f => (f.Kind, f.Position is null)));
        Assert.Equal("First", Assert.Single((await Ledger.Of(requestId, new(facts[1].At, facts[1].LeafId), 10, Cancelled)).Page).Kind);
    }

    [Fact]
    public async Task Two_sequencers_make_one_chain()
    {
        var writers = Enumerable.Range(0, 3).Select(_ => new Ledger(OpenAgain())).ToList();
        var sequencers = Enumerable.Range(0, 3).Select(_ => new Ledger(OpenAgain())).ToList();

        await Task.WhenAll(
        [
            .. writers.Select(ledger => Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                    await ledger.Record([Leaf("A"), Leaf("B")], Cancelled);
            })),
            .. sequencers.Select(ledger => Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                    await ledger.Chain(Now, 7, Cancelled);
            })),
        ]);
        while (await Ledger.Chain(Now, 100, Cancelled) > 0) ;

        Assert.Equal(120, (await Ledger.Head(Cancelled)).Size);
        Assert.Null(await Ledger.Verify(Cancelled));
    }

    [Theory]
    [InlineData("content = '{}'")]
    [InlineData("actor = 'XB-CA'")]
    [InlineData("kind = 'Kind9'")]
    [InlineData("request_id = NULL")]
    [InlineData("leaf_hash = 'a'")]
    public async Task A_changed_fact_is_found_in_its_place(string change)
    {
        await Chained(5);
        var victim = (await Ledger.Page(3, 1, Cancelled))[0];

        await Tamper($"UPDATE ledger_leaf SET {change} WHERE leaf_id = '{victim.LeafId}'", "ledger_leaf");

        var finding = (await Ledger.Verify(Cancelled))!;
        Assert.Equal((3L, victim.LeafId), (finding.Position, finding.LeafId));
    }

    [Fact]
    public async Task A_deleted_fact_is_found_in_its_place()
    {
        await Chained(5);
        var victim = (await Ledger.Page(2, 1, Cancelled))[0];

        await Tamper($"DELETE FROM ledger_leaf WHERE leaf_id = '{victim.LeafId}'", "ledger_leaf");

        Assert.Equal(2, (await Ledger.Verify(Cancelled))!.Position);
    }

    [Theory]
    [InlineData("DELETE FROM ledger_chain WHERE position = 2", 2)]
    [InlineData("DELETE FROM ledger_chain WHERE position = 0", 0)]
    [InlineData("UPDATE ledger_chain SET chain_hash = leaf_hash WHERE position = 4", 4)]
    [InlineData("UPDATE ledger_chain SET position = position + 10 WHERE position >= 3", 3)]
    public async Task A_chain_that_was_changed_is_found_where_it_breaks(string sql, long position)
    {
        await Chained(5);

        await Tamper(sql, "ledger_chain");

        Assert.Equal(position, (await Ledger.Verify(Cancelled))!.Position);
    }

    [Fact]
    public async Task A_fact_and_its_hash_changed_together_are_found_by_the_chain()
    {
        await Chained(5);
        var victim = (await Ledger.Page(1, 1, Cancelled))[0];
        var forged = Ledger.LeafHash(victim.LeafId, victim.RequestId, victim.At, victim.Kind, "XB-CA", victim.Content);

        await Tamper($"UPDATE ledger_leaf SET actor = 'XB-CA', leaf_hash = '{forged}' WHERE leaf_id = '{victim.LeafId}'", "ledger_leaf");
        await Tamper($"UPDATE ledger_chain SET leaf_hash = '{forged}' WHERE position = 1", "ledger_chain");

        Assert.Equal(1, (await Ledger.Verify(Cancelled))!.Position);
    }

    [Fact]
    public async Task A_chain_cut_short_is_found_by_whoever_noted_its_end()
    {
        await Chained(5);
        var noted = await Ledger.Head(Cancelled);

        await Tamper("DELETE FROM ledger_chain WHERE position >= 3", "ledger_chain");
        await Tamper("DELETE FROM ledger_leaf WHERE leaf_id NOT IN (SELECT leaf_id FROM ledger_chain)", "ledger_leaf");
        Assert.Equal("The list of deeds names a fact that the ledger does not have", (await Ledger.Verify(Cancelled))!.What);
        await Tamper("DELETE FROM ledger_deeds WHERE leaf_id NOT IN (SELECT leaf_id FROM ledger_leaf)", "ledger_deeds");

        Assert.Null(await Ledger.Verify(Cancelled));
        Assert.Equal(3, (await Ledger.Verify(noted, Cancelled))!.Position);
    }

    [Fact]
    public async Task A_chain_rewritten_as_a_whole_is_found_by_whoever_noted_its_end()
    {
        await Chained(2);
        var noted = await Ledger.Head(Cancelled);
        await Chained(2);
        Assert.Null(await Ledger.Verify(noted, Cancelled));

        Assert.NotNull(await Ledger.Verify(noted with { Hash = new string('1', 64) }, Cancelled));
    }

    [Fact]
    public async Task A_fact_taken_out_of_the_queue_before_it_was_chained_is_found()
    {
        await Chained(1);
        await Ledger.Record([Leaf("Hidden")], Cancelled);

        await Scalar<long>("DELETE FROM ledger_pending");

        var finding = (await Ledger.Verify(Cancelled))!;
        Assert.Null(finding.Position);
        Assert.NotNull(finding.LeafId);
    }

    [Theory]
    [InlineData("at = '2026-03-02T09:00:01.000000Z'")]
    [InlineData("kind = 'Kind9'")]
    [InlineData("actor = 'XB-CA'")]
    [InlineData("account_id = NULL")]
    [InlineData("account_id = '0b000000-0000-4000-8000-000000000009'")]
    [InlineData("request_id = NULL")]
    [InlineData("leaf_id = '0b000000-0000-4000-8000-000000000009'")]
    public async Task A_changed_row_of_the_list_of_deeds_is_found_in_the_place_of_its_deed(string change)
    {
        await Chained(5);
        var victim = (await Ledger.Page(3, 1, Cancelled))[0];
        Assert.NotNull(victim.Account);

        await Tamper($"UPDATE ledger_deeds SET {change} WHERE leaf_id = '{victim.LeafId}'", "ledger_deeds");

        var finding = (await Ledger.Verify(Cancelled))!;
        Assert.Equal((3L, victim.LeafId), (finding.Position, finding.LeafId));
        Assert.Contains("list of deeds", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_given_to_a_deed_of_nobody_is_found()
    {
        await Chained(5);
        var victim = (await Ledger.Page(2, 1, Cancelled))[0];
        Assert.Null(victim.Account);

        await Tamper($"UPDATE ledger_deeds SET account_id = '0b000000-0000-4000-8000-000000000009' WHERE leaf_id = '{victim.LeafId}'", "ledger_deeds");

        Assert.Equal((2L, "The list of deeds does not say what the deed says"), ((await Ledger.Verify(Cancelled))!.Position, (await Ledger.Verify(Cancelled))!.What));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_deed_taken_from_the_list_is_found_in_its_place(long position)
    {
        await Chained(5);
        var victim = (await Ledger.Page(position, 1, Cancelled))[0];

        await Tamper($"DELETE FROM ledger_deeds WHERE leaf_id = '{victim.LeafId}'", "ledger_deeds");

        Assert.Equal((position, "The deed is missing from the list of deeds"), ((await Ledger.Verify(Cancelled))!.Position, (await Ledger.Verify(Cancelled))!.What));
    }

    [Fact]
    public async Task What_is_put_into_the_list_of_deeds_is_found_be_it_a_fact_or_nothing_at_all()
    {
        await Write(new Change { Work = new Work { RequestId = Guid.Empty }, Leaves = [Leaf("ActApplied")] });
        await Chained(2, before: 1);
        Assert.Null(await Ledger.Verify(Cancelled));
        var fact = (await Ledger.Page(0, 1, Cancelled))[0];

        await Tamper($"INSERT INTO ledger_deeds (leaf_id, at, kind, actor) VALUES ('0b000000-0000-4000-8000-000000000009', '2026-03-02T09:00:00.000000Z', 'DocumentViewed', 'A. Bell')", "ledger_deeds");
        var finding = (await Ledger.Verify(Cancelled))!;
        Assert.Equal(((long?)null, (Guid?)Guid.Parse("0b000000-0000-4000-8000-000000000009")), (finding.Position, finding.LeafId));

        await Scalar<long>($"INSERT INTO ledger_deeds (leaf_id, at, kind, actor) VALUES ('{fact.LeafId}', '2026-03-02T09:00:00.000000Z', 'ActApplied', 'XA-CA')");
        Assert.Equal((0L, "The list of deeds names a fact that is no deed"), ((await Ledger.Verify(Cancelled))!.Position, (await Ledger.Verify(Cancelled))!.What));
    }

    [Theory]
    [InlineData("DELETE FROM ledger_deeds WHERE kind = 'Waits'")]
    [InlineData("UPDATE ledger_deeds SET actor = 'XB-CA' WHERE kind = 'Waits'")]
    public async Task A_deed_that_waits_for_its_place_is_compared_too(string sql)
    {
        await Chained(1);
        await Ledger.Record([Leaf("Waits")], Cancelled);
        Assert.Null(await Ledger.Verify(Cancelled));

        await Tamper(sql, "ledger_deeds");

        var finding = (await Ledger.Verify(Cancelled))!;
        Assert.Null(finding.Position);
        Assert.Equal("Waits", await Scalar<string>($"SELECT kind FROM ledger_leaf WHERE leaf_id = '{finding.LeafId}'"));
    }

    [Fact]
    public async Task Of_the_deeds_about_one_request_the_latest_are_read_and_all_are_counted()
    {
        var requestId = Guid.NewGuid();
        await Ledger.Record([.. Enumerable.Range(0, 5).Select(i => Leaf($"Kind{i}", requestId, Now.AddSeconds(i))), Leaf("Other", Guid.NewGuid())], Cancelled);

        var (latest, inAll) = await Ledger.DeedsOf(requestId, 3, Cancelled);
        Assert.Equal((5L, "Kind4 Kind3 Kind2"), (inAll, string.Join(' ', latest.Select(e => e.Kind))));
        (latest, inAll) = await Ledger.DeedsOf(requestId, 6, Cancelled);
        Assert.Equal((5L, 5), (inAll, latest.Count));
    }

    [Theory]
    [InlineData("UPDATE ledger_deeds SET kind = 'x'", "ledger_deeds")]
    [InlineData("DELETE FROM ledger_deeds", "ledger_deeds")]
    [InlineData("UPDATE ledger_leaf SET kind = 'x'", "ledger_leaf")]
    [InlineData("DELETE FROM ledger_leaf", "ledger_leaf")]
    [InlineData("UPDATE ledger_chain SET position = 9", "ledger_chain")]
    [InlineData("DELETE FROM ledger_chain", "ledger_chain")]
    [InlineData("UPDATE decisions SET outcome = 'Applied'", "decisions")]
    [InlineData("DELETE FROM decisions", "decisions")]
    [InlineData("UPDATE cost_entries SET amount = 1", "cost_entries")]
    [InlineData("DELETE FROM cost_entries", "cost_entries")]
    public async Task The_ledger_refuses_to_be_changed(string sql, string table)
    {
        await Chained(1);
        var work = await Arrive(Act("XA", 1));
        await Write(new Change { Work = work, Decisions = [Decided(work.JournalId!.Value, Decisions.Refused)], Costs = [Cost("XA", "XB", 100, 0)] });

        var refusal = await Assert.ThrowsAnyAsync<DbException>(() => Scalar<long>(sql));

        Assert.Contains($"Rows of {table} are added and never changed or deleted", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_of_two_lines_is_refused_since_lines_are_what_is_hashed() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.Record([Leaf("a\nb")], Cancelled));

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"account":"0b000000-0000-4000-8000-000000000009"}""")]
    public async Task A_deed_names_its_account_in_one_place(string content) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.Record([Leaf("a") with { Content = content }], Cancelled));

    [Fact]
    public async Task A_fact_that_follows_from_an_act_cannot_pass_for_a_deed() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Write(new Change { Work = new Work { RequestId = Guid.Empty }, Leaves = [Leaf("a") with { Content = """{"account":null}""" }] }));

    // Every second one by somebody who signed in.
    async Task Chained(int count, int before = 0)
    {
        for (var i = 0; i < count; i++)
            await Ledger.Record([Leaf($"Kind{i}", Guid.NewGuid(), Now.AddTicks(i * 10L + 7)) with { Account = i % 2 == 0 ? null : Guid.NewGuid() }], Cancelled);
        Assert.Equal(count + before, await Ledger.Chain(Now, 100, Cancelled));
    }
}

public sealed class LedgerOnSqlite(SqliteFixture fixture) : LedgerTests(fixture), IClassFixture<SqliteFixture>;

/// <summary>The chain as a file, which whoever has it may have changed.</summary>
public sealed class LedgerFileTests(SqliteFixture fixture) : StoreTests(fixture), IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task No_byte_of_an_exported_chain_can_be_changed_unseen()
    {
        await Write(new Change { Work = new Work { RequestId = Guid.Empty }, Leaves = [Leaf("ActApplied")] });
        var ledger = await Chained(2);
        using var file = new MemoryStream();
        Assert.Equal(3, (await LedgerFile.Write(ledger, file, Cancelled)).Size);
        var whole = file.ToArray();
        Assert.Null(await Finding(whole));

        var line = 0L;
        for (var i = 0; i < whole.Length; i++)
        {
            // Another letter or digit, the same one as a capital, what ends a line elsewhere, and what is no text.
            foreach (var other in new[] { (byte)(whole[i] ^ 1), (byte)(whole[i] ^ 0x20), (byte)'\r', (byte)'\n', (byte)' ', (byte)0xFF }.Where(b => b != whole[i]))
            {
                byte[] changed = [.. whole];
                changed[i] = other;
                var finding = await Finding(changed);
                Assert.True(finding?.Position == line, $"Byte {i} of line {line + 1} as {other}: {finding?.What ?? "it holds"}");
            }
            // Left out, and all behind it left out.
            Assert.True((await Finding([.. whole[..i], .. whole[(i + 1)..]]))?.Position == line, $"Without byte {i}");
            Assert.True((await Finding(whole[..i]))?.Position == line, $"Cut at byte {i}");
            line += whole[i] == '\n' ? 1 : 0;
        }
        Assert.Equal(4, line);
        Assert.Equal(3, (await Finding([.. whole, (byte)'\n']))!.Position);
    }

    [Fact]
    public async Task No_line_of_an_exported_chain_can_be_dropped_moved_or_doubled_unseen()
    {
        var ledger = await Chained(4);
        using var file = new MemoryStream();
        await LedgerFile.Write(ledger, file, Cancelled);
        var lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => Encoding.UTF8.GetBytes(l + '\n')).ToList();

        for (var i = 0; i < lines.Count; i++)
        {
            Assert.Equal(i, (await Finding([.. lines.Where((_, n) => n != i).SelectMany(l => l)]))!.Position);
            Assert.NotNull(await Finding([.. lines.Take(i + 1).Append(lines[i]).Concat(lines.Skip(i + 1)).SelectMany(l => l)]));
            if (i > 0)
                Assert.Equal(i - 1, (await Finding([.. lines.Take(i - 1).Append(lines[i]).Append(lines[i - 1]).Concat(lines.Skip(i + 1)).SelectMany(l => l)]))!.Position);
        }
        Assert.NotNull(await Finding([]));
    }

    async Task<Ledger> Chained(int deeds)
    {
        var ledger = new Ledger(Database);
        await ledger.Record([.. Enumerable.Range(0, deeds).Select(i => Leaf($"Kind{i}", Guid.NewGuid(), Now.AddTicks(i * 10L + 7)) with { Account = i % 2 == 0 ? null : Guid.NewGuid() })], Cancelled);
        Assert.NotEqual(0, await ledger.Chain(Now, 100, Cancelled));
        return ledger;
    }

    static async Task<LedgerFinding?> Finding(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return (await LedgerFile.Verify(stream, null, Cancelled)).Finding;
    }
}
