using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Dapper;

namespace LiaisonHub.Storage;

/// <summary>One write transaction. What is not committed is rolled back when it is disposed.</summary>
public sealed class Unit : IAsyncDisposable
{
    readonly Func<bool, ValueTask> release;
    readonly Dictionary<Statement, DbCommand>? prepared;
    readonly List<DbCommand> used = [];
    bool committed, disposed;

    // Prepared: commands that live as long as the connection; null where the provider keeps them itself. Release gives the connection back; false: it can no
    // longer be relied on.
    internal Unit(
        DbConnection connection, DbTransaction transaction, Dialect dialect, Dictionary<Statement, DbCommand>? prepared, Func<bool, ValueTask> release)
    {
        Connection = connection;
        Transaction = transaction;
        Dialect = dialect;
        this.prepared = prepared;
        this.release = release;
    }

    public DbConnection Connection { get; }
    public DbTransaction Transaction { get; }
    public Dialect Dialect { get; }

    /// <summary>Once begun it is not cancelled, since the outcome would be unknown.</summary>
    public async Task Commit(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var alongside = Alongside.Now;
        if (alongside is { Done: false })
            await alongside.Write(this, cancellationToken);
        await Transaction.CommitAsync(CancellationToken.None);
        committed = true;
        if (alongside is not null)
            alongside.Done = true;
    }

    public Task<int> Execute(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(Command(statement, parameters, cancellationToken));

    public async Task<IReadOnlyList<T>> Query<T>(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        (await Connection.QueryAsync<T>(Command(statement, parameters, cancellationToken))).AsList();

    public Task<T?> One<T>(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        Connection.QuerySingleOrDefaultAsync<T?>(Command(statement, parameters, cancellationToken));

    /// <summary>Rolls back what is not committed. A second time nothing happens: the connection may be another unit's by then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        var sound = committed;
        try
        {
            foreach (var command in used)
                await command.DisposeAsync();
            if (!committed)
            {
                await Transaction.RollbackAsync(CancellationToken.None);
                sound = true;
            }
            await Transaction.DisposeAsync();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
        {
            // The connection is gone or the database has rolled back by itself. Whoever caused it has the exception that says why.
            sound = false;
        }
        finally
        {
            await release(sound);
        }
    }

    /// <summary>A command ready to run, kept for the next unit where the provider would forget it.</summary>
    internal DbCommand Command(Statement statement, RowSet rows)
    {
        var parameters = Dialect.Parameters(rows);
        if (prepared is not null && prepared.TryGetValue(statement, out var kept))
        {
            kept.Transaction = Transaction;
            for (var i = 0; i < parameters.Count; i++)
                kept.Parameters[i].Value = parameters[i].Value;
            return kept;
        }
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
        command.CommandText = statement.For(Dialect);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        if (prepared is null)
            used.Add(command);
        else
            prepared.Add(statement, command);
        return command;
    }

    CommandDefinition Command(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        new(statement.For(Dialect), parameters, Transaction, cancellationToken: cancellationToken);
}

/// <summary>Something that is written by the first unit which this flow of calls commits, whichever store begins it: with it, or not at all. Over when it is disposed.</summary>
public sealed class Alongside : IDisposable
{
    static readonly AsyncLocal<Alongside?> Flow = new();

    internal Alongside(Func<Unit, CancellationToken, Task> write)
    {
        Write = write;
        Flow.Value = this;
    }

    /// <summary>True: it was committed.</summary>
    public bool Done { get; internal set; }

    internal static Alongside? Now => Flow.Value;

    internal Func<Unit, CancellationToken, Task> Write { get; }

    public void Dispose() => Flow.Value = null;
}

/// <summary>Another worker changed the same request, decided the same act or took over the same deadline first. Nothing of this unit is stored; load again
/// and decide again.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "It names what happened; every caller expects it.")]
public sealed class ConcurrencyConflict(IReadOnlyList<Guid> requestIds, string what)
    : Exception($"Another worker was first ({what}): {string.Join(", ", requestIds)}. Nothing was stored; load and decide again")
{
    public IReadOnlyList<Guid> RequestIds { get; } = requestIds;
}
