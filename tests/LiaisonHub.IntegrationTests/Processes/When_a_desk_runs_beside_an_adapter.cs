using System.Net;
using LiaisonHub.IntegrationTests.Servers;
using LiaisonHub.Tests;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>A country's program serves the desk of its liaison office where settings of the desk are there, and only health where they are not.</summary>
[Long(35)]
public sealed class When_a_desk_runs_beside_an_adapter(RabbitServer rabbit, PostgresServer postgres)
{
    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("XA", "Ardania")]
    [InlineData("XB", "Belmora")]
    public async Task The_first_page_asks_who_sits_there(string state, string name)
    {
        var address = new Uri($"http://127.0.0.1:{ServerProcess.FreePorts(1)[0]}");
        var desk = new Dictionary<string, string> { ["Desk__Urls"] = address.ToString(), ["Adapter__Region"] = Repository.At("contracts", "region-demo") };
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled, everywhere: desk);
        var program = state == "XA" ? deployment.XA : deployment.XB;
        program.Start();

        using var http = new HttpClient { BaseAddress = address };
        await Answers(http, program);
        var first = await http.GetAsync(new Uri("/", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.StartsWith("/desk", first.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        var page = await first.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains(name, page, StringComparison.Ordinal);
        Assert.Contains("<form", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XA")]
    [InlineData("XB")]
    public async Task Without_its_settings_no_desk_is_there(string state)
    {
        var address = new Uri($"http://127.0.0.1:{ServerProcess.FreePorts(1)[0]}");
        await using var deployment = await Deployment.Prepare(rabbit, postgres, Cancelled, everywhere: new Dictionary<string, string> { ["ASPNETCORE_URLS"] = address.ToString() });
        var program = state == "XA" ? deployment.XA : deployment.XB;
        program.Start();

        using var http = new HttpClient { BaseAddress = address };
        await Answers(http, program);

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/desk", UriKind.Relative), Cancelled)).StatusCode);
    }

    static Task Answers(HttpClient http, ProgramProcess program) => Until.True(
        async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled)).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(60),
        () => program.Said,
        Cancelled);
}
