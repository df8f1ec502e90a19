using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Desk;

/// <summary>
/// A desk of XB, or of another state, on this machine, beside the real stores and the real making of acts; the hub and the other side are played: the procedure decides, what it says is signed by a hub's key and
/// goes through the adapter's own receiver.
/// </summary>
public sealed partial class DeskUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    static readonly (DateTimeOffset From, DateTimeOffset To) Valid = (Start.AddYears(-1), Start.AddYears(5));

    readonly PrivateKey hubKey = PrivateKey.Generate(PublicKey.HubOwner, KeyUse.Sign);
    readonly Dictionary<string, (PrivateKey Sign, PrivateKey Seal)> stateKeys = [];
    readonly Dictionary<Guid, Request> requests = [];
    readonly KeyDirectory directory;
    readonly string folder = Directory.CreateTempSubdirectory("desk-").FullName;
    readonly WebApplication app;
    readonly string own;
    long noticeNumber, xaNumber;

    DeskUnderTest(string own, MappingSet? mappings)
    {
        this.own = own;
        foreach (var state in new[] { "XA", "XB", "XC" })
            stateKeys[state] = (PrivateKey.Generate(state, KeyUse.Sign), PrivateKey.Generate(state, KeyUse.Seal));
        directory = new([.. stateKeys.Values.SelectMany(k => new[] { k.Sign, k.Seal }).Append(hubKey).Select(k => k.Public(Valid.From, Valid.To))]);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders().AddProvider(Log);
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(new AdapterOptions
        {
            State = own,
            Authority = $"{own}-CA",
            Database = $"sqlite:{Path.Combine(folder, "adapter.db")}",
            Region = Repository.At("contracts", "region-demo"),
        });
        services.AddSingleton(new AdapterKeys(own, [stateKeys[own].Sign, stateKeys[own].Seal], directory, Time));
        services.AddSingleton(Database.Open($"sqlite:{Path.Combine(folder, "adapter.db")}", Time));
        services.AddSingleton(mappings ?? MappingSet.None);
        services.AddSingleton<ActStore>().AddSingleton<Wake>().AddSingleton<HandOverWake>().AddSingleton<ActMaker>().AddSingleton<PrivateParts>().AddSingleton<IntakeTasks>().AddSingleton<OutboundDocument>()
            .AddSingleton<HubClock>().AddSingleton<NoticeReceiver>();
        services.AddSingleton(provider => new AdapterEndings(provider.GetRequiredService<AdapterOptions>(), directory, Time));
        builder.AddDesk(new DeskOptions { Urls = "http://127.0.0.1:0" });
        app = builder.Build();
        app.MapDesk();
        Rules = new(Region.Load(Repository.At("contracts", "region-demo")));
        Of<Database>().Migrate(Schema.Adapter);
    }

    public FakeTimeProvider Time { get; } = new(Start);
    public Rules Rules { get; }

    /// <summary>What the desk has logged.</summary>
    internal RecordedLog Log { get; } = new();

    public Uri Address { get; private set; } = null!;
    public WebApplication App => app;

    public T Of<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<DeskUnderTest> Open(CancellationToken cancellationToken, string own = "XB", MappingSet? mappings = null)
    {
        var desk = new DeskUnderTest(own, mappings);
        await desk.app.StartAsync(cancellationToken);
        desk.Address = new(desk.Of<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return desk;
    }

    /// <summary>A browser without script, and without an officer unless one is named.</summary>
    public async Task<Browser> Browse(string? officer = "R. Okenda", CancellationToken cancellationToken = default)
    {
        var browser = new Browser(Address);
        if (officer is not null)
            await browser.Post("/desk/session", [("name", officer), ("post", "Liaison officer"), ("back", "/desk")], cancellationToken, from: "/desk/session");
        return browser;
    }

    /// <summary>XA asks XB for assistance.</summary>
    public async Task<Guid> Asked(CancellationToken cancellationToken, RequestParticulars? particulars = null, string reference = "XA-2026-000142", Priority priority = Priority.Routine)
    {
        var requestId = Guid.CreateVersion7();
        await FromXa(
            requestId,
            new RequestSubmitted
            {
                Instrument = "EIO",
                Reference = reference,
                Measures = [new() { Kind = MeasureKind.BankAccounts }, new() { Kind = MeasureKind.Search }],
                Offences = [new() { ListOffence = "fraud", NationalCode = "XA-CC-212", LongestPenaltyMonths = 60 }],
                Languages = ["en"],
                Confidential = true,
                ContentCertified = true,
            },
            particulars ?? Samples.Particulars, cancellationToken, priority);
        return requestId;
    }

    /// <summary>XA asks for an extradition.</summary>
    public async Task<Guid> AskedForExtradition(CancellationToken cancellationToken)
    {
        var requestId = Guid.CreateVersion7();
        await FromXa(requestId, Casework.Extraditions.Requested() with { Reference = "XA-2026-000002" }, Samples.Private(nameof(ExtraditionRequested)), cancellationToken);
        return requestId;
    }

    /// <summary>This state has asked XA for assistance, in English, and XA asks for a certified translation into French.</summary>
    public async Task<Guid> AskedToTranslate(CancellationToken cancellationToken)
    {
        var id = await Asks(Casework.Usual.Submitted with { Languages = ["en"] }, cancellationToken);
        await FromXa(id, new RequestAcknowledged { TheirReference = "XA-77/26", CompetentAuthority = "XA-CA" }, null, cancellationToken);
        await FromXa(id, new TranslationRequested { Language = "fr", Papers = ["The request itself"], Certified = true }, null, cancellationToken);
        return id;
    }

    /// <summary>This state asks XA for assistance.</summary>
    public async Task<Guid> Asks(RequestSubmitted request, CancellationToken cancellationToken)
    {
        var made = await Of<ActMaker>().Make(
            new() { Type = nameof(RequestSubmitted), Open = request, Private = Samples.Private(nameof(RequestSubmitted)), To = new() { State = "XA", Authority = "XA-CA" } }, cancellationToken);
        await HubAnswers(cancellationToken);
        return made.RequestId;
    }

    /// <summary>This state asks XA to preserve records.</summary>
    public async Task<Guid> AsksForPreservation(CancellationToken cancellationToken, Guid? caseGroupId = null)
    {
        var made = await Of<ActMaker>().Make(
            new()
            {
                Type = nameof(PreservationRequested),
                Open = Samples.Open(nameof(PreservationRequested)),
                Private = Samples.Private(nameof(PreservationRequested)),
                To = new() { State = "XA", Authority = "XA-CA" },
                CaseGroupId = caseGroupId,
            },
            cancellationToken);
        await HubAnswers(cancellationToken);
        return made.RequestId;
    }

    /// <summary>The hub opens a request with this state by itself.</summary>
    public async Task<Guid> OpenedByTheHub(Applied opened, CancellationToken cancellationToken)
    {
        requests[opened.Request.Id] = opened.Request;
        foreach (var telling in opened.Tell.Where(t => t.To == Rules.SeatOf(opened.Request, own)))
            await Tell(opened.Request.Id, telling.Notice, cancellationToken);
        return opened.Request.Id;
    }

    /// <summary>An act of XA goes through the hub to XB.</summary>
    public async Task<Guid> FromXa(Guid requestId, object open, object? privatePart, CancellationToken cancellationToken, Priority priority = Priority.Routine)
    {
        var actId = Guid.CreateVersion7();
        var act = new Act
        {
            Type = open.GetType().Name,
            Header = new()
            {
                ActId = actId,
                RequestId = requestId,
                Sender = new() { State = "XA", Authority = "XA-CA" },
                Receiver = new() { State = own, Authority = $"{own}-CA" },
                Sequence = ++xaNumber,
                ClaimedAt = Time.GetUtcNow(),
                Priority = priority,
            },
            Open = JsonSerializer.SerializeToElement(open, open.GetType(), Wire.Json),
            Sealed = privatePart is null ? null : Sealer.Seal(JsonSerializer.SerializeToUtf8Bytes(privatePart, privatePart.GetType(), Wire.Json), directory.CurrentSealing(own, Time.GetUtcNow())!, actId),
        };
        var decision = Assert.IsType<Applied>(Rules.Decide(requests.GetValueOrDefault(requestId), act, Time.GetUtcNow()));
        requests[requestId] = decision.Request;
        await Tell(requestId, new ActDelivered
        {
            Act = Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(act, Wire.Json), DocumentTypes.Act, stateKeys["XA"].Sign),
            ReceivedAt = Time.GetUtcNow(),
            Standing = Standing(requestId),
        }, cancellationToken);
        return actId;
    }

    /// <summary>The hub takes what XB has sent and answers.</summary>
    /// <returns>The acts it took.</returns>
    public async Task<IReadOnlyList<Act>> HubAnswers(CancellationToken cancellationToken)
    {
        var taken = new List<Act>();
        var acts = Of<ActStore>();
        foreach (var sent in await acts.Due(Time.GetUtcNow(), 100, cancellationToken))
        {
            var document = Signing.Verify(Encoding.UTF8.GetBytes(sent.Body), [DocumentTypes.Act], directory, own, Time.GetUtcNow());
            var act = JsonSerializer.Deserialize<Act>(document.Payload, Wire.Json)!;
            var id = act.Header.RequestId;
            taken.Add(act);
            switch (Rules.Decide(requests.GetValueOrDefault(id), act, Time.GetUtcNow()))
            {
                case Applied applied:
                    requests[id] = applied.Request;
                    await Tell(id, new ActAccepted { ActId = act.Header.ActId, ReceivedAt = Time.GetUtcNow(), Standing = Standing(id) }, cancellationToken);
                    break;
                case Refused refused:
                    await Tell(id, new ActRefused { ActId = act.Header.ActId, Code = refused.Code, Reason = refused.Reason, WouldBeAccepted = refused.WouldBeAccepted, Standing = requests.ContainsKey(id) ? Standing(id) : null }, cancellationToken);
                    break;
            }
        }

        await acts.Sent([.. taken.Select(a => a.Header.ActId)], [], "", Time.GetUtcNow(), cancellationToken);
        return taken;
    }

    /// <summary>Time passes, and the hub's clock looks at every deadline.</summary>
    public async Task Pass(TimeSpan span, CancellationToken cancellationToken)
    {
        Time.Advance(span);
        foreach (var (id, request) in requests.ToList())
        {
            var now = request;
            foreach (var deadline in request.Deadlines.Where(d => d.Active).OrderBy(d => d.Due))
                if (Rules.Look(now, deadline.Id, Time.GetUtcNow()) is Applied looked)
                {
                    now = requests[id] = looked.Request;
                    foreach (var telling in looked.Tell.Where(t => t.To == Rules.SeatOf(now, own)))
                        await Tell(id, telling.Notice, cancellationToken);
                }
        }
    }

    /// <summary>Something the hub says to XB.</summary>
    public async Task Tell(Guid? requestId, object body, CancellationToken cancellationToken)
    {
        var notice = new Notice
        {
            Type = body.GetType().Name,
            Header = new() { NoticeId = Guid.CreateVersion7(), RequestId = requestId, Receiver = own, Sequence = ++noticeNumber, At = Time.GetUtcNow() },
            Body = JsonSerializer.SerializeToElement(body, body.GetType(), Wire.Json),
        };
        var signed = Signing.Serialize(Signing.Sign(JsonSerializer.SerializeToUtf8Bytes(notice, Wire.Json), DocumentTypes.Notice, hubKey));
        await Of<NoticeReceiver>().Take([new Post { State = own, Lane = Lane.Routine, Id = notice.Header.NoticeId, Body = signed }], cancellationToken);
    }

    /// <summary>Opens what XB sealed to another state.</summary>
    public JsonElement Opened(Act act) =>
        JsonSerializer.Deserialize<JsonElement>(Opener.Open(act.Sealed!, [stateKeys[act.Header.Receiver.State].Seal], act.Header.ActId));

    /// <summary>A local file that could be read in part.</summary>
    public async Task<Guid> Incomplete(Translation translation, CancellationToken cancellationToken, string? caseKey = null, char digest = 'a')
    {
        var (intakes, keys, id) = (Of<IntakeStore>(), Of<AdapterKeys>(), Guid.CreateVersion7());
        await intakes.Take(
            new NewIntake { IntakeId = id, FileName = "case-41QX0911726.xml", Sha256 = new string(digest, 64), SizeBytes = 2048, TakenAt = Time.GetUtcNow(), SealedContent = keys.SealBytesAtHome("<case/>"u8, id), HasLeftTheInbox = _ => false },
            cancellationToken);
        await using var unit = await Of<Database>().Begin(cancellationToken);
        await IntakeStore.Decide(
            unit,
            new IntakeDecision
            {
                IntakeId = id,
                State = IntakeState.Incomplete,
                At = Time.GetUtcNow(),
                ActType = translation.ActType,
                Mapping = translation.Mapping,
                CaseKey = caseKey,
                SealedDraft = keys.SealAtHome(JsonSerializer.SerializeToUtf8Bytes(translation, Wire.Json), id),
            },
            cancellationToken);
        await unit.Commit(cancellationToken);
        return id;
    }

    Standing Standing(Guid requestId) => Rules.StandingFor(requests[requestId], Rules.SeatOf(requests[requestId], own)!.Value);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A browser that runs no script: pages, forms, cookies.</summary>
    public sealed partial class Browser(Uri address) : IDisposable
    {
        readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };

        public async Task<Seen> Get(string path, CancellationToken cancellationToken)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return await Seen.Of(answer, cancellationToken);
        }

        public async Task<(HttpResponseMessage Answer, byte[] Content)> Fetch(string path, CancellationToken cancellationToken)
        {
            var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return (answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }

        /// <summary>Sends a form as the page would: with what stands in it, and what is typed over it.</summary>
        public async Task<Seen> Post(
            string path, IEnumerable<(string Name, string Value)> typed, CancellationToken cancellationToken, string? from = null, IEnumerable<(string Field, string Name, byte[] Content)>? files = null, string? header = null)
        {
            var page = from is null ? null : await Get(from, cancellationToken);
            using var form = new MultipartFormDataContent();
            if (page is not null)
                form.Add(new StringContent(page.Token), "__RequestVerificationToken");
            foreach (var (name, value) in typed)
                form.Add(new StringContent(value), name);
            foreach (var (field, name, content) in files ?? [])
                form.Add(new ByteArrayContent(content) { Headers = { ContentType = new("text/plain") } }, field, name);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = form };
            if (header is not null)
                request.Headers.Add(header, "1");
            using var answer = await http.SendAsync(request, cancellationToken);
            return await Seen.Of(answer, cancellationToken);
        }

        public void Dispose() => http.Dispose();
    }

    /// <summary>What a browser got.</summary>
    public sealed partial record Seen(HttpStatusCode Status, string Text, string? Leads, string? CacheControl, string? Policy)
    {
        /// <summary>What makes a form of this page believed.</summary>
        public string Token => TokenPattern().Match(Text) is { Success: true } match ? match.Groups[1].Value : "";

        /// <summary>Everything that stands in the fields of the page's large form, as a browser would send it.</summary>
        public IEnumerable<(string Name, string Value)> Fields()
        {
            foreach (Match match in InputPattern().Matches(Text))
            {
                var attributes = match.Groups[1].Value;
                var (name, value, type) = (Attribute(attributes, "name"), Attribute(attributes, "value") ?? "", Attribute(attributes, "type"));
                if (name is null || name.StartsWith("__", StringComparison.Ordinal) || type == "file" || (type is "checkbox" or "radio" && !attributes.Contains("checked", StringComparison.Ordinal)))
                    continue;
                yield return (name, value);
            }

            foreach (Match match in AreaPattern().Matches(Text))
                yield return (Attribute(match.Groups[1].Value, "name")!, WebUtility.HtmlDecode(match.Groups[2].Value));
            foreach (Match match in SelectPattern().Matches(Text))
                yield return (Attribute(match.Groups[1].Value, "name")!, SelectedPattern().Match(match.Groups[2].Value) is { Success: true } chosen ? Attribute(chosen.Groups[1].Value, "value") ?? "" : "");
        }

        public static async Task<Seen> Of(HttpResponseMessage answer, CancellationToken cancellationToken) => new(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken), answer.Headers.Location?.ToString(), answer.Headers.CacheControl?.ToString(),
            answer.Headers.TryGetValues("Content-Security-Policy", out var policy) ? string.Join(' ', policy) : null);

        static string? Attribute(string attributes, string name) =>
            Regex.Match(attributes, $"(?:^|\\s){name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

        [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
        private static partial Regex TokenPattern();

        [GeneratedRegex("<input([^>]*)>")]
        private static partial Regex InputPattern();

        [GeneratedRegex("<textarea([^>]*)>(.*?)</textarea>", RegexOptions.Singleline)]
        private static partial Regex AreaPattern();

        [GeneratedRegex("<select([^>]*)>(.*?)</select>", RegexOptions.Singleline)]
        private static partial Regex SelectPattern();

        [GeneratedRegex("<option([^>]*\\sselected[^>]*)>")]
        private static partial Regex SelectedPattern();
    }

    internal sealed class RecordedLog : ILoggerProvider, ILogger
    {
        readonly List<string> lines = [];

        public string All
        {
            get
            {
                lock (lines)
                    return string.Join('\n', lines);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add($"{logLevel} {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
