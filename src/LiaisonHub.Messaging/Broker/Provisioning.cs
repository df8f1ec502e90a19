using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Messaging.Core;
using LiaisonHub.Messaging.Links;

namespace LiaisonHub.Messaging.Broker;

/// <summary>What a broker must hold for a region: a virtual host and a user per state, one of each for the hub.</summary>
public sealed record BrokerPlan
{
    /// <summary>The region's states: ISO 3166-1 alpha-2, upper case.</summary>
    public required IReadOnlyList<string> States { get; init; }

    /// <inheritdoc cref="BrokerOptions.Prefix"/>
    public string Prefix { get; init; } = "";

    /// <summary>Passwords that are already decided, by user. The others are made when the user is.</summary>
    public IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>();

    /// <summary>Users that get a new password although they have one.</summary>
    public IReadOnlyCollection<string> Renew { get; init; } = [];

    /// <summary>True: users log in with client certificates whose common name is the user (EXTERNAL); nobody has a password.</summary>
    public bool CertificateLogins { get; init; }

    /// <summary>How many bytes may wait in one queue before the broker takes no more, 1 MiB or more. Default: 1 GiB.</summary>
    public long LargestQueue { get; init; } = 1L << 30;

    /// <summary>The hub's user.</summary>
    public string HubUser => Prefix + "hub";

    /// <summary>The user of a state, and at the same time the name of its virtual host.</summary>
    public string Of(string state) => Prefix + LinkQueues.VirtualHost(state);

    internal void Check()
    {
        var problems = new List<string>();
        if (States.Count == 0)
            problems.Add("No state is named; give the region's folder or a list of states.");
        foreach (var state in States.Where(s => !Regex.IsMatch(s, "^[A-Z]{2}$", RegexOptions.CultureInvariant)))
            problems.Add($"State '{state}' is not two capital letters (ISO 3166-1 alpha-2).");
        foreach (var twice in States.GroupBy(s => s).Where(g => g.Count() > 1))
            problems.Add($"State '{twice.Key}' is named {twice.Count()} times; name it once.");
        if (!Regex.IsMatch(Prefix, "^[a-z0-9-]{0,20}$", RegexOptions.CultureInvariant))
            problems.Add($"Prefix '{Prefix}' may hold at most 20 of a to z, 0 to 9 and '-'.");
        if (LargestQueue < 1 << 20)
            problems.Add($"LargestQueue is {LargestQueue} bytes; a queue must hold at least one largest message: 1048576.");
        var users = States.Select(Of).Append(HubUser).ToHashSet();
        foreach (var stranger in Passwords.Keys.Concat(Renew).Where(u => !users.Contains(u)).Distinct())
            problems.Add($"There is no user '{stranger}'; the users are {string.Join(", ", users)}.");
        InvalidConfigurationException.ThrowIfAny(problems);
    }
}

/// <summary>Where the broker's management API is and who may change it. Not the hub's own user: that one has no such right.</summary>
public sealed record BrokerAdministration
{
    /// <summary>For example <c>http://localhost:15672</c>, with TLS <c>https://broker.example:15671</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>A user with the tag <c>administrator</c>.</summary>
    public required string User { get; init; }

    /// <summary>Its password.</summary>
    public required string Password { get; init; }

    /// <inheritdoc cref="BrokerOptions.CertificateAuthorityFile"/>
    public string? CertificateAuthorityFile { get; init; }
}

/// <summary>What became of one thing on the broker.</summary>
public enum ProvisioningOutcome
{
    /// <summary>It was as wanted.</summary>
    Left,

    /// <summary>It was not there.</summary>
    Made,

    /// <summary>It was otherwise.</summary>
    Changed,

    /// <summary>It should not be there.</summary>
    Removed,
}

/// <summary>One thing on the broker.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Thing">In words, for the administrator; never a password.</param>
public sealed record ProvisioningStep(ProvisioningOutcome Outcome, string Thing);

/// <summary>What provisioning did and found.</summary>
public sealed record ProvisioningReport
{
    /// <summary>Everything looked at, in order.</summary>
    public required IReadOnlyList<ProvisioningStep> Steps { get; init; }

