using System.Globalization;
using LiaisonHub.Contracts.V1;
using NodaTime;

namespace LiaisonHub.Casework.Procedures;

/// <summary>Collects findings on one open part.</summary>
sealed class Check(object content, Request request, Region region, DateOnly today)
{
    public const int MostLines = 200;
    public const int MostParts = 1000;
    const int MostMembers = 30;
    const int LongestLine = 500;
    const int LongestCode = 64;
    const int LongestText = 4000;

    List<string>? findings;

    public object Content => content;

    public Request Request => request;

    public Region Region => region;

    /// <summary>The day on which the request was first received (UTC): a request keeps the rows of that day.</summary>
    public DateOnly FirstReceived => DateOnly.FromDateTime(request.FirstReceivedAt.UtcDateTime);

    /// <summary>A finding for each thing that is wrong, with its place and its fix.</summary>
    public IReadOnlyList<string> All => findings ?? [];

    public string? Findings => findings is null ? null : string.Join(" ", findings);

    public void Wrong(string field, string found, string fix) => (findings ??= []).Add($"$.open.{field}: {found}; {fix}.");

    public Check Line(string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            Wrong(field, "is missing or empty", "write one line");
        else if (text.Length > LongestLine || HasControl(text, newLines: false))
            Wrong(field, "is not one line", $"write one line of {LongestLine} characters at most");
        return this;
    }

    public Check OptionalLine(string field, string? text) => text is null ? this : Line(field, text);

    public Check Text(string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            Wrong(field, "is empty", "say it in words");
        else if (text.Length > LongestText || HasControl(text, newLines: true))
            Wrong(field, "is too long or holds control characters", $"write {LongestText} characters at most; the full text goes into the private part");
        return this;
    }

