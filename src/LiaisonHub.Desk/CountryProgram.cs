using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.Exchange;
using LiaisonHub.Casework;
using LiaisonHub.Messaging;

namespace LiaisonHub.Desk;

/// <summary>The program of a country: its adapter and, beside it, the desk of its liaison office.</summary>
public static class CountryProgram
{
    /// <summary>
    /// Runs until it is told to stop. The desk runs where a section <c>Desk</c> is configured, where <c>--desk</c> is among the arguments, and where there is no local system, for then it is the only place
    /// to work at.
    /// </summary>
    /// <param name="country">The country.</param>
    /// <param name="args">Arguments of the program; settings may stand among them.</param>
    /// <returns>The exit code: 0; 2 when something in options, keys, mappings or the region cannot be used, with all of it written to the error output.</returns>
    public static Task<int> Run(Country country, string[] args) => InvalidConfigurationException.Guard(async () =>
    {
        var builder = WebApplication.CreateBuilder([.. args.Where(a => a != "--desk")]);
        builder.Services.AddSystemd();
        var adapter = await Adapter(builder, country);
        var desk = builder.Configuration.GetSection(DeskOptions.Section);
        var withDesk = desk.Exists() || args.Contains("--desk") || adapter is { Inbox: null, Outbox: null };
        if (withDesk)
            builder.AddDesk(Settings.Read<DeskOptions>(desk));
        else if (adapter.Region is { } region)
            builder.Services.AddContentCheck(Read(region), adapter.State);
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapLocalMessages();
        app.MapConnectorDelivery();
        if (withDesk)
            app.MapDesk();
        await app.RunAsync();
    });

    static Region Read(string folder)
    {
        try
        {
            return Region.Load(folder);
        }
        catch (RegionException e)
        {
            throw new InvalidConfigurationException(e.Errors);
        }
    }

    static async Task<AdapterOptions> Adapter(WebApplicationBuilder builder, Country country)
    {
        try
        {
            return builder.AddCountryAdapter(country);
        }
        catch (InvalidConfigurationException e)
        {
            throw await builder.SayMissingKey(country) is { } said ? new InvalidConfigurationException([.. e.Problems, said]) : e;
        }
    }
}