    /// <summary>What is still not as it should be, each with its remedy. Empty: the broker is ready.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The passwords known after this run, by user: those given and those made now.</summary>
    public required IReadOnlyDictionary<string, string> Passwords { get; init; }

    /// <summary>False: the broker was as wanted already.</summary>
    public bool Changed => Steps.Any(s => s.Outcome != ProvisioningOutcome.Left);
}

/// <summary>The broker's management API cannot be used; says why and what to do.</summary>
public sealed class BrokerAdministrationException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The passwords of the broker's users as files <c>USER.password</c>, one line each, readable by their owner alone; each program is given only its own.</summary>
public static class BrokerPasswords
{
    /// <summary>Reads those that are there.</summary>
    public static IReadOnlyDictionary<string, string> Load(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.password").ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => File.ReadLines(f).FirstOrDefault()?.Trim() ?? "")
            : new Dictionary<string, string>();

    /// <summary>Writes those that are new or other; leaves the rest, so that a read-only folder that holds all of them will do.</summary>
    public static void Save(string folder, IReadOnlyDictionary<string, string> passwords)
    {
        var there = Load(folder);
        foreach (var (user, password) in passwords.Where(p => there.GetValueOrDefault(p.Key) != p.Value))
        {
            OwnFolder(folder);
            var file = Path.Combine(folder, $"{user}.password");
            var half = $"{file}.new";
            File.Delete(half);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(half, options))
                writer.Write(password + "\n");
            File.Move(half, file, overwrite: true);
        }
    }

    /// <summary>A new password: 256 random bits.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static void OwnFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

/// <summary>
/// Makes a broker ready for a region through its management API, RabbitMQ 3.10 or later: safe to run again at any time, changes nothing that is as wanted, and ends by reading everything back.
/// </summary>
/// <remarks>
/// A state's user may publish to the exchange <c>to-hub</c> of its own virtual host and consume the <c>from-hub</c> queues, and nothing else: it declares, binds and deletes nothing, and
/// cannot publish to a queue by name, because it has no right to the default exchange. Everything about the queues that may change later is a policy, not an argument.
/// </remarks>
public sealed class BrokerProvisioning : IDisposable
{
    // Counts every lost connection of a consumer, so a small number would set innocent messages aside during an outage; -1 would discard at once on 3.10. Never reached in practice.
    const int DeliveryLimit = 1_000_000;
    const int OurPriority = 10;
    const string Dead = LinkQueues.Dead, Lanes = "lanes", Answers = "answers";

    static readonly (string Configure, string Write, string Read) OfState = ("^$", @"^to-hub$", @"^from-hub(\.urgent|\.answers)?$");
    static readonly (string Configure, string Write, string Read) OfHub = (".*", ".*", ".*");

    readonly HttpClient http;
    readonly BrokerAdministration administration;
    readonly List<ProvisioningStep> steps = [];
    readonly List<string> problems = [];
    readonly HashSet<string> borrowed = [];

    /// <summary>Nothing is sent before <see cref="Provision"/> or <see cref="Check"/>.</summary>
    public BrokerProvisioning(BrokerAdministration administration)
    {
        this.administration = administration;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (administration.CertificateAuthorityFile != null)
        {
            var authority = X509CertificateLoader.LoadCertificateFromFile(administration.CertificateAuthorityFile);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => BrokerOptions.Trusted(certificate, errors, authority);
        }
        http = new HttpClient(handler) { BaseAddress = new Uri(administration.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/"), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{administration.User}:{administration.Password}")));
    }

