using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiaisonHub.OperatorConsole.Settings;

static class SettingsRoutes
{
    public static void MapSettings(this IEndpointRouteBuilder app)
    {
        app.MapGet("/settings", async Task<IResult> (HttpContext http, HealthReader health, SettingsReader settings, CancellationToken cancelled) =>
        {
            var board = SignIn.WhyNotAsked(http) is not null ? health.Away() : await health.Read(cancelled);
            // What is wrong is said, though nothing else can be.
            return board.DatabaseAway ? new RazorComponentResult<SettingsPage>(new { Health = board }) { StatusCode = 503 }
                : new RazorComponentResult<SettingsPage>(new { Health = board, Settings = await settings.Read(cancelled) });
        });
        app.MapList("/settings/health", async (HealthReader health, CancellationToken cancelled) =>
        {
            var board = await health.Read(cancelled);
            return new ListFile
            {
                Name = "health",
                Title = "Health of the hub",
                Filter = "all",
                At = board.At,
                Columns = ["what", "how it stands", "why", "page"],
                Rows = board.Checks.Select(c => new object?[] { c.Name, c.Condition, c.Reason, c.Page }).ToAsyncEnumerable(),
            };
        });
        List("processes", board => new ListFile
        {
            Name = "processes",
            Title = "Processes of the hub",
            Filter = "all",
            At = board.At,
            Columns = ["process id", "machine", "up", "started at", "heard at", "program", "contracts", "region", "version of the region", "schema", "signs with", "believes otherwise"],
            Rows = board.Processes.Select(p => new object?[]
            {
                p.ProcessId, p.Machine, p.Up, p.StartedAt, p.HeardAt, p.Beliefs?.Program, p.Beliefs?.Contracts, p.Beliefs?.Region, p.Beliefs?.RegionVersion, p.Beliefs?.Schema, p.Beliefs?.SignsWith, string.Join(" ", p.Differs),
            }).ToAsyncEnumerable(),
        });
        List("keys", board => new ListFile
        {
            Name = "keys",
            Title = "Keys that are valid or will be",
            Filter = "all",
            At = board.At,
            Columns = ["owner", "use", "key id", "from", "to", "status", "ends within days"],
            Rows = board.Keys.Select(k => new object?[] { k.Owner, k.Use, k.KeyId, k.From, k.To, k.Status, k.EndsWithinDays }).ToAsyncEnumerable(),
        });
        List("options", board => new ListFile
        {
            Name = "options",
            Title = "Options of this console and of the processes of the hub",
            Filter = "all",
            At = board.At,
            Columns = ["process id", "option", "value", "source", "file"],
            Rows = board.Options.Select(o => Option(null, o)).Concat(board.Processes.SelectMany(p => p.Beliefs?.Options.Select(o => Option(p.ProcessId, o)) ?? [])).ToAsyncEnumerable(),
        });
        List("migrations", board => new ListFile
        {
            Name = "migrations",
            Title = "Scripts that make the tables",
            Filter = "all",
            At = board.At,
            Columns = ["script", "done"],
            Rows = board.Migrations.Select(m => new object?[] { m.Name, m.Done }).ToAsyncEnumerable(),
        });

        void List(string name, Func<SettingsBoard, ListFile> file) => app.MapList($"/settings/{name}", async (SettingsReader settings, CancellationToken cancelled) => file(await settings.Read(cancelled)));
    }

    // Without a process: of this console.
    static object?[] Option(Guid? process, OptionLine option) => [process, option.Key, option.Value, option.Source, option.File];

    public static void MapSettingsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/health", async (HealthReader health, CancellationToken cancelled) => await health.Read(cancelled));
        api.MapGet("/settings", async (SettingsReader settings, CancellationToken cancelled) => await settings.Read(cancelled));
    }
}
