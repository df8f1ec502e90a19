using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Words;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Making;

/// <summary>What the hub would refuse in an act for its content, said before it is signed and in the hub's own words: of what an officer writes, and of what a local message has become.</summary>
sealed partial class ContentCheck(House house)
{
    /// <summary>Of an act made from a local message.</summary>
    public async Task<IReadOnlyList<FieldProblem>> Of(Unit unit, string actType, OwnRequest? request, Party to, JsonObject open, CancellationToken cancellationToken)
    {
        // Which states there are is the key directory's to say, and the hub's: a region that knows fewer is not asked.
        if (!house.Region.States.ContainsKey(to.State))
            return [];
        var choices = new Choices(house.Region, house.Own, house.Today) { Request = request, Acts = request is null ? [] : await ActStore.Of(unit, request.RequestId, cancellationToken) };
        // A question stands without its form, and names its field.
        return [.. Of(house.Rules, choices, to.State, Acts.All[actType].Content, open, house.Now)
            .Select(f => f with { Words = $"{string.Join(' ', f.Field.Split('.').Skip(1).Select(ContractWords.Spaced))}: {f.Words}" })];
    }

    /// <summary>Of the open part of an act. Which measures are still wanted is known to the hub alone.</summary>
    public static IEnumerable<FieldProblem> Of(Rules rules, Choices choices, string to, Type content, JsonObject open, DateTimeOffset now) =>
        rules.ContentProblem(open.Deserialize(content, Wire.Json)!, Known(choices, to, now), now) is not { } found ? [] : Finding().Matches(found)
            .Where(m => m.Groups["field"].Value.Split('[')[0] is not ("only" or "noLongerWanted"))
            .Select(m => new FieldProblem { Field = $"open.{m.Groups["field"].Value}", Missing = false, Words = $"This {m.Groups["found"].Value}" });

    /// <summary>A request keeps the rules of the day on which it was first received.</summary>
    public static DateOnly FirstReceived(Choices choices, DateTimeOffset now) =>
        DateOnly.FromDateTime((choices.Acts.FirstOrDefault(a => a.ActType == nameof(RequestSubmitted) && a.Outcome != "Refused")?.At ?? now).UtcDateTime);

    // The request as this side knows it: enough for what content is checked against.
    static Request Known(Choices choices, string to, DateTimeOffset now)
    {
        var asked = choices.RequestContent();
        var (own, other) = (new Party { State = choices.OwnState, Authority = "" }, new Party { State = choices.Request?.OtherState ?? to, Authority = "" });
        var (requesting, requested) = choices.Request?.OwnSide == Side.Requested ? (other, own) : (own, other);
        return new()
        {
            Id = choices.Request?.RequestId ?? Guid.Empty,
            Procedure = "",
            RulesVersion = "",
            Instrument = choices.Instrument ?? "",
            Reference = choices.Request?.Reference ?? "",
            Requesting = requesting,
            Requested = requested,
            State = "",
            Since = now,
            FirstReceivedAt = FirstReceived(choices, now).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            CompetentSince = now,
            Measures = [.. (asked?.Measures ?? []).Select(m => new MeasureState(m.Kind, m.Count))],
        };
    }

    [GeneratedRegex(@"\$\.open\.(?<field>[^:\s]+): (?<found>.*?)(?=\s\$\.open\.|$)")]
    private static partial Regex Finding();
}
