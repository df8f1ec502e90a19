using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Settings;

static class SettingsRoutes
{
    public static void MapSettings(this IEndpointRouteBuilder app) =>
        app.MapGet("/settings", async (HealthReader health, SettingsReader settings, CancellationToken cancelled) =>
            new RazorComponentResult<SettingsPage>(new { Health = await health.Read(cancelled), Settings = await settings.Read(cancelled) }));

    public static void MapSettingsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/health", async (HealthReader health, CancellationToken cancelled) => await health.Read(cancelled));
        api.MapGet("/settings", async (SettingsReader settings, CancellationToken cancelled) => await settings.Read(cancelled));
    }
}
