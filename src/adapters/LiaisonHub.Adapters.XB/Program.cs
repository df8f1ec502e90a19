using LiaisonHub.Adapters.XB;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSystemd();
    builder.AddXbAdapter();
    var app = builder.Build();
    app.MapHealthChecks("/health");
    await app.RunAsync();
});