    /// <summary>Makes what is missing, changes what is otherwise, and says what is still wrong.</summary>
    /// <exception cref="InvalidConfigurationException">The plan makes no sense.</exception>
    /// <exception cref="BrokerAdministrationException">The management API does not answer, refuses this user, or is no management API.</exception>
    public async Task<ProvisioningReport> Provision(BrokerPlan plan, CancellationToken cancellationToken)
    {
        plan.Check();
        steps.Clear();
        problems.Clear();
        await Login(cancellationToken);
        var passwords = new Dictionary<string, string>(plan.Passwords);
        var core = plan.Prefix + CoreBus.VirtualHost;
        await VirtualHost(core, "Core of the liaison hub: no state has any right here", connections: 64, queues: 64, cancellationToken);
        foreach (var state in plan.States)
            await VirtualHost(plan.Of(state), $"Link between state {state} and the liaison hub", connections: 16, queues: 6, cancellationToken);
        await User(plan, plan.HubUser, passwords, cancellationToken);
        foreach (var state in plan.States)
        {
            await User(plan, plan.Of(state), passwords, cancellationToken);
            await UserLimits(plan.Of(state), cancellationToken);
        }

        await Topology(core, [], exchange: false, plan, cancellationToken);
        await Permissions(core, [(plan.HubUser, OfHub)], cancellationToken);
        foreach (var state in plan.States)
        {
            var host = plan.Of(state);
            await Topology(host, [.. Enum.GetValues<Lane>().SelectMany(l => (string[])[LinkQueues.ToHub(l), LinkQueues.FromHub(l)])], exchange: true, plan, cancellationToken);
            await Permissions(host, [(plan.HubUser, OfHub), (host, OfState)], cancellationToken);
            await NoOtherVirtualHost(host, cancellationToken);
        }
        problems.AddRange(await Check(plan, cancellationToken));
        return new ProvisioningReport { Steps = [.. steps], Problems = [.. problems.Distinct()], Passwords = passwords };
    }

