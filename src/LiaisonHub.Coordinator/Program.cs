using LiaisonHub.Coordinator;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.Services.AddSystemd();
    builder.AddHub(builder.Configuration.GetSection(HubOptions.Section).Get<HubOptions>() ?? new());
    await builder.Build().RunAsync();
});
