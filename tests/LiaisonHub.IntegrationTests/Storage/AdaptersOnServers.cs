using LiaisonHub.Tests.Adapters;

namespace LiaisonHub.IntegrationTests.Storage;

public sealed class ExchangeOnPostgreSql(PostgreSqlFixture fixture) : ExchangeTests(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class ExchangeOnSqlServer(SqlServerFixture fixture) : ExchangeTests(fixture), IClassFixture<SqlServerFixture>;