    /// <summary>Reads everything back and changes nothing. Returns what is not as wanted, each with its remedy.</summary>
    public async Task<IReadOnlyList<string>> Check(BrokerPlan plan, CancellationToken cancellationToken)
    {
        plan.Check();
        await Login(cancellationToken);
        var found = new List<string>();
        foreach (var host in plan.States.Select(plan.Of).Prepend(plan.Prefix + CoreBus.VirtualHost))
        {
            var ofState = host != plan.Prefix + CoreBus.VirtualHost;
            if (await Get($"vhosts/{host}", cancellationToken) == null)
            {
                found.Add($"Virtual host '{host}' is missing. {Again}");
                continue;
            }
            string[] queues = ofState ? [.. Enum.GetValues<Lane>().SelectMany(l => (string[])[LinkQueues.ToHub(l), LinkQueues.FromHub(l)]), LinkQueues.Answers, Dead] : [Dead];
            var policies = (await Get($"policies/{host}", cancellationToken))!.AsArray();
            foreach (var missing in (ofState ? (string[])[Lanes, Answers, Dead] : [Lanes, Dead]).Where(p => policies.All(f => Text(f, "name") != p)))
                found.Add($"Policy '{missing}' of virtual host '{host}' is missing. {Again}");
            foreach (var name in queues)
                found.AddRange(QueueProblems(host, name, await Get($"queues/{host}/{name}", cancellationToken), policies));
            if (ofState && await Get($"exchanges/{host}/{LinkQueues.ToHubExchange}", cancellationToken) is not { } exchange)
                found.Add($"Exchange '{LinkQueues.ToHubExchange}' of virtual host '{host}' is missing. {Again}");
            foreach (var permission in (await Get($"vhosts/{host}/permissions", cancellationToken))!.AsArray())
                if (Text(permission, "user") is { } user && user != plan.HubUser && (!ofState || user != host))
                    found.Add($"User '{user}' has rights on virtual host '{host}', which belongs to {(ofState ? $"'{host}' and '{plan.HubUser}'" : $"'{plan.HubUser}'")} alone. "
                        + $"Remove them: rabbitmqctl clear_permissions -p {host} {user}");
        }
        foreach (var (user, isState) in plan.States.Select(s => (plan.Of(s), true)).Append((plan.HubUser, false)))
        {
            if (await Get($"users/{user}", cancellationToken) == null)
                found.Add($"User '{user}' is missing. {Again}");
            else if (isState && (await Get($"users/{user}/permissions", cancellationToken))!.AsArray() is var all
                && !(all.Count == 1 && Text(all[0], "vhost") == user && Rights(all[0]) == OfState))
                found.Add($"User '{user}' must have exactly its rights on virtual host '{user}': configure '{OfState.Configure}', write '{OfState.Write}', read '{OfState.Read}'. {Again}");
        }
        if (await Get("users/guest", cancellationToken) != null && administration.User != "guest")
            found.Add("User 'guest' exists, whose password everybody knows. Remove it: rabbitmqctl delete_user guest");
        using var alarms = await Send(HttpMethod.Get, "health/checks/alarms", null, cancellationToken);
        if (alarms.StatusCode == HttpStatusCode.ServiceUnavailable)
            found.Add("The broker has a memory or disk alarm and takes no messages. 'rabbitmq-diagnostics alarms' names it; free disk space or memory.");
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    const string Again = "Run 'liaisonhub broker provision' again.";

    async Task Login(CancellationToken cancellationToken)
    {
        var who = await Get("whoami", cancellationToken) ?? throw NoApi();
        // A list since 3.9, a comma-separated text before.
        var tags = who["tags"] is JsonArray list ? list.Select(t => t?.GetValue<string>()) : (Text(who, "tags") ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (!tags.Contains("administrator"))
            throw new BrokerAdministrationException(
                $"User '{administration.User}' may not change the broker at {administration.Address}: it lacks the tag 'administrator'. "
                + $"Give it the tag (rabbitmqctl set_user_tags {administration.User} administrator) or name another user.");
        var version = Text(await Get("overview", cancellationToken), "rabbitmq_version") ?? "0";
        if (!Version.TryParse(version.Split('-', '+')[0], out var parsed) || parsed < new Version(3, 10))
            throw new BrokerAdministrationException($"The broker at {administration.Address} is RabbitMQ {version}; 3.10 or later is needed (quorum queues that dead-letter at least once).");
    }

    async Task VirtualHost(string host, string description, int connections, int queues, CancellationToken cancellationToken)
    {
        var there = await Get($"vhosts/{host}", cancellationToken) != null;
        if (!there && borrowed.Add(host)) // A virtual host belongs at first to whoever made it.
            await Put($"vhosts/{host}", new() { ["description"] = description, ["tags"] = "liaisonhub" }, cancellationToken);
        Say(there, there, $"virtual host {host}");
        var limits = (await Get($"vhost-limits/{host}", cancellationToken))?.AsArray().FirstOrDefault()?["value"];
        await Limit($"vhost-limits/{host}", $"virtual host {host}", limits, "max-connections", connections, cancellationToken);
        await Limit($"vhost-limits/{host}", $"virtual host {host}", limits, "max-queues", queues, cancellationToken);
    }

    async Task UserLimits(string user, CancellationToken cancellationToken)
    {
        var limits = (await Get($"user-limits/{user}", cancellationToken))?.AsArray().FirstOrDefault()?["value"];
        await Limit($"user-limits/{user}", $"user {user}", limits, "max-connections", 8, cancellationToken);
        await Limit($"user-limits/{user}", $"user {user}", limits, "max-channels", 64, cancellationToken);
    }

    async Task Limit(string path, string whose, JsonNode? limits, string name, int value, CancellationToken cancellationToken)
    {
        var found = (limits as JsonObject)?[name]?.GetValue<int>(); // Without limits some versions answer an empty list.
        if (found != value)
            await Put($"{path}/{name}", new() { ["value"] = value }, cancellationToken);
        Say(found != null, found == value, $"limit {name} {value} of {whose}");
    }

    async Task User(BrokerPlan plan, string user, Dictionary<string, string> passwords, CancellationToken cancellationToken)
    {
        var found = await Get($"users/{user}", cancellationToken);
        if (plan.CertificateLogins)
        {
            passwords.Remove(user);
            var asWanted = found != null && Untagged(found) && string.IsNullOrEmpty(Text(found, "password_hash"));
            if (!asWanted)
                await Put($"users/{user}", new() { ["password_hash"] = "", ["tags"] = "" }, cancellationToken);
            Say(found != null, asWanted, $"user {user}, who logs in with a certificate");
            return;
        }
        if (found == null || plan.Renew.Contains(user))
            passwords[user] = plan.Passwords.TryGetValue(user, out var decided) && !plan.Renew.Contains(user) ? decided : BrokerPasswords.New();
        if (passwords.TryGetValue(user, out var password))
        {
            var asWanted = found != null && Untagged(found) && Holds(found, password);
            if (!asWanted)
                await Put($"users/{user}", new() { ["password"] = password, ["tags"] = "" }, cancellationToken);
            Say(found != null, asWanted, $"user {user}");
            return;
        }
        // Its password is somebody's, only not known here.
        if (!Untagged(found!))
            await Put($"users/{user}", new() { ["password_hash"] = Text(found, "password_hash"), ["hashing_algorithm"] = Text(found, "hashing_algorithm"), ["tags"] = "" }, cancellationToken);
        Say(true, Untagged(found!), $"user {user}, whose password is not known here");
    }

    static bool Untagged(JsonNode user) => user["tags"] is JsonArray list ? list.Count == 0 : string.IsNullOrEmpty(Text(user, "tags"));

    // The API tells no password, but its salted hash, so that a second run can see that nothing has changed.
    static bool Holds(JsonNode user, string password)
    {
        var salted = new byte[64 + 4];
        if (!Convert.TryFromBase64String(Text(user, "password_hash") ?? "", salted, out var length) || length < 5)
            return false;
        byte[] input = [.. salted.AsSpan(0, 4), .. Encoding.UTF8.GetBytes(password)];
        var hash = Text(user, "hashing_algorithm") switch
        {
            "rabbit_password_hashing_sha256" => SHA256.HashData(input),
            "rabbit_password_hashing_sha512" => SHA512.HashData(input),
            _ => [],
        };
        return CryptographicOperations.FixedTimeEquals(hash, salted.AsSpan(4, length - 4));
    }

    async Task Topology(string host, IReadOnlyList<string> lanes, bool exchange, BrokerPlan plan, CancellationToken cancellationToken)
    {
        await Policy(host, Lanes, exchange ? @"^(to|from)-hub(\.urgent)?$" : $"^(?!{Dead}$)", new JsonObject
        {
            ["delivery-limit"] = DeliveryLimit,
            ["dead-letter-exchange"] = "",
            ["dead-letter-routing-key"] = Dead,
            ["dead-letter-strategy"] = "at-least-once",
            ["overflow"] = "reject-publish",
            ["max-length-bytes"] = plan.LargestQueue,
        }, cancellationToken);
        await Policy(host, Dead, $"^{Dead}$", new JsonObject { ["delivery-limit"] = DeliveryLimit, ["overflow"] = "reject-publish", ["max-length-bytes"] = plan.LargestQueue }, cancellationToken);
        await Queue(host, Dead, new JsonObject { ["x-queue-type"] = "quorum" }, cancellationToken);
        foreach (var name in lanes)
        {
            var arguments = new JsonObject { ["x-queue-type"] = "quorum" };
            if (ToHub(name))
                arguments["x-single-active-consumer"] = true; // The hub reads a state's acts in their order, also when two hubs stand ready.
            await Queue(host, name, arguments, cancellationToken);
        }
        if (!exchange)
            return;
        // An answer is worth something to whoever waits for it: the oldest make room, and none outlives a minute.
        await Policy(host, Answers, $"^{Regex.Escape(LinkQueues.Answers)}$", new JsonObject { ["message-ttl"] = 60_000, ["max-length"] = 100, ["overflow"] = "drop-head" }, cancellationToken);
        await Queue(host, LinkQueues.Answers, new JsonObject { ["x-queue-type"] = "classic" }, cancellationToken);
        var there = await Get($"exchanges/{host}/{LinkQueues.ToHubExchange}", cancellationToken);
        if (there == null)
            await Declare(host, HttpMethod.Put, $"exchanges/{host}/{LinkQueues.ToHubExchange}", new() { ["type"] = "direct", ["durable"] = true }, cancellationToken);
        else if (Text(there, "type") != "direct")
            problems.Add($"Exchange '{LinkQueues.ToHubExchange}' of virtual host '{host}' is of type {Text(there, "type")} and cannot be changed to direct. "
                + $"Delete it while no state is sending, then run 'liaisonhub broker provision' again.");
        Say(there != null, there != null, $"exchange {LinkQueues.ToHubExchange} of {host}");
        foreach (var name in lanes.Where(ToHub))
        {
            var path = $"bindings/{host}/e/{LinkQueues.ToHubExchange}/q/{name}";
            var bound = (await Get(path, cancellationToken))?.AsArray().Any(b => Text(b, "routing_key") == name) == true;
            if (!bound)
                await Declare(host, HttpMethod.Post, path, new() { ["routing_key"] = name }, cancellationToken);
            Say(bound, bound, $"binding of {name} of {host}");
        }
    }

    static bool ToHub(string queue) => Enum.GetValues<Lane>().Any(l => LinkQueues.ToHub(l) == queue);

    async Task Policy(string host, string name, string pattern, JsonObject definition, CancellationToken cancellationToken)
    {
        var found = await Get($"policies/{host}/{name}", cancellationToken);
        var wanted = new JsonObject { ["pattern"] = pattern, ["apply-to"] = "queues", ["priority"] = OurPriority, ["definition"] = definition };
        var asWanted = found != null && wanted.All(w => JsonNode.DeepEquals(found[w.Key], w.Value));
        if (!asWanted)
            await Put($"policies/{host}/{name}", wanted, cancellationToken);
        Say(found != null, asWanted, $"policy {name} of {host}");
    }

    async Task Queue(string host, string name, JsonObject arguments, CancellationToken cancellationToken)
    {
        var found = await Get($"queues/{host}/{name}", cancellationToken);
        if (found == null)
            await Declare(host, HttpMethod.Put, $"queues/{host}/{name}", new() { ["durable"] = true, ["arguments"] = arguments }, cancellationToken);
        Say(found != null, found != null, $"queue {name} of {host}");
    }

    static IEnumerable<string> QueueProblems(string host, string name, JsonNode? queue, JsonArray policies)
    {
        if (queue == null)
        {
            yield return $"Queue '{name}' of virtual host '{host}' is missing. {Again}";
            yield break;
        }
        var type = Text(queue["arguments"], "x-queue-type") ?? Text(queue, "type") ?? "classic";
        var single = queue["arguments"]?["x-single-active-consumer"]?.GetValue<bool>() == true;
        var wanted = name == LinkQueues.Answers ? "classic" : "quorum";
        if (type != wanted || (ToHub(name) && !single))
            yield return $"Queue '{name}' of virtual host '{host}' is {(type != wanted ? $"a {type} queue" : "without single active consumer")}, which cannot be changed. "
                + $"Stop the hub's and the state's programs when the queue is empty, delete it (rabbitmqctl delete_queue -p {host} {name}), and run 'liaisonhub broker provision' again.";
        foreach (var policy in policies.Where(p => Priority(p) >= OurPriority && Text(p, "name") is not (Lanes or Dead or Answers) && Text(p, "apply-to") != "exchanges" && Applies(p, name)))
            yield return $"Policy '{Text(policy, "name")}' of virtual host '{host}' takes the place of ours on queue '{name}', since a queue follows one policy only. "
                + $"Remove it (rabbitmqctl clear_policy -p {host} {Text(policy, "name")}), or give it a priority below {OurPriority}.";
    }

    static int Priority(JsonNode? policy) => policy?["priority"]?.GetValue<int>() ?? 0;

    static bool Applies(JsonNode? policy, string queue)
    {
        try
        {
            return Regex.IsMatch(queue, Text(policy, "pattern") ?? "", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false; // A pattern of the broker's dialect that ours does not read.
        }
    }

    async Task Permissions(string host, IReadOnlyList<(string User, (string Configure, string Write, string Read) Rights)> wanted, CancellationToken cancellationToken)
    {
        foreach (var (user, rights) in wanted)
        {
            var found = await Get($"permissions/{host}/{user}", cancellationToken);
            var asWanted = found != null && Rights(found) == rights;
            if (!asWanted)
                await Put($"permissions/{host}/{user}", new() { ["configure"] = rights.Configure, ["write"] = rights.Write, ["read"] = rights.Read }, cancellationToken);
            Say(found != null, asWanted, $"rights of user {user} on {host}");
        }
        // Ours, for declaring, also what an interrupted run left. Strangers' rights are reported by the check, not taken away: somebody gave them.
        var own = $"permissions/{host}/{Escaped(administration.User)}";
        if (wanted.Any(w => w.User == administration.User) || await Get(own, cancellationToken) == null)
            return;
        await Delete(own, cancellationToken);
        if (!borrowed.Remove(host))
            steps.Add(new(ProvisioningOutcome.Removed, $"rights of user {administration.User} on {host}"));
    }

    async Task NoOtherVirtualHost(string user, CancellationToken cancellationToken)
    {
        foreach (var permission in (await Get($"users/{user}/permissions", cancellationToken))!.AsArray())
            if (Text(permission, "vhost") is { } host && host != user)
            {
                await Delete($"permissions/{Escaped(host)}/{user}", cancellationToken);
                steps.Add(new(ProvisioningOutcome.Removed, $"rights of user {user} on {host}"));
            }
    }

    // Queues are declared in the name of the administrator, who therefore needs rights on the virtual host for as long as that takes.
    async Task Declare(string host, HttpMethod method, string path, JsonObject body, CancellationToken cancellationToken)
    {
        if (await Get($"permissions/{host}/{Escaped(administration.User)}", cancellationToken) == null && borrowed.Add(host))
            await Put($"permissions/{host}/{Escaped(administration.User)}", new() { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" }, cancellationToken);
        using var answer = await Send(method, path, body, cancellationToken);
        await Accepted(answer, path, cancellationToken);
    }

    void Say(bool there, bool asWanted, string thing) =>
        steps.Add(new(!there ? ProvisioningOutcome.Made : asWanted ? ProvisioningOutcome.Left : ProvisioningOutcome.Changed, thing));

    static (string Configure, string Write, string Read) Rights(JsonNode? permission) => (Text(permission, "configure") ?? "", Text(permission, "write") ?? "", Text(permission, "read") ?? "");

    static string? Text(JsonNode? node, string name) => node is JsonObject o && o[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    static string Escaped(string name) => Uri.EscapeDataString(name);

    async Task<JsonNode?> Get(string path, CancellationToken cancellationToken)
    {
        using var answer = await Send(HttpMethod.Get, path, null, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Accepted(answer, path, cancellationToken);
        try
        {
            return await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        }
        catch (JsonException)
        {
            throw NoApi();
        }
    }

    async Task Put(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await Send(HttpMethod.Put, path, body, cancellationToken);
        await Accepted(answer, path, cancellationToken);
    }

    async Task Delete(string path, CancellationToken cancellationToken)
    {
        using var answer = await Send(HttpMethod.Delete, path, null, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.NotFound)
            await Accepted(answer, path, cancellationToken);
    }

    async Task<HttpResponseMessage> Send(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body != null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new BrokerAdministrationException(
                $"The management API at {administration.Address} shows a certificate that is not trusted. Name the authority that signed it, or check that the address is the certificate's.", e);
        }
        catch (Exception e) when (e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new BrokerAdministrationException(
                $"No management API answers at {administration.Address} ({e.GetBaseException().Message}). Is RabbitMQ running there, is its management plugin on "
                + "(rabbitmq-plugins enable rabbitmq_management), and is this the plugin's port (15672, with TLS 15671)?", e);
        }
        catch (HttpRequestException e)
        {
            throw NoApi(e); // It answered, but not in HTTP.
        }
    }

    async Task Accepted(HttpResponseMessage answer, string path, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            throw new BrokerAdministrationException(
                $"The broker at {administration.Address} does not let user '{administration.User}' in. Check name and password; 'guest' may only log in on the broker's own machine; "
                + "and the user needs the tag 'administrator'.");
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        var reason = said.Length > 400 ? said[..400] : said;
        var flag = reason.Contains("feature flag", StringComparison.OrdinalIgnoreCase) ? " Enable what the node can do: rabbitmqctl enable_feature_flag all." : "";
        throw new BrokerAdministrationException(
            string.Create(CultureInfo.InvariantCulture, $"The broker at {administration.Address} answered {(int)answer.StatusCode} to '{path}': {reason}.{flag}"));
    }

    BrokerAdministrationException NoApi(Exception? cause = null) => new(
        $"What answers at {administration.Address} is not RabbitMQ's management API. Turn the plugin on (rabbitmq-plugins enable rabbitmq_management) and give its port (15672, with TLS 15671), not the AMQP port.",
        cause);
}
