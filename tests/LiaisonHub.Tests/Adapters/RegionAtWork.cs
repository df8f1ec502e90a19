using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dapper;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XC;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Coordinator;

namespace LiaisonHub.Tests.Adapters;

/// <summary>A hub and six adapters, each with its office.</summary>
public abstract class RegionAtWork : IAsyncLifetime
{
    // What a request must say whatever its formats are.
    static readonly Regex Vital = new(@"^(open\.measures\[\d+\]\.kind|open\.offences\[\d+\]\.nationalCode|open\.wantedBy|open\.downstreamDates\[\d+\]\.on|private\.fileNumber|private\.persons\[\d+\]\.(familyName|givenNames|birth\.value)|private\.offences\[\d+\]\.(code|wording|place|time\.(from|to)\.value)|private\.text)$", RegexOptions.NonBacktracking);

    // Of these none may be left out by anybody.
    static readonly Regex Never = new(@"^(open\.measures|private\.(persons|offences|text))", RegexOptions.NonBacktracking);

    readonly CancellationTokenSource listening = new();
    readonly List<Task> receiving = [];
    readonly HashSet<string> seen = [];
    HubUnderTest? hub;
    Database database = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal Dictionary<string, Office> Offices { get; } = [];

    /// <summary>The hub, not started yet.</summary>
    private protected abstract Task<HubUnderTest> Hub();

    /// <summary>The offices, each at an adapter of its own.</summary>
    private protected abstract Task<IReadOnlyList<Office>> Open(RegionUnderTest region, Func<string, AdapterUnderTest> adapter);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // By the first test and not before it: where a server is missing, the tests are skipped.
    async Task Begin()
    {
        hub = await Hub();
        await hub.Up(Cancelled);
        var (region, links) = (new RegionUnderTest(hub), new Dictionary<string, IAdapterLink>());
        foreach (var office in await Open(region, state => new(region, state, hub: links[state] = hub.LinkOf(state))))
        {
            Offices[office.State] = office;
            if (office.Adapter.System is not null)
                await office.Adapter.Restart();
            receiving.Add(Receive(links[office.State], office));
        }

        database = Database.Open(hub.Database, hub.Time);
    }

    async Task Receive(IAdapterLink link, Office office)
    {
        await link.Receive((posts, cancellationToken) => office.Adapter.Receiver.Take(posts, cancellationToken), listening.Token);
        if (link is IAsyncDisposable connected)
            await connected.DisposeAsync();
    }

    /// <summary>A state asks another for assistance, and everything comes back until the request is closed.</summary>
    internal async Task Carry(string from, string to)
    {
        if (hub is null)
            await Begin();
        var (requesting, requested) = (Offices[from], Offices[to]);
        var number = 5000 + (10 * (from[1] - 'A')) + (to[1] - 'A');

        await requesting.Ask(to, number);
        var reference = await Sent(requesting);
        Assert.StartsWith($"{from}-2026-", reference, StringComparison.Ordinal);
        var request = await Arrived(requested, nameof(RequestSubmitted), reference);
        AssertSurvived(requesting, requested, number, request);

        await Say(requested, Answer.Acknowledge, reference);
        await Arrived(requesting, nameof(RequestAcknowledged), reference);
        await Say(requested, Answer.Recognise, reference);
        await Arrived(requesting, nameof(RequestRecognised), reference);
        await Say(requested, Answer.Evidence, reference);
        await Arrived(requesting, nameof(EvidenceSent), reference);
        // Byte for byte, and with this request.
        var arrived = (await requesting.Papers(reference)).Select(Digest).ToList();
        Assert.All(requested.Evidence(reference), sent => Assert.Contains(Digest(sent), arrived));
        await Say(requesting, Answer.Received, reference);
        await Arrived(requested, nameof(EvidenceReceived), reference);
        await Say(requesting, Answer.Accept, reference);
        await Arrived(requested, nameof(UseConditionsAccepted), reference);
        await Say(requesting, Answer.Used, reference);
        await Arrived(requested, nameof(UseReported), reference);

        Assert.Equal("Closed.Executed", await StateOf(reference));
    }

    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static void AssertSurvived(Office requesting, Office requested, int number, string got)
    {
        var preview = Preview.Of(Countries.Mappings(requesting.State), requesting.State, requesting.Message(requested.State, number), Countries.Mappings(requested.State), requested.State, DateTimeOffset.UnixEpoch, 1)[0];
        var act = new JsonObject { ["open"] = preview.Translation.Open.DeepClone(), ["private"] = preview.Translation.Private!.DeepClone() };
        var (dense, left) = (Dense(got), preview.Written!.NotCarried);
        var vital = JsonFormat.Of(act).Leaves().Where(l => Vital.IsMatch(l.Place)).ToList();
        Assert.Contains(vital, l => l.Place.EndsWith(".birth.value", StringComparison.Ordinal));
        Assert.Contains(vital, l => l.Place.EndsWith(".on", StringComparison.Ordinal) || l.Name == "wantedBy");
        foreach (var leaf in vital)
        {
            var carried = new[] { leaf.Value, Xc.HostLetters(leaf.Value!), Xc.HostDay(leaf.Value!) }.OfType<string>().Any(v => dense.Contains(Dense(v), StringComparison.Ordinal));
            var told = left.Any(n => leaf.Place == n || leaf.Place.StartsWith(n + ".", StringComparison.Ordinal) || leaf.Place.StartsWith(n + "[", StringComparison.Ordinal));
            Assert.True(carried || (told && !Never.IsMatch(leaf.Place)), $"{leaf.Place} of {requesting.State} did not reach {requested.State}{(told ? "" : ", and is not reported as left out")}.");
        }
    }

