using LiaisonHub.Coordinator;
using LiaisonHub.Messaging;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.Services.AddSystemd();
    builder.AddHub(Settings.Read<HubOptions>(builder.Configuration.GetSection(HubOptions.Section)));
    await builder.Build().RunAsync();
});
