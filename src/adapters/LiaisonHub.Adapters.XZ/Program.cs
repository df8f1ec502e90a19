using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.XZ;
using LiaisonHub.Desk;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSystemd();
    builder.AddXzAdapter();
    builder.AddDesk(builder.Configuration.GetSection(DeskOptions.Section).Get<DeskOptions>() ?? new());
    var app = builder.Build();
    app.MapHealthChecks("/health");
    app.MapLocalMessages();
    app.MapDesk();
    await app.RunAsync();
});
