namespace LiaisonHub.Storage;

static class Migration
{
    public static void Run(Database database, Schema schema, Action<string>? log) => throw new NotSupportedException($"{database.Dialect.Name} {schema} {log is null}");
}
