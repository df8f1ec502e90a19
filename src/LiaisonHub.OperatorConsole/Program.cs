using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole;

return await InvalidConfigurationException.Guard(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Services.AddSystemd();
    builder.AddOperatorConsole(builder.Configuration.GetSection(ConsoleOptions.Section).Get<ConsoleOptions>() ?? new());
    var app = builder.Build();
    app.MapOperatorConsole();
    await app.RunAsync();
});
