using LiaisonHub.IntegrationTests.Processes;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.OperatorConsole;
using LiaisonHub.OperatorConsole.Alerts;
using LiaisonHub.Storage.Hub;
using LiaisonHub.Tests.OperatorConsole;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>Alerts by e-mail, to a real mail server with a certificate of its own authority.</summary>
public sealed class AlertMailTests(MailServer server)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("StartTls", "fr", "à décider")]
    [InlineData("Implicit", "en", "to decide")]
    public async Task Who_wants_e_mails_gets_one_that_names_what_to_do_and_where(string tls, string language, string words)
    {
        await server.Start(Cancelled);
        var address = $"duty-{Guid.NewGuid():N}@ministry.example";
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var password = Path.Combine(Path.GetDirectoryName(console.DatabaseFile)!, "password");
        await File.WriteAllTextAsync(password, server.Password, Cancelled);
        var alerts = console.Services.GetRequiredService<ConsoleOptions>().Alerts;
        alerts.Receivers.Add(new() { Name = "duty", Mail = address, Language = language, Gather = TimeSpan.Zero });
        alerts.Mail = new()
        {
            Host = "localhost",
            Port = tls == "Implicit" ? server.Smtp.Implicit : server.Smtp.StartTls,
            Tls = tls,
            Authorities = server.Authority,
            From = "liaisonhub@ministry.example",
            User = "console",
            PasswordFile = password,
        };
        Assert.DoesNotContain(console.Services.GetRequiredService<ConsoleOptions>().Problems(), p => p.Contains("Alerts", StringComparison.Ordinal));

        using var sender = ActivatorUtilities.CreateInstance<AlertSender>(console.Services);
        await sender.Round(Cancelled);

        Assert.Null(Assert.Single(await console.Services.GetRequiredService<AlertStore>().Receivers(Cancelled)).LastError);
        await Until.True(() => Task.FromResult(server.SentTo(address).Count == 1), TimeSpan.FromSeconds(30), () => "No mail has come.", Cancelled);
        var sent = server.SentTo(address)[0];
        using var text = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(sent[(sent.IndexOf('\n', StringComparison.Ordinal) + 1)..]));
        using var mail = await MimeMessage.LoadAsync(text, Cancelled);
        Assert.Contains(words, mail.Subject, StringComparison.Ordinal);
        Assert.Contains("/adapters#", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_nothing()
    {
        await server.Start(Cancelled);
        await using var console = await ConsoleUnderTest.Filled(Cancelled);
        var alerts = console.Services.GetRequiredService<ConsoleOptions>().Alerts;
        var address = $"duty-{Guid.NewGuid():N}@ministry.example";
        alerts.Receivers.Add(new() { Name = "duty", Mail = address, Gather = TimeSpan.Zero });
        alerts.Mail = new() { Host = "localhost", Port = server.Smtp.Implicit, Tls = "Implicit", From = "liaisonhub@ministry.example" };

        using var sender = ActivatorUtilities.CreateInstance<AlertSender>(console.Services);
        await sender.Round(Cancelled);

        Assert.Equal("mail-not-taken localhost SslHandshakeException", Assert.Single(await console.Services.GetRequiredService<AlertStore>().Receivers(Cancelled)).LastError);
        Assert.Empty(server.SentTo(address));
    }
}