    public Check Code(string field, string code)
    {
        if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode || HasControl(code, newLines: false))
            Wrong(field, "is empty or no code", $"write 1 to {LongestCode} characters");
        return this;
    }

    public Check Lines(string field, IReadOnlyList<string> lines, int least)
    {
        if (Filled(field, lines, least, MostLines))
            for (var i = 0; i < lines.Count; i++)
                Line($"{field}[{i}]", lines[i]);
        return this;
    }

    /// <summary>A currency, ISO 4217.</summary>
    public Check Currency(string field, string code)
    {
        if (code.Length != 3 || !code.All(char.IsAsciiLetterUpper))
            Wrong(field, "is not an ISO 4217 code", "write three capital letters");
        return this;
    }

    public Check Language(string field, string language)
    {
        // BCP 47: subtags of one to eight letters and digits, the first of two or three letters.
        var first = language.AsSpan().IndexOf('-') is var at && at < 0 ? language : language[..at];
        var sound = language.Length <= 35 && first.Length is 2 or 3 && first.All(char.IsAsciiLetter);
        foreach (var subtag in language.AsSpan().Split('-'))
            sound &= subtag.End.Value - subtag.Start.Value is >= 1 and <= 8 && language[subtag].All(char.IsAsciiLetterOrDigit);
        if (!sound)
            Wrong(field, "is not a language tag", "write a BCP 47 tag, for example en or pt-BR");
        return this;
    }

    public Check Zone(string field, string zone)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            Wrong(field, "is not an IANA time zone", "write a name of the tz database, for example Europe/Athens");
        return this;
    }

    public Check Languages(string field, IReadOnlyList<string> languages, int least)
    {
        if (Filled(field, languages, least, MostLines))
            for (var i = 0; i < languages.Count; i++)
                Language($"{field}[{i}]", languages[i]);
        return this;
    }

    public Check NotPast(string field, DateOnly? day)
    {
        if (day < today)
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} is over"),
                string.Create(CultureInfo.InvariantCulture, $"write {today:yyyy-MM-dd} or later"));
        else if (day is { } ahead)
            NotFarAhead(field, ahead);
        return this;
    }

    public Check NotFarAhead(string field, DateOnly day)
    {
        if (day > today.AddYears(30))
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} lies more than thirty years ahead"), "write a nearer day");
        return this;
    }

    /// <summary>Today at the earliest, and at most so many days ahead.</summary>
    public Check Within(string field, DateOnly day, int days)
    {
        if (day < today || day > today.AddDays(days))
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"is {day:yyyy-MM-dd}"),
                string.Create(CultureInfo.InvariantCulture, $"write a day from {today:yyyy-MM-dd} to {today.AddDays(days):yyyy-MM-dd}"));
        return this;
    }

    public Check NotToCome(string field, DateOnly day)
    {
        if (day > today)
            Wrong(field, string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} is still to come"),
                string.Create(CultureInfo.InvariantCulture, $"write {today:yyyy-MM-dd} or earlier"));
        return this;
    }

    /// <summary>Who is asked besides the receiver: states of the region, each once, none of them on the act already, their authorities designated today.</summary>
    public Check Members(string field, IReadOnlyList<Party> members)
    {
        if (!Filled(field, members, least: 0, MostMembers))
            return this;
        for (var i = 0; i < members.Count; i++)
        {
            var (state, authority) = (members[i].State, members[i].Authority);
            if (!region.States.TryGetValue(state, out var profile) || profile.Body)
                Wrong($"{field}[{i}].state", profile is null ? "is not a state of the region" : "is the region's body, which is asked for nothing",
                    $"write one of {string.Join(", ", region.States.Values.Where(s => !s.Body).Select(s => s.Code).Order())}");
            else if (state == request.Requesting.State || state == request.Requested.State)
                Wrong($"{field}[{i}].state", state == request.Requesting.State ? "is the sender's own" : "is the receiver's already", "leave it out");
            else if (members.Take(i).Any(m => m.State == state))
                Wrong($"{field}[{i}].state", "stands there twice", "name each state once");
            else if (region.Designated(state, today, request.Procedure).ToList() is var designated && designated.All(a => a.Code != authority))
                Wrong($"{field}[{i}].authority", $"is not designated in {state} to receive requests today",
                    $"write one of {string.Join(", ", designated.Select(a => $"{a.Code} ({a.Name})"))}");
        }
        return this;
    }

    public Check Number(string field, int number)
    {
        if (number is < 1 or > MostParts)
            Wrong(field, $"is {number}", $"write 1 to {MostParts}");
        return this;
    }

    public Check Ground(string field, string code)
    {
        if (region.Catalogue.Ground(request.Instrument, code) is null)
            Wrong(field, "is not a ground of this instrument",
                $"write one of {string.Join(", ", region.Catalogue.Grounds(request.Instrument).Select(g => g.Code))}");
        return this;
    }

    public Check RightsAnswers(string field, IReadOnlyList<RightsAnswer> answers)
    {
        if (!Filled(field, answers, least: 0, MostLines))
            return this;
        for (var i = 0; i < answers.Count; i++)
        {
            var answer = answers[i];
            if (!region.Catalogue.Rights.Any(r => r.Code == answer.Item))
                Wrong($"{field}[{i}].item", "is not an item of the rights catalogue", $"write one of {string.Join(", ", region.Catalogue.Rights.Select(r => r.Code))}");
            else if (answers.Take(i).Any(earlier => earlier.Item == answer.Item))
                Wrong($"{field}[{i}].item", "is answered twice", "give one answer for each item");
            if (answer.Finding != RightsFinding.Passed)
                Line($"{field}[{i}].condition", answer.Condition ?? "");
        }
        return this;
    }

    public Check Offences(string field, IReadOnlyList<OffenceFact> offences)
    {
        if (!Filled(field, offences, least: 1, MostLines))
            return this;
        for (var i = 0; i < offences.Count; i++)
        {
            var offence = offences[i];
            if (offence.ListOffence is { } code && !region.Catalogue.Offences.ContainsKey(code))
                Wrong($"{field}[{i}].listOffence", "is not a code of the offence list",
                    $"write one of {string.Join(", ", region.Catalogue.Offences.Keys.Order())}, or leave it out");
            if (offence.LongestPenaltyMonths is < 0 or > 1200)
                Wrong($"{field}[{i}].longestPenaltyMonths", $"is {offence.LongestPenaltyMonths}", "write 0 to 1200; life is 1200");
            OptionalLine($"{field}[{i}].nationalCode", offence.NationalCode);
        }
        return this;
    }

    public Check Measures(string field, IReadOnlyList<MeasureKind> kinds, int least)
    {
        if (Filled(field, kinds, least, MostLines))
            for (var i = 0; i < kinds.Count; i++)
                if (!MutualAssistanceConditions.Wanted(request).Any(m => m.Kind == kinds[i]))
                    Wrong($"{field}[{i}]", "is not among the measures that are wanted",
                        $"name some of {string.Join(", ", MutualAssistanceConditions.Wanted(request).Select(m => m.Kind))}");
        return this;
    }

    /// <summary>False: the list cannot be looked through.</summary>
    public bool Filled<T>(string field, IReadOnlyList<T> list, int least, int most)
    {
        if (list.Count < least)
            Wrong(field, "is empty", $"name at least {least}");
        else if (list.Count > most)
            Wrong(field, $"has {list.Count} lines", $"write {most} at most");
        else
            return true;
        return false;
    }

    static bool HasControl(string text, bool newLines)
    {
        foreach (var c in text)
            if (char.IsControl(c) && !(newLines && c is '\n' or '\r' or '\t'))
                return true;
        return false;
    }
}
