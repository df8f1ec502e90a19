using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dapper;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Adapters.XC;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Coordinator;

namespace LiaisonHub.Tests.Adapters;

/// <summary>
/// Each of the six states asks each of the others for assistance, from its own local form to the other's, through a hub that decides; and everything comes back until the request is closed. Nobody here
/// knows an act: offices write files, rows, mails and calls, and read what their local system is given.
/// </summary>
public sealed class ThirtyDirectionsTests(ThirtyDirectionsTests.RegionAtWork region) : IClassFixture<ThirtyDirectionsTests.RegionAtWork>
{
    static readonly string[] States = ["XA", "XB", "XC", "XD", "XE", "XF"];

    // What a request must say whatever its formats are.
    static readonly Regex Vital = new(@"^(open\.measures\[\d+\]\.kind|open\.offences\[\d+\]\.nationalCode|open\.wantedBy|open\.downstreamDates\[\d+\]\.on|private\.fileNumber|private\.persons\[\d+\]\.(familyName|givenNames|birth\.value)|private\.offences\[\d+\]\.(code|wording|place|time\.(from|to)\.value)|private\.text)$", RegexOptions.NonBacktracking);

    // Of these none may be left out by anybody.
    static readonly Regex Never = new(@"^(open\.measures|private\.(persons|offences|text))", RegexOptions.NonBacktracking);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Directions => new(States.SelectMany(from => States.Where(to => to != from), (from, to) => (from, to)));

    [Theory, MemberData(nameof(Directions))]
    public async Task A_request_goes_from_one_local_form_to_the_other_and_its_answers_come_back_until_it_is_closed(string from, string to)
    {
        var (requesting, requested) = (region.Offices[from], region.Offices[to]);
        var number = 5000 + (10 * (from[1] - 'A')) + (to[1] - 'A');

        await requesting.Ask(to, number);
        var reference = await region.Sent(requesting);
        Assert.StartsWith($"{from}-2026-", reference, StringComparison.Ordinal);
        var request = await region.Arrived(requested, nameof(RequestSubmitted), reference);
        AssertSurvived(requesting, requested, number, request);

        await region.Say(requested, Answer.Acknowledge, reference);
        await region.Arrived(requesting, nameof(RequestAcknowledged), reference);
        await region.Say(requested, Answer.Recognise, reference);
        await region.Arrived(requesting, nameof(RequestRecognised), reference);
        await region.Say(requested, Answer.Evidence, reference);
        await region.Arrived(requesting, nameof(EvidenceSent), reference);
        // XE's courts find the papers beside the message.
        if (from == "XE")
            Assert.Contains(requesting.Adapter.In("outbox"), f => Regex.IsMatch(f, "^[^_]+_[0-9a-f-]{36}[.][a-z]+$", RegexOptions.NonBacktracking));
        await region.Say(requesting, Answer.Received, reference);
        await region.Arrived(requested, nameof(EvidenceReceived), reference);
        await region.Say(requesting, Answer.Accept, reference);
        await region.Arrived(requested, nameof(UseConditionsAccepted), reference);
        await region.Say(requesting, Answer.Used, reference);
        await region.Arrived(requested, nameof(UseReported), reference);

        Assert.Equal("Closed.Executed", await region.StateOf(reference));
    }

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

    /// <summary>The hub and six adapters, each with its office.</summary>
    public sealed class RegionAtWork : IAsyncLifetime
    {
        readonly HubUnderTest hub = new();
        readonly CancellationTokenSource listening = new();
        readonly List<Task> links = [];
        Database database = null!;

        internal Dictionary<string, Office> Offices { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await hub.Up(Cancelled);
            var region = new RegionUnderTest(hub);
            AdapterUnderTest Adapter(string state) => new(region, state, hub: hub.LinkOf(state));
            var connector = await ConnectorUnderTest.Start(Cancelled);
            var xd = new RegistryOfXD(Adapter("XD"), region);
            await xd.Begin();
            foreach (var office in new Office[] { new CourtOfXA(Adapter("XA")), new PlatformOfXB(Adapter("XB")), new ListsOfXC(Adapter("XC")), xd, new CourtOfXE(Adapter("XE"), region), new ConnectorOfXF(Adapter("XF"), region, connector) })
            {
                Offices[office.State] = office;
                if (office.Adapter.System is not null)
                    await office.Adapter.Restart();
                links.Add(hub.LinkOf(office.State).Receive((posts, cancellationToken) => office.Adapter.Receiver.Take(posts, cancellationToken), listening.Token));
            }

            database = Database.Open(hub.Database, hub.Time);
        }

        /// <summary>Works on what lies in the inbox, and sends it. Returns the reference under which the newest request of this office goes.</summary>
        internal async Task<string> Sent(Office office)
        {
            await Work(office);
            return await Until(async () => await Newest(office.State), $"a request of {office.State} at the hub", office);
        }

        internal async Task Say(Office office, Answer answer, string reference)
        {
            await office.Say(answer, reference);
            await Work(office);
        }

        internal Task<string> Arrived(Office office, string act, string reference) => Until(
            async () =>
            {
                await office.Adapter.HandOver.Work(Cancelled);
                return await office.Got(act, reference);
            },
            $"{act} of {reference} at the local system of {office.State}", office);

        internal async Task<string?> StateOf(string reference) => await Until(async () =>
        {
            await using var connection = await database.Connect(Cancelled);
            return await connection.QuerySingleOrDefaultAsync<string>("SELECT state FROM requests WHERE reference = @reference", new { reference }) is { } state && state.StartsWith("Closed", StringComparison.Ordinal) ? state : null;
        }, $"the end of {reference}", null);

        async Task<string?> Newest(string state)
        {
            await using var connection = await database.Connect(Cancelled);
            var reference = await connection.QueryFirstOrDefaultAsync<string>("SELECT reference FROM requests WHERE reference LIKE @like ORDER BY reference DESC", new { like = state + "-%" });
            if (reference is null || !seen.Add(reference))
                return null;
            return reference;
        }

        readonly HashSet<string> seen = [];

        static async Task Work(Office office)
        {
            await office.Adapter.Work(Cancelled);
            await office.Adapter.Sender.Send(Cancelled);
            if (await office.Adapter.Intakes.In(IntakeState.Incomplete, 10, Cancelled) is [var incomplete, ..])
                Assert.Fail($"{office.State}: {incomplete.Mapping} is incomplete: {incomplete.Reason}");
            if (await office.Adapter.Intakes.In(IntakeState.Quarantined, 10, Cancelled) is [var aside, ..])
                Assert.Fail($"{office.State}: {aside.Mapping} was put aside: {aside.Reason}");
        }

        async Task<string> Until(Func<Task<string?>> look, string what, Office? office)
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
                    if (other.Adapter.In("outbox").FirstOrDefault(f => f.Contains("-ActRefused-", StringComparison.Ordinal)) is { } refused)
                        Assert.Fail($"While waiting for {what}: {other.State} was refused: {File.ReadAllText(other.Adapter.At("outbox", refused))}");
                }
            }

            throw new TimeoutException($"There was no {what}.");
        }

        public async ValueTask DisposeAsync()
        {
            await listening.CancelAsync();
            await Task.WhenAll(links);
            foreach (var office in Offices.Values)
                await office.DisposeAsync();
            await database.DisposeAsync();
            await hub.DisposeAsync();
            listening.Dispose();
        }
    }
}
