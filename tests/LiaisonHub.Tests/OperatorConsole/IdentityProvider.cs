using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LiaisonHub.Tests.OperatorConsole;

/// <summary>An identity provider (OpenID Connect) on a free port of this machine that vouches for whoever it is told to.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    public const string Secret = "a secret between provider and console";

    readonly WebApplication app;

    IdentityProvider(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>The person it vouches for next.</summary>
    public string Subject { get; set; } = "7001";

    /// <summary>What it says the person is called.</summary>
    public string Name { get; set; } = "C. Dune, duty operator";

    /// <summary>What it says the person is.</summary>
    public IReadOnlyList<string> Roles { get; set; } = [];

    public static async Task<IdentityProvider> Start(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            // Without a database: it knows one client, and checks it itself.
            server.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").AddEphemeralEncryptionKey().AddEphemeralSigningKey().RegisterScopes("profile").DisableAccessTokenEncryption();
            server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(e => e.UseInlineHandler(context =>
            {
                if (context.ClientId != "console" || context.RedirectUri?.EndsWith("/sign-in/provider", StringComparison.Ordinal) != true)
                    context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(e => e.UseInlineHandler(context =>
            {
                if (context.ClientId != "console" || context.ClientSecret != Secret)
                    context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
        });
        var app = builder.Build();
        var provider = new IdentityProvider(app);
        app.MapGet("/authorize", (HttpContext http) =>
        {
            var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
            identity.AddClaim(OpenIddictConstants.Claims.Subject, provider.Subject);
            identity.AddClaim(OpenIddictConstants.Claims.Name, provider.Name);
            foreach (var role in provider.Roles)
                identity.AddClaim("roles", role);
            identity.SetScopes(http.GetOpenIddictServerRequest()!.GetScopes());
            identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken]);
            return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        });
        await app.StartAsync(cancellationToken);
        return provider;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
