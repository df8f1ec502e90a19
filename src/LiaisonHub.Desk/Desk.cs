using System.Net;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Casework;
using LiaisonHub.Desk.Documents;
using LiaisonHub.Desk.Files;
using LiaisonHub.Desk.Making;
using LiaisonHub.Desk.Mappings;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Requests;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Translations;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Messaging;
using LiaisonHub.Storage.Adapter;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Trace;

namespace LiaisonHub.Desk;

/// <summary>How a liaison office's desk is set up. Read once, at start; everything that is wrong is said at once.</summary>
public sealed class DeskOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Desk";

    /// <summary>Where it listens, separated by semicolons. Default: <c>http://127.0.0.1:5090</c>, this machine only.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:5090";

    /// <summary>True: <see cref="Urls"/> may name an address that other machines reach, although this release has no sign-in. Default: false.</summary>
    public bool OpenToNetwork { get; set; }

    /// <summary>Folder with the region's data. Null: the one the adapter names.</summary>
    public string? Region { get; set; }

    /// <summary>Folder where the desk keeps the keys of its cookies; created when it is not there, readable for the adapter's user only. Null: they are made anew at each start, and officers say
    /// again who they are.</summary>
    public string? CookieKeys { get; set; }

    /// <summary>Everything that is wrong, one line each: the key, what is wrong, the fix.</summary>
    public IReadOnlyList<string> Problems(AdapterOptions? adapter)
    {
        var problems = new List<string>();
        if (adapter is null)
            problems.Add("The desk runs beside an adapter and uses its records and keys; add the adapter first.");
        var region = Region ?? adapter?.Region;
        if (region is null || !Directory.Exists(region))
            problems.Add($"{Section}:Region: there is no folder '{region}'; point it, or {AdapterOptions.Section}:Region, at the region's data, for example 'contracts/region-demo'.");
        if (CookieKeys is not null && File.Exists(CookieKeys))
            problems.Add($"{Section}:CookieKeys: '{CookieKeys}' is a file; name a folder, or leave it out.");
        if (Addresses.Count == 0)
            problems.Add($"{Section}:Urls is empty; set it, for example to 'http://127.0.0.1:5090'.");
        foreach (var url in Addresses)
            if (Host(url) is not { } host)
                problems.Add($"{Section}:Urls: '{url}' is not an address to listen on; write it as 'http://127.0.0.1:5090'.");
            else if (!OpenToNetwork && !IsThisMachine(host))
                problems.Add($"{Section}:Urls: '{url}' can be reached from other machines, and sign-in is not part of this release: whoever reaches the desk reads what is sealed and sends acts in your name. "
                    + $"Listen on 127.0.0.1 and put a proxy with sign-in in front of it, or, if something else keeps strangers out, say so with {Section}:OpenToNetwork = true.");
        return problems;
    }

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

    static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Puts the liaison office's desk together, beside an adapter: on the state's side, because it opens what is sealed.</summary>
