using System.Reflection;
using System.Text.RegularExpressions;
using LiaisonHub.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LiaisonHub.Tests.Storage;

/// <summary>No SQL Server runs with these tests: what would be sent to it is parsed by its own parser, and compared with what does run.</summary>
public sealed partial class StatementTests
{
    static readonly Assembly Storage = typeof(Database).Assembly;

    /// <summary>Every statement of every store.</summary>
    public static IReadOnlyList<(string Name, Statement Statement)> All { get; } =
    [
        .. from type in Storage.GetTypes()
           where !type.ContainsGenericParameters
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.FieldType == typeof(Statement)
           select ($"{type.Namespace![(Storage.GetName().Name!.Length)..].Trim('.')}.{type.Name}.{field.Name}", (Statement)field.GetValue(null)!),
    ];

    public static TheoryData<string> Names => [.. All.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_statement_is_one_SQL_Server_can_read(string name)
    {
        var sql = All.Single(s => s.Name == name).Statement.For(Dialect.SqlServer);

        var script = Parse(sql);

        Assert.Contains(script.Batches, b => b.Statements.Count > 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_statement_names_only_what_the_schema_has(string name)
    {
        var statement = All.Single(s => s.Name == name).Statement;
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        foreach (var script in Scripts("sqlite", name.StartsWith("Adapter.", StringComparison.Ordinal) ? "adapter" : "hub"))
            Run(connection, script.Sql);
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN " + statement.For(Dialect.Sqlite);
        foreach (var parameter in ParameterName().Matches(command.CommandText).Select(m => m.Value).Distinct())
            command.Parameters.AddWithValue(parameter, "[]");

        Assert.NotNull(command.ExecuteScalar());
    }

    [Theory]
    [InlineData("hub")]
    [InlineData("adapter")]
    public void Every_migration_is_one_SQL_Server_can_read(string schema)
    {
        var scripts = Scripts("sqlserver", schema);

        Assert.NotEmpty(scripts);
        foreach (var (_, sql) in scripts)
            Parse(sql);
    }

    [Fact]
    public void The_set_up_is_one_SQL_Server_can_read() => Parse(File.ReadAllText(Repository.At("infra", "sqlserver", "roles.sql")));

    [Fact]
    public void Every_table_has_its_rights_on_both_servers()
    {
        foreach (var dialect in new[] { "postgresql", "sqlserver" })
        {
            var scripts = Scripts(dialect, "hub");
            var rights = scripts.Single(s => s.Name.EndsWith(".rights.sql", StringComparison.Ordinal)).Sql;
            var granted = Grants().Matches(rights).SelectMany(g => TableName().Matches(g.Groups["tables"].Value).Select(t => t.Value)).ToHashSet();
            var tables = scripts.SelectMany(s => CreateTable().Matches(s.Sql).Select(t => t.Groups["name"].Value)).ToHashSet();

            Assert.NotEmpty(tables);
            Assert.Equal(tables.Order(), granted.Order());
        }
    }

    [Theory]
    [InlineData("hub")]
    [InlineData("adapter")]
    public void The_three_schemas_have_the_same_tables_and_columns(string schema)
    {
        var sqlServer = new Tables();
        foreach (var (_, sql) in Scripts("sqlserver", schema))
            Parse(sql).Accept(sqlServer);

        Assert.NotEmpty(sqlServer.Columns);
        Assert.Equal(sqlServer.Columns.Order(), InText("sqlite"));
        Assert.Equal(sqlServer.Columns.Order(), InText("postgresql"));

        // CREATE TABLE name ( one column a line, lower case; constraints begin in upper case ); ALTER TABLE name ADD COLUMN column.
        IEnumerable<string> InText(string dialect) => Scripts(dialect, schema)
            .SelectMany(script => CreateTable().Matches(script.Sql).SelectMany(table => ColumnLine().Matches(table.Groups["body"].Value).Select(c => $"{table.Groups["name"].Value}.{c.Groups["name"].Value}"))
                .Concat(AddColumn().Matches(script.Sql).Select(c => $"{c.Groups["table"].Value}.{c.Groups["name"].Value}")))
            .Order();
    }

    [Fact]
    public void No_SQL_runs_that_is_not_a_listed_statement()
    {
        string[] runners = ["Database.cs", "Unit.cs", "Statement.cs", "Migration.cs"];
        foreach (var file in Directory.EnumerateFiles(Repository.At("src", "LiaisonHub.Storage"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (!runners.Contains(Path.GetFileName(file)))
                Assert.False(RunsSql().IsMatch(text), $"{file} runs SQL past Statement: make it a static Statement field, so that it is parsed for SQL Server");
            foreach (Match made in MadeStatement().Matches(text))
                Assert.True(made.Value.StartsWith("static readonly Statement", StringComparison.Ordinal), $"{file}: a Statement must be a static readonly field, or the tests cannot find it");
        }
        Assert.True(All.Count > 60, $"Only {All.Count} statements were found");
    }

    static TSqlScript Parse(string sql)
    {
        // 150: SQL Server 2019, the oldest that is supported.
        var script = (TSqlScript)new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        Assert.True(errors.Count == 0, string.Join('\n', errors.Select(e => $"line {e.Line}, column {e.Column}: {e.Message}").Append(sql)));
        return script;
    }

    static IReadOnlyList<(string Name, string Sql)> Scripts(string dialect, string schema)
    {
        var folder = $"Schema.{schema}.{dialect}.";
        return
        [
            .. Storage.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(n =>
            {
                using var reader = new StreamReader(Storage.GetManifestResourceStream(n)!);
                return (n, reader.ReadToEnd());
            }),
        ];
    }

    static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"^CREATE TABLE (?<name>\w+) \((?<body>.*?)^\)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"^\s+(?<name>[a-z_][a-z0-9_]*) ", RegexOptions.Multiline)]
    private static partial Regex ColumnLine();

    [GeneratedRegex(@"GRANT INSERT[A-Z, ]* ON (?<tables>[a-z_, ]+) TO liaisonhub_(hub|console)")]
    private static partial Regex Grants();

    [GeneratedRegex(@"[a-z_]+")]
    private static partial Regex TableName();

    [GeneratedRegex(@"ALTER TABLE (?<table>\w+) ADD COLUMN (?<name>\w+)")]
    private static partial Regex AddColumn();

    [GeneratedRegex(@"\bCommandText\b|\bCommandDefinition\b|\.(Execute|Query)\w*Async\b|using Dapper")]
    private static partial Regex RunsSql();

    [GeneratedRegex(@"(static readonly )?Statement \w+ = new\(|new Statement\(")]
    private static partial Regex MadeStatement();

    sealed class Tables : TSqlFragmentVisitor
    {
        public List<string> Columns { get; } = [];

        public override void Visit(CreateTableStatement node) =>
            Columns.AddRange(node.Definition.ColumnDefinitions.Select(c => $"{node.SchemaObjectName.BaseIdentifier.Value}.{c.ColumnIdentifier.Value}"));

        public override void Visit(AlterTableAddTableElementStatement node) =>
            Columns.AddRange(node.Definition.ColumnDefinitions.Select(c => $"{node.SchemaObjectName.BaseIdentifier.Value}.{c.ColumnIdentifier.Value}"));
    }
}
