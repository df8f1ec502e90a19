using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The kit finds what is wrong, and nothing else: each fault turns its checks red and leaves the others as they were.</summary>
[Long(40)]
public sealed class KitTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly ExaminationOptions Quick = new() { Patience = TimeSpan.FromSeconds(3), Waiting = SmallParticipant.Waiting };

    /// <summary>One fault that was planted, and what it must turn red in a group.</summary>
    /// <param name="Fault">A <see cref="Conformance.Fault"/> of the small participant, or what is <see cref="Wrong"/> between the adapter of a country and its hub.</param>
    /// <param name="Group">The group that is examined.</param>
    /// <param name="Red">The checks that fail, and no others.</param>
    /// <param name="Adapter">The country whose adapter it is. Null: the small participant.</param>
    sealed record Planted(string Fault, string Group, string Red, string? Adapter = null);

    /// <summary>Data beside this class.</summary>
    static readonly IReadOnlyList<Planted> Faults =
        JsonSerializer.Deserialize<IReadOnlyList<Planted>>(File.ReadAllBytes(Repository.At("tests", "LiaisonHub.Tests", "Conformance", "faults.json")), Wire.Json)!;

    [Fact]
    public async Task A_participant_without_a_desk_passes_what_can_be_seen_of_it_and_earns_no_level_for_the_rest()
    {
        await using var participant = new SmallParticipant(Fault.None);

        var report = await Examination.Run(participant, Quick with { Patience = TimeSpan.FromSeconds(20) }, Cancelled);

        Assert.True(report.Count(CheckOutcome.Failed) == 0, report.Findings);
        Assert.Equal(0, report.Level);
        // What nobody could do for the kit is not observed: nothing was made at a desk, nothing looked at there. All the rest is.
        Assert.Equal(
            "LH-C050 LH-C051 LH-C052 LH-C053 LH-C054 LH-C055 LH-C056 LH-C057 LH-C058 LH-C089 LH-C090 LH-C091 LH-C104 LH-C105 LH-C120 LH-C121 LH-C122 LH-C150 LH-C151 LH-C152 LH-C153 LH-C154 LH-C155 LH-C156 "
            + "LH-C157 LH-C158 LH-C159 LH-C160 LH-C161 LH-C272 LH-C273 LH-C274 LH-C282",
            string.Join(' ', report.Checks.Where(c => c.Outcome == CheckOutcome.NotObserved).Select(c => c.Id)));
    }

    [Fact]
    public async Task Each_fault_turns_its_checks_red_and_no_others()
    {
        var otherwise = new ConcurrentBag<string>();
        // An examination that finds something waits for what does not come: they wait side by side.
        await Parallel.ForEachAsync(Faults, new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Cancelled }, async (planted, cancelled) =>
        {
            // On a busy machine even what is right may take longer than that, and then it is not seen: only what is found with patience too is found.
            var report = await Examine(planted, Quick, cancelled);
            if (Failed(report) != planted.Red)
                report = await Examine(planted, Quick with { Patience = TimeSpan.FromSeconds(20) }, cancelled);
            if (Failed(report) != planted.Red)
                otherwise.Add($"{planted.Fault} in {planted.Group} turned red: {Failed(report)}\ninstead of: {planted.Red}\n{report.Findings}");
        });

        Assert.True(otherwise.IsEmpty, string.Join("\n\n", otherwise));

        static string Failed(ConformanceReport report) => string.Join(' ', report.Checks.Where(c => c.Outcome == CheckOutcome.Failed).Select(c => c.Id));
    }

    static async Task<ConformanceReport> Examine(Planted planted, ExaminationOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kit-").FullName;
        Participant participant = planted.Adapter is { } state ? new WrongAdapter(Enum.Parse<Wrong>(planted.Fault), state, folder) : new SmallParticipant(Enum.Parse<Fault>(planted.Fault));
        try
        {
            await using (participant)
                return await Examination.Run(participant, options with { Groups = [planted.Group], Folder = folder }, cancellationToken);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_fault_is_tried_and_every_check_is_turned_red_by_one()
    {
        Assert.Equal(Enum.GetNames<Fault>().Skip(1).Concat(Enum.GetNames<Wrong>()).Order(), Faults.Select(f => f.Fault).Distinct().Order());
        Assert.Equal(CheckList.Current.Checks.Select(c => c.Id), Faults.SelectMany(f => f.Red.Split(' ')).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>What is done to what an adapter sends and hears.</summary>
    enum Wrong
    {
        TellsTheHub, LosesAllItMakes, LeavesTheDrill, SealsWithAnotherCipher, SealsForAnotherAct, SealsToTheOlderKey, SealsAnotherText, SealsTooShort, TrustsAKeyNobodyPublished, SaysNothingOfOpening, HearsNoAcceptance,
        HearsNoRefusal, SendsActsTwice, HearsNoDates, HearsNoHold, HearsNoDrill, LogsWhatIsWritten,
    }

    /// <summary>A country's adapter with something wrong between it and its hub.</summary>
    sealed class WrongAdapter(Wrong wrong, string state, string folder) : Participant
    {
        readonly HostedAdapter adapter = new(Countries.CountryOf(state)) { Between = link => new WrongLink(wrong, link, folder) };

        public override string State => adapter.State;

        public override string Name => adapter.Name;

        public override string Other => adapter.Other;

        public override Hand? Hand => adapter.Hand;

        public override LocalSide? Local => adapter.Local;

        public override IReadOnlyList<string> Log => wrong == Wrong.LogsWhatIsWritten ? [.. adapter.Log, $"an act was written: {LiaisonHub.Conformance.Groups.PrivacyGroup.Written}"] : adapter.Log;

        public override Task Start(Venue venue, CancellationToken cancellationToken)
        {
            if (wrong == Wrong.TrustsAKeyNobodyPublished)
                using (var key = PrivateKey.Generate("XY", KeyUse.Seal))
                    KeyDirectory.Load(venue.PublicKeys).With(key.Public(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100))).Save(venue.PublicKeys);
            return adapter.Start(venue, cancellationToken);
        }

        public override Task Kill() => adapter.Kill();

        public override ValueTask DisposeAsync() => adapter.DisposeAsync();
    }

    /// <summary>Changes what an adapter sends, and signs it with the adapter's own key; keeps from it what it should hear.</summary>
    sealed class WrongLink(Wrong wrong, IAdapterLink link, string folder) : IAdapterLink
    {
        public string? Trouble => link.Trouble;

        public async Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
        {
            List<Post> kept = [.. posts.Select(Changed).OfType<Post>()];
            if (wrong == Wrong.SendsActsTwice)
                kept.AddRange(kept.Where(p => (string?)Payload(p)["type"] == nameof(NoteSent)).ToList());
            var taken = await link.Send(kept, cancellationToken);
            return posts.Select(p => p.Id).Where(id => taken.Contains(id) || kept.All(k => k.Id != id)).ToHashSet();
        }

        public Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) =>
            link.Receive((posts, stopping) => posts.Where(Heard).ToList() is { Count: > 0 } heard ? take(heard, stopping) : Task.CompletedTask, cancellationToken);

        static JsonObject Payload(Post post) => JsonNode.Parse(Base64Url.DecodeFromChars((string)JsonNode.Parse(post.Body.Span)!["payload"]!))!.AsObject();

        bool Heard(Post post) => wrong switch
        {
            Wrong.HearsNoAcceptance => (string?)Payload(post)["type"] != nameof(ActAccepted),
            Wrong.HearsNoRefusal => (string?)Payload(post)["type"] != nameof(ActRefused),
            // The standing of a request stands in every notice.
            Wrong.HearsNoDates or Wrong.HearsNoHold => (string?)Payload(post)["type"] == nameof(ActDelivered)
                || !Payload(post).ToJsonString().Contains(wrong == Wrong.HearsNoHold ? "\"heldSince\":\"" : "\"due\":\"", StringComparison.Ordinal),
            Wrong.HearsNoDrill => (bool?)Payload(post)["header"]!["exercise"] != true,
            _ => true,
        };

        Post? Changed(Post post)
        {
            var act = Payload(post);
            var type = (string?)act["type"];
            switch (wrong)
            {
                case Wrong.LosesAllItMakes when type is not null and not nameof(ReceiptGiven):
                case Wrong.SaysNothingOfOpening when type == nameof(ReceiptGiven) && (string?)act["open"]!["stage"] == nameof(ReceiptStage.Opened):
                    return null;
                case Wrong.TellsTheHub when type == nameof(NoteSent):
                    act["open"]!["subject"] = $"About {LiaisonHub.Conformance.Groups.SealingGroup.Marker}";
                    act.Remove("sealed");
                    break;
                case Wrong.LeavesTheDrill when type is nameof(NoteSent) or nameof(RequestSubmitted):
                    act["header"]!["exercise"] = false;
                    break;
                case Wrong.SealsWithAnotherCipher or Wrong.SealsForAnotherAct or Wrong.SealsToTheOlderKey or Wrong.SealsAnotherText or Wrong.SealsTooShort when type == nameof(NoteSent) && (string?)act["sealed"] is { } jwe:
                    act["sealed"] = Sealed(jwe, (Guid)act["header"]!["actId"]!);
                    break;
                default:
                    return post;
            }

            using var key = PrivateKey.Load(Path.Combine(folder, "private", "sign.json"));
            return post with { Body = Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(act.ToJsonString()), DocumentTypes.Act, key)) };
        }

        string Sealed(string jwe, Guid actId)
        {
            var of = KeyDirectory.Load(Path.Combine(folder, "keys")).All.Where(k => k is { Owner: "XB", Use: KeyUse.Seal }).OrderBy(k => k.From).ToList();
            var text = Encoding.UTF8.GetBytes($$"""{"text":"{{(wrong == Wrong.SealsAnotherText ? "Something else" : LiaisonHub.Conformance.Groups.SealingGroup.Marker)}}"}""");
            var parts = jwe.Split('.');
            return wrong switch
            {
                Wrong.SealsWithAnotherCipher => string.Join('.', [Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])).Replace("A256GCM", "A128GCM", StringComparison.Ordinal))), .. parts[1..]]),
                Wrong.SealsTooShort => string.Join('.', parts[0], parts[1], parts[2], parts[3][..40], parts[4]),
                Wrong.SealsForAnotherAct => Sealer.Seal(text, of[^1], Guid.NewGuid()),
                _ => Sealer.Seal(text, wrong == Wrong.SealsToTheOlderKey ? of[0] : of[^1], actId),
            };
        }
    }

    [Fact]
    public async Task A_participant_that_is_not_there_is_unreachable_and_not_a_finding()
    {
        await using var participant = new AdapterProcess("XE");

        var said = await Assert.ThrowsAsync<ParticipantUnreachableException>(() => Examination.Run(participant, new() { Patience = TimeSpan.FromMilliseconds(100) }, Cancelled));

        Assert.Contains("Nothing came from XE", said.Message, StringComparison.Ordinal);
    }
}
