using System.Net;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.OperatorConsole.Api;
using LiaisonHub.OperatorConsole.Costs;
using LiaisonHub.OperatorConsole.Filters;
using LiaisonHub.OperatorConsole.Law;
using LiaisonHub.OperatorConsole.Limits;
using LiaisonHub.OperatorConsole.Links;
using LiaisonHub.OperatorConsole.Quarantined;
using LiaisonHub.OperatorConsole.Records;
using LiaisonHub.OperatorConsole.Register;
using LiaisonHub.OperatorConsole.Repair;
using LiaisonHub.OperatorConsole.Requests;
using LiaisonHub.OperatorConsole.Settings;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Stuck;
using LiaisonHub.OperatorConsole.Today;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Trace;

namespace LiaisonHub.OperatorConsole;

/// <summary>How the operators' console is set up. Read once, at start; everything that is wrong is said at once.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Console";

    /// <summary>The hub's database: <c>sqlite:FILE</c>, <c>postgres:CONNECTION STRING</c> or <c>sqlserver:CONNECTION STRING</c>. Required. The console never creates or upgrades tables.</summary>
    public string Database { get; set; } = "";

    /// <summary>Folder with the region's data. Required; the same as the hub's.</summary>
    public string Region { get; set; } = "";

    /// <summary>Folder with the public keys of all states and of the hub. Required; the same as the hub's.</summary>
    public string PublicKeys { get; set; } = "";

    /// <summary>Where it listens, separated by semicolons. Default: <c>http://127.0.0.1:5080</c>, this machine only.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:5080";

    /// <summary>Address under which people reach it, where that is not the first of <see cref="Urls"/>: that of the proxy in front of it, <c>https://console.example</c>. Links, cookies and passkeys are made
    /// for it. Null: the first of <see cref="Urls"/>.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>How people show who they are. Default: <see cref="SignInBy.Accounts"/>.</summary>
    public SignInBy SignIn { get; set; } = SignInBy.Accounts;

    /// <summary>File into which the first approver's link is written, for the console's own user alone to read: the administrator's link is in the log, and who reads that is to be one person and not two. Where
    /// <see cref="SignIn"/> is <see cref="SignInBy.Accounts"/>. Default: <c>approver-link.txt</c> in the folder the console runs in.</summary>
    public string ApproverLinkFile { get; set; } = "approver-link.txt";

    /// <summary>The identity provider, where <see cref="SignIn"/> is <see cref="SignInBy.OpenId"/>.</summary>
    public OpenIdOptions OpenId { get; set; } = new();

    /// <summary>True: tests may also read every text longer and in brackets, as <c>?lang=qps-ploc</c>. Default: false.</summary>
    public bool PseudoLanguage { get; set; }

    /// <summary>Who is told outside of the console that something needs a decision.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>Everything that is wrong, one line each: the key, what is wrong, the fix.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!Database.StartsWith("sqlite:", StringComparison.Ordinal) && !Database.StartsWith("postgres:", StringComparison.Ordinal) && !Database.StartsWith("sqlserver:", StringComparison.Ordinal))
            problems.Add($"{Section}:Database must begin with sqlite:, postgres: or sqlserver:; set it as {Section}__Database to the database of the hub, for example 'sqlite:/var/lib/liaisonhub/hub.db'.");
        if (!Directory.Exists(Region))
            problems.Add($"{Section}:Region: there is no folder '{Region}'; point it at the region's data, for example 'contracts/region-demo'.");
        if (!Directory.Exists(PublicKeys))
            problems.Add($"{Section}:PublicKeys: there is no folder '{PublicKeys}'; point it at the folder the hub uses, or make keys with 'liaisonhub keys make'.");
        if (Addresses.Count == 0)
            problems.Add($"{Section}:Urls is empty; set it, for example to 'http://127.0.0.1:5080'.");
        foreach (var url in Addresses)
            if (Host(url) is not { } host)
                problems.Add($"{Section}:Urls: '{url}' is not an address to listen on; write it as 'http://127.0.0.1:5080'.");
            else if (!IsThisMachine(host) && SignIn == SignInBy.ThisMachine)
                problems.Add($"{Section}:Urls: '{url}' can be reached from other machines, and nobody signs in: whoever reaches the console sees every request and decides about quarantine. "
                    + $"Listen on 127.0.0.1, or set {Section}:SignIn to Accounts or OpenId.");
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", PathAndQuery: "/" }))
            problems.Add($"{Section}:PublicUrl: '{PublicUrl}' is not an address people can reach; write it as 'https://console.example', without a path.");
        else if (Addresses.Count > 0 && Addresses.All(a => Host(a) != null) && Public is { Scheme: "http" } open && !IsThisMachine(open.Host))
            problems.Add($"{Section}:PublicUrl: at '{open}' passwords and sessions would cross the network unprotected. Put a proxy with TLS in front of the console, and set {Section}:PublicUrl to its https address.");
        if (SignIn == SignInBy.OpenId)
            problems.AddRange(OpenId.Problems());
        problems.AddRange(Alerts.Problems());
        return problems;
    }

    internal Uri Public => new(PublicUrl ?? Addresses[0].Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal));

    internal IReadOnlyList<string> Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static string? Host(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https" } address ? address.IsUnixPipe ? "localhost" : address.Host : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    internal static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Puts the operators' console together: as a program of its own, or inside another.</summary>
public static class ConsoleHost
{
    /// <summary>Key of the clock for technical matters, the same as the hub's: signs of life run on it even where legal time is made to run faster.</summary>
    internal const string Technical = "technical";

    /// <summary>Adds everything the console needs. What the program has registered already is used: a <see cref="TimeProvider"/>, the region, the stores.</summary>
    /// <exception cref="InvalidConfigurationException">Something in the options, the region or the keys is wrong; it names all of it.</exception>
    public static WebApplicationBuilder AddOperatorConsole(this WebApplicationBuilder builder, ConsoleOptions options)
    {
        var problems = new List<string>(options.Problems());
        // These would open further doors beside the one that was checked.
        if (builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            problems.Add($"Kestrel:Endpoints is not read; set {ConsoleOptions.Section}:Urls instead.");
        var region = Read(() => Region.Load(options.Region), Directory.Exists(options.Region), problems);
        var keys = Read(() => KeyDirectory.Load(options.PublicKeys), Directory.Exists(options.PublicKeys), problems);
        InvalidConfigurationException.ThrowIfAny(problems);

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(Technical, TimeProvider.System);
        services.TryAddSingleton(region!);
        services.AddSingleton(provider => new PublicKeys(keys!, options.PublicKeys, provider.GetRequiredKeyedService<TimeProvider>(Technical)));
        services.TryAddSingleton<Rules>();
        services.AddHubStorage(options.Database, forBoards: true);
        services.AddSingleton<Capitals>();
        services.AddSingleton<TodayReader>();
        services.AddSingleton<StuckReader>().AddHostedService<StuckRenewal>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<QuarantineReader>().AddSingleton<QuarantineDesk>();
        services.AddSingleton<PlanDesk>();
        services.AddSingleton<LimitReader>();
        services.AddSingleton<WayReader>().AddSingleton<LinkReader>().AddSingleton<LinkTestDesk>().AddSingleton<DeadLetterDesk>();
        services.AddSingleton<ConformanceReader>().AddSingleton<ConformanceDesk>();
        services.AddSingleton<CostReader>();
        services.AddSingleton<AuditReader>().AddSingleton<LastVerification>();
        services.AddSingleton<RegisterReader>();
        services.AddSingleton<RuleReader>();
        services.AddSingleton<HealthReader>().AddSingleton<SettingsReader>();
        services.AddSingleton<FilterRooms>().AddSingleton<FilterDesk>();
        services.AddSingleton<KeysInHand>();
        services.AddSingleton<AlertMatters>().AddSingleton<AlertReader>().AddSingleton<AlertSender>();
        if (options.Alerts.Receivers.Count > 0)
            services.AddHostedService(provider => provider.GetRequiredService<AlertSender>());
        services.AddLanguages(options);
        // Letters of every script as they are: as numbers a page in Arabic would be six times as large.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddSignIn(options);
        services.AddBulkheads();
        services.AddAntiforgery(form =>
        {
            Accounts.SignIn.Guard(form.Cookie, "liaisonhub-form", options);
            form.Cookie.SameSite = SameSiteMode.Strict;
            form.SuppressXFrameOptionsHeader = true; // The headers of every answer are stricter.
        });
        // A restart ends all sessions, and a form that was open across it is asked for again: no key that opens a session lies on disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        // The longest field that a person fills in, a reason of 1,000 characters, in the script that takes most room in a form: nine bytes each.
        services.Configure<FormOptions>(form => form.ValueLengthLimit = 16 * 1024);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.WriteIndented = true);
        services.AddHealthChecks().AddCheck<ConsoleHealth>("console", tags: ["ready"]);
        // A line for each request would name its address, and with it what was searched for.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        services.AddLiaisonTelemetry("liaisonhub-console", tracing => tracing.AddAspNetCoreInstrumentation());

        // A page of a stranger must not reach a console on this machine by a name of its own (DNS rebinding).
        services.AddHostFiltering(hosts => hosts.AllowedHosts = [.. options.Addresses.Select(a => ConsoleOptions.Host(a)!).Where(h => h is not "*" and not "+").Concat([options.Public.Host, "localhost", "127.0.0.1", "[::1]"]).Distinct()]);
        builder.WebHost.UseUrls([.. options.Addresses]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        return builder;
    }

    /// <summary>Maps the console's pages, its JSON API and its health addresses.</summary>
    public static WebApplication MapOperatorConsole(this WebApplication app)
    {
        app.UseHostFiltering();
        var options = app.Services.GetRequiredService<ConsoleOptions>();
        if (options.PublicUrl is not null)
            app.Use((http, next) =>
            {
                // What a proxy in front says of the connection need not be believed: people come by this address.
                (http.Request.Scheme, http.Request.Host) = (options.Public.Scheme, HostString.FromUriComponent(options.Public));
                return next(http);
            });
        app.UseMiddleware<SecurityHeaders>();
        app.UseRequestLocalization();
        // A page that failed while it was drawn has left its renderer in the middle: the page that says so begins with one of its own.
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Failures.Answer, CreateScopeForErrors = true });
        app.UseStatusCodePages(Failures.Explain);
        app.UseMiddleware<SameOrigin>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseLegible();
        var rooms = app.MapGroup("").Needs(Permission.See);
        rooms.MapToday();
        rooms.MapStuck();
        rooms.MapLimits();
        rooms.MapRequests();
        rooms.MapQuarantine();
        rooms.MapPlans();
        rooms.MapFilters();
        rooms.MapAlerts();
        ErrorCode.Map(rooms);
        rooms.MapLinks();
        rooms.MapCosts();
        rooms.MapRecords();
        rooms.MapRegister();
        rooms.MapLaw();
        rooms.MapSettings();
        rooms.MapApi();
        app.MapShell();
        app.MapLanguages();
        app.MapAccounts();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = ConsoleHealth.Write }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = ConsoleHealth.Write }).AllowAnonymous();
        // Whoever asks a group for its addresses makes all of them anew, and authorization and routing both ask: one list for both halves the time to the first page.
        var addresses = ((IEndpointRouteBuilder)app).DataSources;
        var once = new CompositeEndpointDataSource([.. addresses]);
        addresses.Clear();
        addresses.Add(once);
        return app;
    }

    static T? Read<T>(Func<T> read, bool isThere, List<string> problems) where T : class
    {
        if (!isThere)
            return null;
        try
        {
            return read();
        }
        catch (RegionException e)
        {
            problems.AddRange(e.Errors);
        }
        catch (InvalidKeysException e)
        {
            problems.AddRange(e.Problems);
        }
        return null;
    }
}
