using System.Text.Json;

namespace LiaisonHub.Storage.Hub;

/// <summary>Something that somebody tried at the console and was refused.</summary>
/// <param name="Kind">What the ledger calls it.</param>
/// <param name="Actor">Whose name it was tried with, or who tried it, as the ledger says it.</param>
/// <param name="Account">The account of that name. Null: none has it.</param>
/// <param name="Subject">What it was tried on. Null: nothing in particular.</param>
public sealed record RefusedTry(string Kind, string Actor, Guid? Account, Guid? Subject = null)
{
    /// <summary>A wrong password, or a passkey nobody knows; at the door of one account, or with names that no account has.</summary>
    public const string SignIn = "SignInRefused";

    /// <summary>To be one's own second person, or to go on without one.</summary>
    public const string SecondPerson = "SecondPersonRefused";
}

/// <summary>
/// Counts what was refused, by day. The ledger says the first of a day, the tenth, the hundredth and so on, in the same transaction: a million tries are seven entries and one row. What was typed is kept nowhere:
/// people type their password where the name belongs.
/// </summary>
public sealed class RefusedTries(Database database)
{
    static readonly Statement Begin = new(d => $"""
        INSERT INTO refused_tries (day, kind, account_id, subject_id, times)
        SELECT @day, @kind, @account, @subject, 0 WHERE {d.SkipExisting("refused_tries", "x.day = @day AND x.kind = @kind AND x.account_id = @account AND x.subject_id = @subject")}
        {d.OnConflictDoNothing}
        """);

    static readonly Statement Add = new(d => $"""
        UPDATE refused_tries SET times = times + @times {d.Output("times")}
        WHERE day = @day AND kind = @kind AND account_id = @account AND subject_id = @subject {d.Returning("times")}
        """);

    /// <summary>Counts some of one kind.</summary>
    /// <param name="tried">What was tried.</param>
    /// <param name="times">How many times since it was last counted: 1 or more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many there were on this day.</returns>
    public async Task<long> Count(RefusedTry tried, int times, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        var sofar = await Count(unit, database.Time.GetUtcNow(), tried, times, cancellationToken);
        await unit.Commit(cancellationToken);
        return sofar;
    }

    /// <summary>The same as part of the unit it belongs to.</summary>
    public static async Task<long> Count(Unit unit, DateTimeOffset now, RefusedTry tried, int times, CancellationToken cancellationToken)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var row = new { day, kind = tried.Kind, account = tried.Account ?? Guid.Empty, subject = tried.Subject ?? Guid.Empty, times };
        await unit.Execute(Begin, row, cancellationToken);
        var after = await unit.One<long>(Add, row, cancellationToken);
        if (Said(after) > Said(after - times))
            await Ledger.Record(
                unit,
                [new LedgerLeaf { At = now, Kind = tried.Kind, Actor = tried.Actor, Account = tried.Account, Content = JsonSerializer.Serialize(new { day = $"{day:yyyy-MM-dd}", times = after, tried.Subject }, JsonSerializerOptions.Web) }],
                cancellationToken);
        return after;
    }

    // How many entries so many tries are: 1 for the first, 2 from the tenth on, 3 from the hundredth.
    static int Said(long times) => times <= 0 ? 0 : $"{times}".Length;
}
