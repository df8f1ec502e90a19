using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSystemd();
    builder.AddOperatorConsole(Settings.Read<ConsoleOptions>(builder.Configuration.GetSection(ConsoleOptions.Section)));
    var app = builder.Build();
    app.MapOperatorConsole();
    await app.RunAsync();
});
