using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Dapper;

namespace LiaisonHub.Storage;

/// <summary>One write transaction. What is not committed is rolled back when it is disposed.</summary>
public sealed class Unit : IAsyncDisposable
{
    readonly IDisposable? gate;
    readonly bool ownsConnection;
    bool ended;

    internal Unit(DbConnection connection, DbTransaction transaction, Dialect dialect, bool ownsConnection, IDisposable? gate)
    {
        Connection = connection;
        Transaction = transaction;
        Dialect = dialect;
        this.ownsConnection = ownsConnection;
        this.gate = gate;
    }

    public DbConnection Connection { get; }
    public DbTransaction Transaction { get; }
    public Dialect Dialect { get; }

    public async Task Commit(CancellationToken cancellationToken)
    {
        await Transaction.CommitAsync(cancellationToken);
        ended = true;
    }

    public Task<int> Execute(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(Command(statement, parameters, cancellationToken));

    public async Task<IReadOnlyList<T>> Query<T>(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        (await Connection.QueryAsync<T>(Command(statement, parameters, cancellationToken))).AsList();

    public Task<T?> One<T>(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        Connection.QuerySingleOrDefaultAsync<T?>(Command(statement, parameters, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!ended)
                await Transaction.RollbackAsync(CancellationToken.None);
        }
        catch (Exception e) when (Dialect.IsAway(e) || e is InvalidOperationException)
        {
            // The connection is gone, and the database has rolled back by itself.
        }
        finally
        {
            await Transaction.DisposeAsync();
            if (ownsConnection)
                await Connection.DisposeAsync();
            gate?.Dispose();
        }
    }

    CommandDefinition Command(Statement statement, object? parameters, CancellationToken cancellationToken) =>
        new(statement.For(Dialect), parameters, Transaction, cancellationToken: cancellationToken);
}

/// <summary>Another worker changed the same request, decided the same act or took over the same deadline first. Nothing of this unit is stored; load again and decide again.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "It names what happened; every caller expects it.")]
public sealed class ConcurrencyConflict(IReadOnlyList<Guid> requestIds, string what)
    : Exception($"Another worker was first ({what}): {string.Join(", ", requestIds)}. Nothing was stored; load and decide again")
{
    public IReadOnlyList<Guid> RequestIds { get; } = requestIds;
}
