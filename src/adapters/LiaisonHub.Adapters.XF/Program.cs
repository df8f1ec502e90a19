using LiaisonHub.Adapters.Channels;
using LiaisonHub.Adapters.XF;
using LiaisonHub.Desk;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder([.. args.Where(a => a != "--desk")]);
    builder.Services.AddSystemd();
    builder.AddXfAdapter();
    var desk = builder.Configuration.GetSection(DeskOptions.Section);
    var withDesk = desk.Exists() || args.Contains("--desk");
    if (withDesk)
        builder.AddDesk(desk.Get<DeskOptions>() ?? new());
    var app = builder.Build();
    app.MapHealthChecks("/health");
    app.MapLocalMessages();
    if (withDesk)
        app.MapDesk();
    await app.RunAsync();
});
