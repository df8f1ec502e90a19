using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Coordinator;
using LiaisonHub.Desk;
using LiaisonHub.Messaging;
using LiaisonHub.OperatorConsole;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.Cli;

/// <summary>Settings of a program as it would read them here: what each is, where its value comes from, and what is wrong.</summary>
static partial class ConfigCommand
{
    /// <summary>One setting.</summary>
    /// <param name="Key">Its name in a file, with colons.</param>
    /// <param name="Environment">Its name in the environment.</param>
    /// <param name="Type">What it holds.</param>
    /// <param name="Default">What counts where nothing is said.</param>
    /// <param name="Value">What counts here; secrets are masked.</param>
    /// <param name="Source">Where that comes from.</param>
    /// <param name="Meaning">What it is, with its range.</param>
    sealed record Setting(string Key, string Environment, string Type, string Default, string Value, string Source, string Meaning);

    static readonly string[] Programs = ["hub", "console", "adapter", "desk"];

    public static Command Make()
    {
        var program = new Argument<string>("program") { Description = "hub, console, adapter or desk." };
        program.AcceptOnlyFromAmong(Programs);
        var folder = new Option<DirectoryInfo>("--folder") { Description = "Where the program is started: its appsettings.json lies there. Default: here.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var state = new Option<string?>("--state") { Description = "For an adapter: the state, for example XA; its profile.json counts too, for a state that is not built in the one in the folder." };
        var validate = new Command("validate",
            "Reads the settings as the program would and says everything that is wrong, all at once, with the remedy; also names that are no setting. Exit code 2: something is.\n\n"
            + "Example: Hub__Database=sqlite:/tmp/hub.db liaisonhub config validate hub")
        {
            program, folder, state, ProcedureCommand.Json,
        };
        validate.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Validate(
            Read(parsed.GetRequiredValue(program), parsed.GetRequiredValue(folder), parsed.GetValue(state)), parsed.GetValue(ProcedureCommand.Json)))));
        var explain = new Command("explain",
            "Lists every setting with its type, range, default, the value that counts here and where it comes from. Secrets are masked.\n\nExample: liaisonhub config explain adapter --state XA")
        {
            program, folder, state, ProcedureCommand.Json,
        };
        explain.SetAction((parsed, _) => Terminal.Run(() => Task.FromResult(Explain(
            Read(parsed.GetRequiredValue(program), parsed.GetRequiredValue(folder), parsed.GetValue(state)), parsed.GetValue(ProcedureCommand.Json)))));
        return new Command("config", "Settings of the programs: what they are and what is wrong with them.") { validate, explain };
    }

    static int Validate(Reading reading, bool json)
    {
        var problems = reading.Problems.Concat(Misspelt(reading)).Concat(MisspeltSections(reading)).ToList();
        if (json)
            Terminal.Json(new { problems });
        else if (problems.Count == 0)
            Terminal.Good($"{reading.Section}: nothing is wrong.");
        else
            foreach (var problem in problems)
                Console.Out.WriteLine(problem);
        return problems.Count == 0 ? ExitCode.Done : ExitCode.Usage;
    }

    static int Explain(Reading reading, bool json)
    {
        var settings = AllOf(reading).ToList();
        if (json)
            Terminal.Json(settings);
        else if (Console.IsOutputRedirected)
            Terminal.Table(["Setting", "Environment", "Type", "Default", "Value", "From", "Meaning"], settings.Select(s => new[] { s.Key, s.Environment, s.Type, s.Default, s.Value, s.Source, s.Meaning }));
        else
            foreach (var setting in settings)
            {
                Terminal.Step($"{setting.Key} = {setting.Value} ({setting.Source})");
                Terminal.Say($"    {setting.Meaning}\n    {setting.Type}; default {setting.Default}; {setting.Environment}\n");
            }

        return ExitCode.Done;
    }

    /// <summary>An adapter's settings as its program would read them.</summary>
    internal static AdapterOptions Adapter(DirectoryInfo folder, string state) => (AdapterOptions)Read("adapter", folder, state).Options;

    static Reading Read(string program, DirectoryInfo folder, string? state)
    {
        var builder = new ConfigurationBuilder().SetBasePath(folder.FullName);
        Country? country = state is null ? null : MapCommand.Known.FirstOrDefault(c => string.Equals(c.State, state, StringComparison.OrdinalIgnoreCase));
        if (program == "adapter" && country is not null && File.Exists(Path.Combine(country.Folder, "profile.json")))
            builder.AddJsonFile(Path.Combine(country.Folder, "profile.json"));
        else if (program == "adapter" && country is null)
            builder.AddJsonFile("profile.json", optional: true);
        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production";
        var configuration = builder.AddJsonFile("appsettings.json", optional: true).AddJsonFile($"appsettings.{environment}.json", optional: true).AddEnvironmentVariables().Build();
        switch (program)
        {
            case "hub":
                var hub = Settings.Read<HubOptions>(configuration.GetSection(HubOptions.Section));
                return new(HubOptions.Section, hub, new HubOptions(), [.. hub.Problems(inProcess: false), .. Address(HubOptions.Section, hub.Database)], configuration);
            case "console":
                var console = Settings.Read<ConsoleOptions>(configuration.GetSection(ConsoleOptions.Section));
                return new(ConsoleOptions.Section, console, new ConsoleOptions(), [.. console.Problems(), .. Address(ConsoleOptions.Section, console.Database)], configuration);
            case "desk":
                var beside = Settings.Read<AdapterOptions>(configuration.GetSection(AdapterOptions.Section));
                var desk = Settings.Read<DeskOptions>(configuration.GetSection(DeskOptions.Section));
                return new(DeskOptions.Section, desk, new DeskOptions(), desk.Problems(beside), configuration);
            default:
                var adapter = Settings.Read<AdapterOptions>(configuration.GetSection(AdapterOptions.Section));
                // The country's own program says which state it is.
                adapter.State = state?.ToUpperInvariant() ?? adapter.State;
                return new(AdapterOptions.Section, adapter, new AdapterOptions(),
                    [.. adapter.Problems(inProcess: false), .. Address(AdapterOptions.Section, adapter.Database), .. Beside(adapter, country, folder)], configuration);
        }
    }

    // What a beginning of an address does not show. The address may hold a password: it is never repeated.
    static IEnumerable<string> Address(string section, string address)
    {
        if (address.Split(':')[0] is not ("sqlite" or "postgres" or "sqlserver"))
            return [];
        try
        {
            Database.Open(address, TimeProvider.System).DisposeAsync().AsTask().GetAwaiter().GetResult();
            return [];
        }
        catch (FormatException e)
        {
            return [$"{section}:Database: {e.Message}{(e.InnerException is ArgumentException cause ? $" ({cause.Message})" : "")}."];
        }
    }

    // What an adapter reads at its start besides its settings.
    static IEnumerable<string> Beside(AdapterOptions adapter, Country? country, DirectoryInfo folder)
    {
        if (adapter.Inbox is not null || adapter.Outbox is not null)
        {
            IReadOnlyList<string> wrong = [];
            try
            {
                MappingSet.Load(adapter.Mappings ?? country?.Folder ?? folder.FullName, country?.Quirks ?? []);
            }
            catch (MappingException e)
            {
                wrong = [.. e.Problems.Select(p => p.ToString())];
            }
            foreach (var problem in wrong)
                yield return problem;
        }

        if (adapter.State.Length != 2 || !Directory.Exists(adapter.PublicKeys) || !Directory.Exists(adapter.PrivateKeys))
            yield break;
        IReadOnlyList<string> missing = [];
        try
        {
            AdapterKeys.Load(adapter, TimeProvider.System);
        }
        catch (InvalidConfigurationException e)
        {
            missing = e.Problems;
        }
        foreach (var problem in missing)
            yield return problem;
    }

    static IEnumerable<Setting> AllOf(Reading reading) => Of(reading.Options.GetType(), reading.Options, reading.Defaults, reading.Section, reading.Configuration);

    static IEnumerable<Setting> Of(Type type, object? values, object? defaults, string prefix, IConfigurationRoot configuration)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var key = $"{prefix}:{property.Name}";
            var (value, standard) = (values is null ? null : property.GetValue(values), defaults is null ? null : property.GetValue(defaults));
            if (OptionLines.IsGroup(property.PropertyType))
            {
                foreach (var inner in Of(property.PropertyType, value, standard ?? Made(property.PropertyType), key, configuration))
                    yield return inner;
                continue;
            }

            if (Element(property.PropertyType) is { } element && OptionLines.IsGroup(element))
            {
                var entries = (value as IEnumerable)?.Cast<object>().Select(e => (Name: (string)e.GetType().GetProperty("Key")!.GetValue(e)!, Entry: e.GetType().GetProperty("Value")!.GetValue(e))).ToList() ?? [];
                foreach (var (name, entry) in entries.DefaultIfEmpty(("NAME", null)))
                    foreach (var inner in Of(element, entry, Made(element), $"{key}:{name}", configuration))
                        yield return inner;
                continue;
            }

            var secret = OptionLines.IsSecret(property.Name);
            yield return new(key, key.Replace(":", "__", StringComparison.Ordinal), Words(property.PropertyType), Shown(standard, false), Shown(value, secret), Source(configuration, key), Meaning(property));
        }
    }

    /// <summary>Keys under the section that are no setting: a misspelt name would otherwise count for nothing, in silence.</summary>
    static IEnumerable<string> Misspelt(Reading reading)
    {
        var known = AllOf(reading).Select(s => Entry().Replace(s.Key, ":*:")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in reading.Configuration.AsEnumerable().Where(k => k.Value is not null && k.Key.StartsWith($"{reading.Section}:", StringComparison.OrdinalIgnoreCase)))
        {
            var plain = Entry().Replace(Number().Replace(key, ""), ":*:");
            var group = known.FirstOrDefault(k => plain.StartsWith($"{k}:", StringComparison.OrdinalIgnoreCase));
            if (known.Contains(plain) || group is not null)
                continue;
            yield return $"{key} ({Source(reading.Configuration, key)}): there is no such setting{(Nearest.To(plain, known) is { } meant ? $"; did you mean {meant}?" : ".")}";
        }
    }

    /// <summary>A section that is called nearly as the program's own, and has its names below.</summary>
    static IEnumerable<string> MisspeltSections(Reading reading)
    {
        var known = AllOf(reading).Select(s => s.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in reading.Configuration.AsEnumerable().Where(k => k.Value is not null))
            if (key.Split(':', 2) is [var section, var rest] && !section.Equals(reading.Section, StringComparison.OrdinalIgnoreCase) && Nearest.To(section, [reading.Section]) is not null
                && known.Contains($"{reading.Section}:{Number().Replace(rest, "")}"))
                yield return $"{key} ({Source(reading.Configuration, key)}): no program reads a section '{section}'; did you mean {reading.Section}:{rest}?";
    }

    static string Source(IConfigurationRoot configuration, string key) => OptionLines.Source(key, configuration) switch
    {
        (OptionSource.File, { } file) => file,
        var (source, _) => source.ToString().ToLowerInvariant(),
    };

    static Type? Element(Type type) => type.IsGenericType && type.GetGenericArguments() is [_, var value] ? value : null;

    static object? Made(Type type) => Activator.CreateInstance(type);

    static string Shown(object? value, bool secret) => value switch
    {
        null => "-",
        string { Length: 0 } => "(empty)",
        string text when secret => OptionLines.Masked(text),
        string text => text,
        IDictionary { Count: 0 } => "(none)",
        IEnumerable list => string.Join(", ", list.Cast<object>()) is { Length: > 0 } joined ? joined : "(none)",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static string Words(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? "text" : plain == typeof(bool) ? "true or false" : plain == typeof(TimeSpan) ? "time (hours:minutes:seconds)" : plain.IsEnum ? string.Join(" | ", Enum.GetNames(plain))
            : plain.IsPrimitive ? "whole number" : Element(plain) is not null ? "texts by name" : "list";
    }

    static string Meaning(PropertyInfo property)
    {
        var declaring = property.DeclaringType!;
        var file = Path.Combine(AppContext.BaseDirectory, $"{declaring.Assembly.GetName().Name}.xml");
        if (!File.Exists(file))
            return "";
        if (!documents.TryGetValue(file, out var document))
            documents[file] = document = XmlFormat.Read(Encoding.UTF8.GetBytes(Marks().Replace(Names().Replace(File.ReadAllText(file), "${name}"), "")));
        var summary = document.Root.Select(XmlFormat.Path($"members/member[@name='P:{declaring.FullName}.{property.Name}']/summary", new Dictionary<string, string>())) is [{ Value: { } words }, ..] ? words : "";
        return Blanks().Replace(summary, " ");
    }

    static readonly Dictionary<string, SourceDocument> documents = [];

    sealed record Reading(string Section, object Options, object Defaults, IReadOnlyList<string> Problems, IConfigurationRoot Configuration);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("<see (cref|langword)=\"([^\"]*[.:])?(?<name>[^\".:]+)\" ?/>", RegexOptions.ExplicitCapture)]
    private static partial Regex Names();

    [GeneratedRegex("</?(c|para|b)>")]
    private static partial Regex Marks();

    [GeneratedRegex(@":\d+$")]
    private static partial Regex Number();

    // A query of one's own name: what stands under it is known by the names below.
    [GeneratedRegex("(?<=:Queries):[^:]+:")]
    private static partial Regex Entry();
}
