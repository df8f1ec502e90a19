using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LiaisonHub.Storage.Hub;

/// <summary>The hub's database and its stores, for the worker and for the console.</summary>
public static class HubStorage
{
    /// <summary>Adds them; what the program has registered already is used. A <see cref="TimeProvider"/> must be there.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="address">The database: <c>sqlite:FILE</c>, <c>postgres:CONNECTION STRING</c> or <c>sqlserver:CONNECTION STRING</c>.</param>
    /// <param name="forBoards">For the console.</param>
    public static IServiceCollection AddHubStorage(this IServiceCollection services, string address, bool forBoards = false)
    {
        services.TryAddSingleton(provider => Database.Open(address, provider.GetRequiredService<TimeProvider>(), forBoards));
        services.TryAddSingleton<Journal>();
        services.TryAddSingleton<RequestStore>();
        services.TryAddSingleton<Outbox>();
        services.TryAddSingleton<Deadlines>();
        services.TryAddSingleton<HubProcesses>();
        services.TryAddSingleton<Ledger>();
        services.TryAddSingleton<Quarantine>();
        services.TryAddSingleton<Leases>();
        services.TryAddSingleton<RepairPlans>();
        services.TryAddSingleton<AdapterRegister>();
        services.TryAddSingleton<Hearing>();
        services.TryAddSingleton<HubEndings>();
        services.TryAddSingleton<Verifications>();
        services.TryAddSingleton<LinkTests>();
        services.TryAddSingleton<DeadLetterLooks>();
        services.TryAddSingleton<KeysSeen>();
        services.TryAddSingleton<ConformanceRegister>();
        services.TryAddSingleton<HubReads>();
        services.TryAddSingleton<HubFigures>();
        services.TryAddSingleton<StuckReads>();
        services.TryAddSingleton<LimitReads>();
        services.TryAddSingleton<AccountStore>();
        services.TryAddSingleton<RefusedTries>();
        services.TryAddSingleton<ApiAnswers>();
        services.TryAddSingleton<CalendarFeeds>();
        services.TryAddSingleton<SavedFilters>();
        services.TryAddSingleton<HubBeliefs>();
        services.TryAddSingleton<AlertStore>();
        return services;
    }
}