public static class Desk
{
    /// <summary>Adds the desk. The adapter is added before it; its records, keys and acts are used.</summary>
    /// <param name="builder">The adapter's program.</param>
    /// <param name="options">How the desk is set up.</param>
    /// <exception cref="InvalidConfigurationException">Something in the options or the region is wrong; it names all of it.</exception>
    public static WebApplicationBuilder AddDesk(this WebApplicationBuilder builder, DeskOptions options)
    {
        var services = builder.Services;
        var adapter = services.Select(s => s.IsKeyedService ? null : s.ImplementationInstance).OfType<AdapterOptions>().LastOrDefault();
        var problems = new List<string>(options.Problems(adapter));
        // These would open further doors beside the one that was checked.
        if (builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            problems.Add($"Kestrel:Endpoints is not read; set {DeskOptions.Section}:Urls instead.");
        Region? region = null;
        if ((options.Region ?? adapter?.Region) is { } folder && Directory.Exists(folder))
            try
            {
                region = Region.Load(folder);
            }
            catch (RegionException e)
            {
                problems.AddRange(e.Errors);
            }

        if (region is not null && adapter is not null && !region.States.ContainsKey(adapter.State))
            problems.Add($"{DeskOptions.Section}:Region: the region has no state {adapter.State}; point it at the region this adapter belongs to.");
        InvalidConfigurationException.ThrowIfAny(problems);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IntakeStore>();
        services.TryAddSingleton<NoticeStore>();
        services.TryAddSingleton<MappingStore>();
        services.TryAddSingleton<DraftStore>();
        services.TryAddSingleton<DeskReads>();
        services.TryAddSingleton<DeedStore>();
        services.TryAddSingleton<OwnLimitStore>();
        services.TryAddSingleton<TranslationStore>();
        services.TryAddSingleton<DraftTranslationStore>();
        services.AddContentCheck(region!, adapter!.State);
        services.AddSingleton<OfficerCookie>().AddSingleton<Compositions>().AddSingleton<Papers>().AddSingleton<OwnLimits>();
        // What is due by our own law is part of the worklist's order, which is read from the records: it follows each act that is stored beside it.
        services.AddSingleton<ActFollowed>(provider => provider.GetRequiredService<OwnLimits>().Follow);
        services.AddRazorComponents();
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = $"liaisonhub-desk-{adapter!.State}-form";
            form.Cookie.SameSite = SameSiteMode.Strict;
            form.Cookie.HttpOnly = true;
            form.Cookie.Path = "/desk";
            form.SuppressXFrameOptionsHeader = true; // The headers of every answer are stricter.
        });
        var protection = services.AddDataProtection().SetApplicationName($"LiaisonHub.Desk.{adapter!.State}");
        if (options.CookieKeys is { } keys)
            protection.PersistKeysToFileSystem(OperatingSystem.IsWindows() ? Directory.CreateDirectory(keys) : Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        else
            protection.UseEphemeralDataProtectionProvider();
        // A line for each request would name its address, and with it what was searched for.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It warns at each start that the keys of the cookies lie in a folder unencrypted: so do the state's own keys, and both are guarded by the rights of the folder.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (LiaisonTelemetry.Exports)
            services.AddOpenTelemetry().WithTracing(tracing => tracing.AddAspNetCoreInstrumentation());

        // A page of a stranger must not reach a desk on this machine by a name of its own (DNS rebinding).
        services.AddHostFiltering(hosts => hosts.AllowedHosts = options.OpenToNetwork
            ? (builder.Configuration["AllowedHosts"] ?? "*").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. options.Addresses.Select(a => DeskOptions.Host(a)!).Concat(["localhost", "127.0.0.1", "[::1]"]).Distinct()]);
        builder.WebHost.UseUrls([.. options.Addresses]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    /// <summary>What a local message becomes is looked over as an officer's act is: what the hub would refuse waits for a person instead. Needs the region's data, and no desk.</summary>
    internal static IServiceCollection AddContentCheck(this IServiceCollection services, Region region, string state) => services
        .AddSingleton(provider => new House(region, state, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ContentCheck>().AddSingleton<ContentFindings>(provider => provider.GetRequiredService<ContentCheck>().Of);

    /// <summary>Maps the desk's pages, all of them under <c>/desk</c>; the root leads there.</summary>
    public static WebApplication MapDesk(this WebApplication app)
    {
        app.UseHostFiltering();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<OfficerGate>();
        // A page that failed while it was drawn has left its renderer in the middle: the page that says so begins with one of its own.
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Pages.Answer, CreateScopeForErrors = true });
        app.UseStatusCodePages(Pages.Explain);
        app.UseAntiforgery();
        app.MapGet("/", () => Results.LocalRedirect("/desk"));
        app.MapShellFiles();
        app.MapOfficers();
        app.MapWorklist();
        app.MapRequests();
        app.MapMaking();
        app.MapPapers();
        app.MapFiles();
        app.MapMappings();
        app.MapTranslations();
        return app;
    }
}
