using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Which mappings an adapter worked with is on record, and what they left out is counted.</summary>
public sealed class MappingVersionTests : IAsyncDisposable
{
    readonly RegionUnderTest region = new();
    readonly AdapterUnderTest xa;

    public MappingVersionTests() => xa = new(region, "XA");

    public ValueTask DisposeAsync() => xa.DisposeAsync();

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_version_is_what_the_ministry_computes_itself_over_the_files()
    {
        var folder = Countries.CountryOf("XC").Folder;
        var lines = new[] { "layouts", "mappings", "tables" }.SelectMany(kind => Directory.EnumerateFiles(Path.Combine(folder, kind), "*.json").Order(StringComparer.Ordinal)
            .Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}  {kind}/{Path.GetFileName(f)}\n"));

        var mappings = Countries.Mappings("XC");

        Assert.Equal(string.Concat(lines), mappings.Files);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mappings.Files))), mappings.Digest);
        Assert.Equal(Countries.All.Count + 1, Countries.All.Keys.Select(s => Countries.Mappings(s).Digest).Append(MappingSet.None.Digest).Distinct().Count());
    }

    [Fact]
    public void The_tools_every_system_has_give_the_same_version()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sha256sum"), "There is no sha256sum on this machine.");
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "LC_ALL=C; export LC_ALL; sha256sum $(ls layouts/*.json mappings/*.json schemas/*.json tables/*.json 2>/dev/null) | sha256sum"])
        {
            WorkingDirectory = Countries.CountryOf("XB").Folder,
            RedirectStandardOutput = true,
        })!;

        Assert.Equal(Countries.Mappings("XB").Digest, shell.StandardOutput.ReadToEnd().Split(' ')[0]);
    }

    [Fact]
    public async Task Every_act_made_of_a_local_message_says_which_version_read_it_signed_and_for_the_ledger()
    {
        xa.Drop("result.xml", Countries.Sample("XA", "hearing-abroad.xml"));
        await xa.Work(Cancelled);
        var typed = await xa.Maker.Make(null, nameof(NoteSent), new NoteSent { Subject = "x" }, new Explanation { Text = "x" }, null, Cancelled);

        var act = Assert.Single(await xa.Sent(Cancelled));

        Assert.Equal(Countries.Mappings("XA").Digest, act.Header.MappingDigest);
        Assert.False(typed.Made);
        Assert.True((await xa.Maker.Make(act.Header.RequestId, nameof(NoteSent), new NoteSent { Subject = "x" }, new Explanation { Text = "x" }, null, Cancelled)).Made);
        Assert.Null((await xa.Sent(Cancelled))[^1].Header.MappingDigest);
    }

    [Fact]
    public async Task A_changed_mapping_is_a_new_version_and_the_same_one_loaded_again_is_none()
    {
        MappingVersion Version(string digest, string program) => new() { VersionId = Guid.NewGuid(), Digest = digest, Files = "x", Program = program, LoadedBy = "liaison@xa", LoadedAt = region.Time.GetUtcNow() };
        var noted = new List<bool>();
        foreach (var (digest, program) in new[] { ("a", "1.0"), ("a", "1.0"), ("b", "1.0"), ("b", "1.1"), ("a", "1.1") })
        {
            region.Time.Advance(TimeSpan.FromMinutes(1));
            noted.Add(await xa.MappingRecords.Loaded(Version(digest, program), Cancelled));
        }

        Assert.Equal([true, false, true, true, true], noted);
        Assert.Equal(["a", "b", "b", "a"], (await xa.MappingRecords.Versions(10, Cancelled)).Select(v => v.Digest));
    }

    [Fact]
    public async Task What_no_rule_reads_and_what_a_local_message_does_not_carry_is_counted_without_what_it_says()
    {
        var heard = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter == LiaisonTelemetry.Meter) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (heard)
                heard.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}");
        });
        listener.Start();
        for (var i = 0; i < 2; i++)
        {
            xa.Drop($"result-{i}.xml", Countries.Sample("XA", "hearing-abroad.xml").Replace("41QX0911726", $"41QX091172{i}", StringComparison.Ordinal)
                .Replace("<DC:BailStatus>", "<DC:New>Ilvane</DC:New><DC:New>Torrest</DC:New><DC:BailStatus>", StringComparison.Ordinal));
            await xa.Work(Cancelled);
        }

        var gap = Assert.Single(await xa.MappingRecords.Gaps(GapKind.Unread, 10, Cancelled), g => g.Place.EndsWith("/New", StringComparison.Ordinal));
        Assert.Equal(2, gap.Times);
        Assert.DoesNotContain('[', gap.Place);
        Assert.Contains($"liaisonhub.adapter.unread_places 9 mapping={gap.Mapping}", heard);
        Assert.DoesNotContain(heard, h => h.Contains("Torrest", StringComparison.OrdinalIgnoreCase) || h.Contains("Ilvane", StringComparison.OrdinalIgnoreCase));

        var standing = region.Standing("XA", "XB", "Submitted", "XA-2026-000001", Side.Requesting);
        var request = (await xa.Sent(Cancelled))[0].Header.RequestId;
        await xa.Receiver.Take([region.Notice("XA", new OverdueNotice { Deadline = standing.Deadlines[0], ReasonWanted = true, Standing = standing }, request)], Cancelled);
        await xa.HandOver.Work(Cancelled);

        var left = await xa.MappingRecords.Gaps(GapKind.NotCarried, 50, Cancelled);
        Assert.Contains(left, g => g is { Mapping: nameof(OverdueNotice), Place: "body.standing", Times: 1 });
        Assert.Contains($"liaisonhub.adapter.fields_not_carried {left.Count} type={nameof(OverdueNotice)}", heard);
    }
}
