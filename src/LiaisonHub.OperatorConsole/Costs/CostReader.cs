using System.Globalization;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Costs;
using LiaisonHub.Casework.Profiles;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Costs;

/// <summary>A period of whole months (UTC).</summary>
public sealed record CostPeriod
{
    /// <summary>Lengths that may be chosen, in months.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [1, 3, 6, 12];

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Length in months, one of <see cref="Lengths"/>.</summary>
    public required int Months { get; init; }

    /// <summary>The day after the last.</summary>
    public DateOnly Until => From.AddMonths(Months);

    /// <summary>What could not be read, one sentence each; the present year was taken instead.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Reads <c>from</c> (<c>2026-03</c>) and <c>months</c>. Empty: the present year.</summary>
    public static CostPeriod Read(IQueryCollection query, DateTimeOffset now, Texts texts)
    {
        var problems = new List<string>();
        var (from, months) = (new DateOnly(now.UtcDateTime.Year, 1, 1), 12);
        if (query["from"].ToString().Trim() is { Length: > 0 } text)
            if (DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year is >= 2000 and < 9000)
                from = month;
            else
                problems.Add(texts["costs.bad-from"].Plain);
        if (query["months"].ToString().Trim() is { Length: > 0 } length)
            if (int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Lengths.Contains(number))
                months = number;
            else
                problems.Add(texts["costs.bad-months", string.Join(", ", Lengths)].Plain);
        problems.AddRange(Fields.Unknown(query, texts, "from", "months").Select(p => p.Plain));
        return new() { From = from, Months = months, Problems = problems };
    }

    /// <summary>As it stands in an address.</summary>
    public string Address(string page) => $"{page}?from={Month}&months={Months.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The first month, as a form shows it.</summary>
    public string Month => From.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>In words.</summary>
    public Said InWords(Texts texts) => texts["costs.from-to", From, Until.AddDays(-1)];
}

/// <summary>Costs in one currency: amounts are never converted.</summary>
public sealed record CurrencyBoard
{
    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>What an hour counts. Null: the region has no rate in this currency, and hours are shown and not counted.</summary>
    public required HourRate? Rate { get; init; }

    /// <summary>Each state that asked another, with what it cost and who bears it.</summary>
    public required IReadOnlyList<CostSum> Pairs { get; init; }

    /// <summary>Who has given more of each two states.</summary>
    public required IReadOnlyList<ReciprocityLine> Balances { get; init; }

    /// <summary>What each state has carried against its weight, and its balance with all others; the balances of all states add up to 0.</summary>
    public required IReadOnlyList<StateBurden> States { get; init; }
}

/// <summary>What one state has carried.</summary>
/// <param name="Line">Requests carried out, hours, costs, index.</param>
/// <param name="Weight">Its weight among the states.</param>
/// <param name="Balance">What it bore and worked for the requests of others, less what others bore and worked for its own.</param>
public sealed record StateBurden(BurdenLine Line, int Weight, decimal Balance);

/// <summary>What two states have asked of each other and done for each other: requests closed in the period.</summary>
/// <param name="One">One state.</param>
/// <param name="Other">The other.</param>
/// <param name="OneAsked">Requests of the one to the other.</param>
/// <param name="OneServed">Requests of the other that the one has served.</param>
/// <param name="OtherAsked">Requests of the other to the one.</param>
/// <param name="OtherServed">Requests of the one that the other has served.</param>
public sealed record Exchanged(string One, string Other, int OneAsked, int OneServed, int OtherAsked, int OtherServed)
{
    /// <summary>Served by the one less served by the other: above 0, the one has given more.</summary>
    public int Balance => OneServed - OtherServed;
}

/// <summary>Costs and burden of a period.</summary>
public sealed record CostBoard
{
    /// <summary>The hub's legal clock (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the region's data: rules and weights.</summary>
    public required string DataVersion { get; init; }

    /// <summary>First day of the period.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The day after the last.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>Each currency in which something was entered.</summary>
    public required IReadOnlyList<CurrencyBoard> Currencies { get; init; }

    /// <summary>Each two states that had to do with each other.</summary>
    public required IReadOnlyList<Exchanged> Reciprocity { get; init; }
}

/// <summary>Reads the ledger of costs, and what was asked and served.</summary>
public sealed class CostReader(HubFigures figures, Region region, Texts texts, TimeProvider time)
{
    /// <summary>How the figures come about, a sentence each.</summary>
    public static IReadOnlyList<string> Formula { get; } = ["costs.formula-costs", "costs.formula-balance", "costs.formula-index", "costs.formula-reciprocity"];

    /// <summary>The board of a period.</summary>
    public async Task<CostBoard> Read(CostPeriod period, CancellationToken cancellationToken)
    {
        var totals = await figures.Costs(period.From, period.Until, cancellationToken);
        var ended = await figures.Ended(Midnight(period.From), Midnight(period.Until), cancellationToken);
        var capacities = region.Profiles.Where(p => p.Value.Capacity != null).ToDictionary(p => p.Key, p => p.Value.Capacity!);
        var served = ended.Where(e => Burden.IsServed(e.State)).Select(e => new FinishedRequest(e.RequestingState, e.RequestedState, 0, 0, 0, e.Requests)).ToList();
        return new()
        {
            At = time.GetUtcNow(),
            DataVersion = region.Version,
            From = period.From,
            Until = period.Until,
            Currencies = [.. totals.GroupBy(t => t.Currency).Select(c => Board(c.Key, [.. c], served, period, capacities))],
            Reciprocity = [.. ended.Select(e => Pair(e.RequestingState, e.RequestedState)).Distinct().Order().Select(pair => new Exchanged(
                pair.One, pair.Other, Asked(pair.One, pair.Other), Served(pair.One, pair.Other), Asked(pair.Other, pair.One), Served(pair.Other, pair.One)))],
        };

        int Asked(string by, string of) => ended.Where(e => e.RequestingState == by && e.RequestedState == of).Sum(e => e.Requests);
        int Served(string by, string to) => served.Where(s => s.Requested == by && s.Requesting == to).Sum(s => s.Requests);
    }

