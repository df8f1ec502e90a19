using LiaisonHub.Adapters.XA;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSystemd();
    builder.AddXaAdapter();
    var app = builder.Build();
    app.MapHealthChecks("/health");
    await app.RunAsync();
});
