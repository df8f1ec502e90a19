using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Conformance;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.Tests.Conformance;

/// <summary>The kit finds what is wrong, and nothing else: each fault turns its checks red and leaves the others as they were.</summary>
public sealed class KitTests
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    static readonly ExaminationOptions Quick = new() { Patience = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task A_participant_without_a_desk_passes_what_can_be_seen_of_it_and_earns_no_level_for_the_rest()
    {
        await using var participant = new SmallParticipant(Fault.None);

        var report = await Examination.Run(participant, Quick, Cancelled);

        Assert.True(report.Count(CheckOutcome.Failed) == 0, report.Findings);
        Assert.InRange(report.Count(CheckOutcome.Passed), 110, CheckList.Current.Checks.Count - 1);
        Assert.InRange(report.Count(CheckOutcome.NotObserved), 20, 80);
        Assert.Equal(0, report.Level);
        // What nobody could do for the kit is not observed: nothing was made at a desk, nothing written for a local system.
        Assert.All(["LH-C050", "LH-C089", "LH-C104", "LH-C120", "LH-C151", "LH-C190", "LH-C273"], id => Assert.Equal(CheckOutcome.NotObserved, report.Checks.Single(c => c.Id == id).Outcome));
    }

    /// <summary>What each fault turns red, and nothing else: data beside this class.</summary>
    public static TheoryData<Fault, string, string> Faults =>
        [.. JsonDocument.Parse(File.ReadAllText(Repository.At("tests", "LiaisonHub.Tests", "Conformance", "faults.json"))).RootElement.EnumerateArray()
            .Select(f => (Enum.Parse<Fault>(f.GetProperty("fault").GetString()!), f.GetProperty("group").GetString()!, f.GetProperty("red").GetString()!))];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_turns_its_checks_red_and_no_others(Fault fault, string group, string red)
    {
        // On a busy machine even what is right may take longer than two seconds, and then it is not seen: only what is found with patience too is found.
        var report = await Examine(Quick);
        if (red != Failed(report))
            report = await Examine(Quick with { Patience = TimeSpan.FromSeconds(20) });

        Assert.True(red == Failed(report), $"red: {Failed(report)}\n{report.Findings}");
        Assert.Equal(0, report.Level);

        async Task<ConformanceReport> Examine(ExaminationOptions options)
        {
            await using var participant = new SmallParticipant(fault);
            return await Examination.Run(participant, options with { Groups = [group] }, Cancelled);
        }

        static string Failed(ConformanceReport report) => string.Join(' ', report.Checks.Where(c => c.Outcome == CheckOutcome.Failed).Select(c => c.Id));
    }

    [Fact]
    public void Every_fault_is_tried_and_every_group_has_one()
    {
        var tried = Faults.Select(f => f.Data).ToList();

        Assert.Equal(Enum.GetValues<Fault>().Except([Fault.None]), tried.Select(t => t.Item1).Distinct().Order());
        Assert.Equal(CheckList.Current.Groups.Select(g => g.Code).Order(), tried.Select(t => t.Item2).Distinct().Order());
    }

    [Theory]
    [InlineData(Wrong.TellsTheHub, "sealing", "LH-C050 LH-C051")]
    [InlineData(Wrong.LosesAllItMakes, "procedures", "LH-C150 LH-C151 LH-C152 LH-C153 LH-C154 LH-C155 LH-C156 LH-C157 LH-C158 LH-C159 LH-C160 LH-C161")]
    [InlineData(Wrong.LeavesTheDrill, "exercise", "LH-C273")]
    public async Task What_goes_wrong_between_desk_and_hub_is_seen_too(Wrong wrong, string group, string red)
    {
        var folder = Directory.CreateTempSubdirectory("kit-").FullName;
        await using var adapter = new HostedAdapter(Countries.CountryOf("XA")) { Between = link => new WrongLink(wrong, link, folder) };

        // What is lost is waited for, each act by itself.
        var patience = wrong == Wrong.LosesAllItMakes ? Quick.Patience : new ExaminationOptions().Patience;
        var report = await Examination.Run(adapter, new() { Groups = [group], Folder = folder, Patience = patience }, Cancelled);

        Assert.True(red == string.Join(' ', report.Checks.Where(c => c.Outcome == CheckOutcome.Failed).Select(c => c.Id)), report.Findings);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is done to what an adapter sends.</summary>
    public enum Wrong
    {
        TellsTheHub, LosesAllItMakes, LeavesTheDrill,
    }

    /// <summary>Changes what an adapter sends, and signs it with the adapter's own key.</summary>
    sealed class WrongLink(Wrong wrong, IAdapterLink link, string folder) : IAdapterLink
    {
        public string? Trouble => link.Trouble;

        public async Task<IReadOnlySet<Guid>> Send(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
        {
            List<Post> kept = [.. posts.Select(Changed).OfType<Post>()];
            var taken = await link.Send(kept, cancellationToken);
            return posts.Select(p => p.Id).Where(id => taken.Contains(id) || kept.All(k => k.Id != id)).ToHashSet();
        }

        public Task Receive(Func<IReadOnlyList<Post>, CancellationToken, Task> take, CancellationToken cancellationToken) => link.Receive(take, cancellationToken);

        Post? Changed(Post post)
        {
            var act = JsonNode.Parse(Base64Url.DecodeFromChars((string)JsonNode.Parse(post.Body.Span)!["payload"]!))!.AsObject();
            switch (wrong, (string?)act["type"])
            {
                case (Wrong.LosesAllItMakes, not null and not nameof(ReceiptGiven)):
                    return null;
                case (Wrong.TellsTheHub, nameof(NoteSent)):
                    act["open"]!["subject"] = "About Zamarok Quillwitt";
                    act.Remove("sealed");
                    break;
                case (Wrong.LeavesTheDrill, nameof(NoteSent)):
                    act["header"]!["exercise"] = false;
                    break;
                default:
                    return post;
            }

            using var key = PrivateKey.Load(Path.Combine(folder, "private", "sign.json"));
            return post with { Body = Signing.Serialize(Signing.Sign(Encoding.UTF8.GetBytes(act.ToJsonString()), DocumentTypes.Act, key)) };
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
