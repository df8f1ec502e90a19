using LiaisonHub.OperatorConsole.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Settings;

static class SettingsRoutes
{
    public static void MapSettings(this IEndpointRouteBuilder app) =>
        app.MapGet("/settings", async (HttpContext http, HealthReader health, SettingsReader settings, CancellationToken cancelled) =>
        {
            var board = SignIn.WhyNotAsked(http) is not null ? health.Away() : await health.Read(cancelled);
            // What is wrong is said, though nothing else can be.
            return board.DatabaseAway ? new RazorComponentResult<SettingsPage>(new { Health = board }) { StatusCode = 503 }
                : new RazorComponentResult<SettingsPage>(new { Health = board, Settings = await settings.Read(cancelled) });
        });

    public static void MapSettingsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/health", async (HealthReader health, CancellationToken cancelled) => await health.Read(cancelled));
        api.MapGet("/settings", async (SettingsReader settings, CancellationToken cancelled) => await settings.Read(cancelled));
    }
}
