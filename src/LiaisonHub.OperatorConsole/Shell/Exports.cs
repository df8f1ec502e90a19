using System.Text.Json;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// What leaves the console as a file stands in the ledger: before its first byte, who takes it and which rows were asked for; behind its last, how many there were. A console that dies between has said who took it.
/// </summary>
static class Exports
{
    /// <summary>Writes a file, with its record.</summary>
    /// <param name="http">Who asks, and for what. What anybody may have without signing in is public, and nobody's deed.</param>
    /// <param name="list">What the rows are.</param>
    /// <param name="filter">Which rows, in words.</param>
    /// <param name="write">Writes it, and says how many rows it has written each time there are more.</param>
    public static async Task Note(HttpContext http, string list, string filter, Func<Action<long>, Task> write)
    {
        if (Caller.Of(http.User) is not { } caller)
        {
            await write(_ => { });
            return;
        }
        var (ledger, time) = (http.RequestServices.GetRequiredService<Ledger>(), http.RequestServices.GetRequiredService<TimeProvider>());
        var (exportId, rows, whole) = (Guid.CreateVersion7(time.GetUtcNow()), 0L, false);
        Task Record(string kind, object content, CancellationToken cancellationToken) => ledger.Record(
            [new() { At = time.GetUtcNow(), Kind = kind, Actor = caller.InLedger, Account = caller.AccountId, Content = JsonSerializer.Serialize(content, JsonSerializerOptions.Web) }], cancellationToken);

        await Record("ListExported", new { exportId, list, file = http.Request.Path.Value, filter }, http.RequestAborted);
        try
        {
            await write(written => rows = written);
            whole = true;
        }
        finally
        {
            // Whoever breaks off has what was written until then.
            await Record("ListExportEnded", new { exportId, list, rows, whole }, CancellationToken.None);
        }
    }
}