    /// <summary>What each state that asked another cost, by currency, and who bears it.</summary>
    internal async Task<ListFile> Pairs(CostPeriod period, CancellationToken cancellationToken)
    {
        var board = await Read(period, cancellationToken);
        return new()
        {
            Name = $"costs-{period.Month}-{period.Months}",
            Title = "Costs of each two states",
            Filter = period.InWords(texts).Plain,
            At = board.At,
            Head = [("Data version", board.DataVersion), .. Notes],
            Columns = ["requesting", "requested", "currency", "cost", "requesting bears", "requested bears", "of it reserved", "hours"],
            Rows = board.Currencies.SelectMany(c => c.Pairs).Select(s => new object?[] { s.Requesting, s.Requested, s.Currency, Number(s.Amount), Number(s.RequestingBears), Number(s.RequestedBears), Number(s.Reserved), Number(s.Hours) }).ToAsyncEnumerable(),
        };
    }

    /// <summary>Who has given more of each two states, by currency.</summary>
    internal async Task<ListFile> Balances(CostPeriod period, CancellationToken cancellationToken)
    {
        var board = await Read(period, cancellationToken);
        return new()
        {
            Name = $"cost-balances-{period.Month}-{period.Months}",
            Title = "Balance of each two states",
            Filter = period.InWords(texts).Plain,
            At = board.At,
            Head = [("Data version", board.DataVersion), .. Notes],
            Columns = ["one", "other", "currency", "one gave", "other gave", "balance of the one"],
            Rows = board.Currencies.SelectMany(c => c.Balances.Select(b => new object?[] { b.One, b.Other, c.Currency, Number(b.Given), Number(b.Received), Number(b.Balance) })).ToAsyncEnumerable(),
        };
    }

    /// <summary>What each state has carried, by currency.</summary>
    internal async Task<ListFile> States(CostPeriod period, CancellationToken cancellationToken)
    {
        var board = await Read(period, cancellationToken);
        return new()
        {
            Name = $"cost-burden-{period.Month}-{period.Months}",
            Title = "Burden of each state",
            Filter = period.InWords(texts).Plain,
            At = board.At,
            Head = [("Data version", board.DataVersion), .. Notes],
            Columns = ["state", "currency", "requests served", "hours", "costs borne", "weight", "burden index", "balance with all others"],
            Rows = board.Currencies.SelectMany(c => c.States.Select(s => new object?[] { s.Line.State, c.Currency, s.Line.Executed, Number(s.Line.Hours), Number(s.Line.Cost), s.Weight, Number(s.Line.Index), Number(s.Balance) })).ToAsyncEnumerable(),
        };
    }

    /// <summary>What each two states asked of each other and did for each other.</summary>
    internal async Task<ListFile> Reciprocity(CostPeriod period, CancellationToken cancellationToken)
    {
        var board = await Read(period, cancellationToken);
        return new()
        {
            Name = $"reciprocity-{period.Month}-{period.Months}",
            Title = "Asked and served",
            Filter = period.InWords(texts).Plain,
            At = board.At,
            Head = [("Data version", board.DataVersion), .. Notes],
            Columns = ["one", "other", "one asked", "one served", "other asked", "other served", "balance"],
            Rows = board.Reciprocity.Select(p => new object?[] { p.One, p.Other, p.OneAsked, p.OneServed, p.OtherAsked, p.OtherServed, p.Balance }).ToAsyncEnumerable(),
        };
    }

    // How the figures come about.
    IEnumerable<(string Name, string Content)> Notes => Formula.Select((sentence, i) => ($"Note{i + 1}", texts[sentence].Plain));

    CurrencyBoard Board(string currency, IReadOnlyList<CostTotal> totals, IReadOnlyList<FinishedRequest> served, CostPeriod period, IReadOnlyDictionary<string, Capacity> capacities)
    {
        var rate = region.HourRates.GetValueOrDefault(currency);
        var costs = totals
            .Select(t => new FinishedRequest(t.RequestingState, t.RequestedState, t.Hours / 100m, t.RequestingBears / 100m, (t.Amount - t.RequestingBears) / 100m, 0)).ToList();
        var balances = Burden.Reciprocity(costs, rate?.Amount ?? 0);
        return new()
        {
            Currency = currency,
            Rate = rate,
            Pairs = [.. totals.Select(t => new CostSum(
                t.RequestingState, t.RequestedState, period.From, currency, t.Amount / 100m, t.RequestingBears / 100m, (t.Amount - t.RequestingBears) / 100m, t.Reserved / 100m, t.Hours / 100m))],
            Balances = balances,
            States = [.. Burden.Index([.. costs, .. served], capacities, rate?.Amount ?? 0).Select(line => new StateBurden(
                line, capacities.GetValueOrDefault(line.State)?.Weight ?? 1,
                balances.Sum(b => b.One == line.State ? b.Balance : b.Other == line.State ? -b.Balance : 0)))],
        };
    }

    static (string One, string Other) Pair(string a, string b) => string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);

    static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    // As many places as a cent has, and none that says nothing.
    static decimal Number(decimal number) => decimal.Parse(number.ToString("0.##", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
