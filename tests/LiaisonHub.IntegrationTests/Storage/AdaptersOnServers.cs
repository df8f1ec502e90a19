using LiaisonHub.Tests.Adapters;
using LiaisonHub.Tests.Storage;

namespace LiaisonHub.IntegrationTests.Storage;

public sealed class ExchangeOnPostgreSql(PostgreSqlFixture fixture) : ExchangeTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class ExchangeOnSqlServer(SqlServerFixture fixture) : ExchangeTests(fixture), IClassFixture<SqlServerFixture>;

public sealed class DraftTranslationsOnPostgreSql(PostgreSqlFixture fixture) : DraftTranslationTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class DraftTranslationsOnSqlServer(SqlServerFixture fixture) : DraftTranslationTests(fixture), IClassFixture<SqlServerFixture>;

public sealed class SqlChannelOnPostgreSql(PostgreSqlFixture fixture) : SqlChannelTests, IClassFixture<PostgreSqlFixture>
{
    protected override Task<string> NewDatabase(string folder) => fixture.NewEmptyDatabase(TestContext.Current.CancellationToken);
}

public sealed class SqlChannelOnSqlServer(SqlServerFixture fixture) : SqlChannelTests, IClassFixture<SqlServerFixture>
{
    protected override Task<string> NewDatabase(string folder) => fixture.NewEmptyDatabase(TestContext.Current.CancellationToken);
}