    // Lines are broken and letters made large on the way.
    static string Dense(string text) => new([.. text.Where(c => !char.IsWhiteSpace(c)).Select(char.ToUpperInvariant)]);

    // Works on what lies in the inbox, and sends it. Returns the reference under which the newest request of this office goes.
    async Task<string> Sent(Office office)
    {
        await Work(office);
        return await Until(async () => await Newest(office.State), $"a request of {office.State} at the hub");
    }

    async Task Say(Office office, Answer answer, string reference)
    {
        await office.Say(answer, reference);
        await Work(office);
    }

    Task<string> Arrived(Office office, string act, string reference) => Until(
        async () =>
        {
            await office.Adapter.HandOver.Work(Cancelled);
            return await office.Got(act, reference);
        },
        $"{act} of {reference} at the local system of {office.State}");

    async Task<string?> StateOf(string reference) => await Until(async () =>
    {
        await using var connection = await database.Connect(Cancelled);
        return await connection.QuerySingleOrDefaultAsync<string>("SELECT state FROM requests WHERE reference = @reference", new { reference }) is { } state && state.StartsWith("Closed", StringComparison.Ordinal) ? state : null;
    }, $"the end of {reference}");

    async Task<string?> Newest(string state)
    {
        await using var connection = await database.Connect(Cancelled);
        var reference = await connection.QueryFirstOrDefaultAsync<string>("SELECT reference FROM requests WHERE reference LIKE @like ORDER BY reference DESC", new { like = state + "-%" });
        if (reference is null || !seen.Add(reference))
            return null;
        return reference;
    }

    static async Task Work(Office office)
    {
        await office.Adapter.Work(Cancelled);
        await office.Adapter.Sender.Send(Cancelled);
        if (await office.Adapter.Intakes.In(IntakeState.Incomplete, 10, Cancelled) is [var incomplete, ..])
            Assert.Fail($"{office.State}: {incomplete.Mapping} is incomplete: {incomplete.Reason}");
        if (await office.Adapter.Intakes.In(IntakeState.Quarantined, 10, Cancelled) is [var aside, ..])
            Assert.Fail($"{office.State}: {aside.Mapping} was put aside: {aside.Reason}");
    }

    async Task<string> Until(Func<Task<string?>> look, string what)
    {
        for (var end = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(end) < TimeSpan.FromSeconds(90);)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancelled);
            foreach (var other in Offices.Values)
            {
                await other.Adapter.Sender.Send(Cancelled);
                await other.Adapter.HandOver.Work(Cancelled);
                if (other.Given().FirstOrDefault(f => f.Name.Contains("-ActRefused-", StringComparison.Ordinal)) is { Bytes: { } refused })
                    Assert.Fail($"While waiting for {what}: {other.State} was refused: {System.Text.Encoding.UTF8.GetString(refused)}");
            }
        }

        throw new TimeoutException($"There was no {what}.");
    }

    public async ValueTask DisposeAsync()
    {
        await listening.CancelAsync();
        await Task.WhenAll(receiving);
        foreach (var office in Offices.Values)
            await office.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        if (hub is not null)
            await hub.DisposeAsync();
        listening.Dispose();
        GC.SuppressFinalize(this);
    }
}
