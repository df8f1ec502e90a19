using System.Text.RegularExpressions;
using LiaisonHub.Casework;

namespace LiaisonHub.Tests.Operations;

/// <summary>The deployment files know every state of the demonstration region, and each of them once.</summary>
public sealed class DeploymentFileTests
{
    static readonly string Compose = File.ReadAllText(Repository.At("docker-compose.yml"));

    public static TheoryData<string> States => [.. Region.Load(Repository.At("contracts", "region-demo")).States.Keys];

    [Theory, MemberData(nameof(States))]
    public void A_state_has_its_program_its_keys_its_secret_its_files_and_its_own_user_of_the_broker(string state)
    {
        var small = state.ToLowerInvariant();
        var service = Service($"adapter-{small}");

        Assert.True(Directory.Exists(Repository.At("src", "adapters", $"LiaisonHub.Adapters.{state}")), $"There is no program for {state}.");
        Assert.Contains("<<: *adapter", service, StringComparison.Ordinal);
        Assert.Contains($"STATE: {state} }}", service, StringComparison.Ordinal);
        Assert.Contains($"Adapter__Broker__User: {small}", service, StringComparison.Ordinal);
        Assert.Contains($"source: broker-{small},", service, StringComparison.Ordinal);
        Assert.Contains($"\"keys-{small}:/keys/private:ro\"", service, StringComparison.Ordinal);
        Assert.Contains($"\"{small}-data:/data\"", service, StringComparison.Ordinal);
        Assert.Contains($"\n  broker-{small}:\n    file: ${{LIAISONHUB_SECRETS:-./infra/docker/development}}/{small}.password\n", Compose, StringComparison.Ordinal);
        foreach (var volume in Regex.Matches(Regex.Match(service, "(?m)^    volumes: .*").Value, "\"([a-z-]+):/").Select(m => m.Groups[1].Value))
            Assert.Contains($"\n  {volume}:\n", Compose, StringComparison.Ordinal);
        Assert.Contains($" {state}", Regex.Match(Service("keys"), "for owner in HUB([A-Z ]*);").Groups[1].Value, StringComparison.Ordinal);
        Assert.Contains($"- keys-{small}:/keys/{small}\n", Service("keys"), StringComparison.Ordinal);
        Assert.Matches($@"mkdir ([a-z]+ )*{small}\b", File.ReadAllText(Repository.At("infra", "docker", "liaisonhub.Dockerfile")));
    }

    [Fact]
    public void No_two_desks_listen_at_one_port_and_no_adapter_sees_another_ones_keys()
    {
        var services = States.Select(s => Service($"adapter-{s.Data.ToLowerInvariant()}")).ToList();

        Assert.Equal(services.Count, services.Select(s => Regex.Match(s, "127[.]0[.]0[.]1:(\\d+):5090").Groups[1].Value).Distinct().Count());
        Assert.All(services, s => Assert.Single(Regex.Matches(s, "keys-x[a-z]:")));
        Assert.Equal(services.Count, Regex.Count(Compose, @"(?m)^  adapter-[a-z]+:$"));
    }

    [Fact]
    public void One_unit_and_one_image_serve_all_states()
    {
        var (unit, image) = (File.ReadAllText(Repository.At("infra", "systemd", "liaisonhub-adapter@.service")), File.ReadAllText(Repository.At("infra", "docker", "liaisonhub.Dockerfile")));

        Assert.Contains("ExecStart=/opt/liaisonhub/adapter-%i/LiaisonHub.Adapters.%i\n", unit, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^[^#\\n]*X[A-FZ]", unit);
        Assert.Single(Regex.Matches(image, "(?m)^FROM runtime AS adapter"));
        Assert.DoesNotContain("LiaisonHub.Adapters.X", image, StringComparison.Ordinal);
    }

    // The lines of a service.
    static string Service(string name) => Regex.Match(Compose, $@"(?m)^  {name}:\n(?:(?:    .*)?\n)+") is { Success: true } found ? found.Value : throw new InvalidOperationException($"docker-compose.yml has no service '{name}'.");
}
