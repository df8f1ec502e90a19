using System.Text.Json;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Time;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>Ends of limits that another program has counted day by day (<c>Vectors/deadlines.py</c>): every unit, roll and zone, pauses, extensions, changes of the clock.</summary>
public sealed class DeadlineVectorTests
{
    static readonly string Vectors = Repository.At("tests", "LiaisonHub.Tests", "Casework", "Vectors", "deadlines.json");

    public static TheoryData<string> Names => [.. Read().Select(v => v.Name)];

    [Fact]
    public void There_are_vectors_for_every_unit_roll_zone_pause_extension_and_change_of_the_clock()
    {
        var vectors = Read();
        Assert.True(vectors.Count >= 200, $"{vectors.Count} vectors");
        Assert.Equal(Enum.GetValues<TimeUnit>().Order(), vectors.Select(v => v.Unit).Distinct().Order());
        Assert.Equal(Enum.GetValues<Roll>(), vectors.Select(v => v.Roll).Distinct().Order());
        Assert.Equal(Demo.Region.States.Values.Where(s => !s.Body).Select(s => s.Code).Order(), vectors.Select(v => v.Zone).Distinct().Order());
        // Pauses of every unit that has a length, one and several; an extension; days that must work on both sides.
        Assert.Empty(Enum.GetValues<TimeUnit>().Except([TimeUnit.WithoutDelay]).Except(vectors.Where(v => v.Pauses.Count > 0).Select(v => v.Unit)));
        Assert.Contains(vectors, v => v.Pauses.Count > 1);
        Assert.Contains(vectors, v => v.ExtendedBy > 0);
        Assert.Contains(vectors, v => v.Calendars.Count == 2);
        // In every zone that has a summer time a limit that runs across each of its changes.
        foreach (var state in Demo.Region.States.Values.Where(s => !s.Body))
        {
            var zone = NodaTime.DateTimeZoneProviders.Tzdb[state.Zone];
            double Offset(DateTimeOffset at) => zone.GetUtcOffset(NodaTime.Instant.FromDateTimeOffset(at)).ToTimeSpan().TotalHours;
            foreach (var way in new[] { 1, -1 })
                if (Math.Sign(Offset(Demo.Utc("2026-07-01T00:00:00Z")) - Offset(Demo.Utc("2026-01-01T00:00:00Z"))) != 0)
                    Assert.Contains(vectors, v => v.Zone == state.Code && Math.Sign(Offset(v.Due) - Offset(v.From)) == way);
        }
    }

    [Fact]
    public void The_numbers_of_the_later_treaties_are_those_of_the_vectors()
    {
        var vectors = Read().Where(v => v.Rule is not null).ToLookup(v => v.Rule!);
        string[] treaties = ["ECE3", "EUS", "MON", "IAC", "MER", "UNM", "B2P", "EPOC", "EPE"];
        var rules = Demo.Region.Catalogue.TimeRules.Where(r => r.Unit != TimeUnit.DateCertain && r.Article != "Rule of the region, no treaty text"
            && (treaties.Contains(r.Instrument) || r.Id is "EAW-D3" or "EAW-I1" or "EIO-F1")).ToList();

        Assert.Equal(rules.Select(r => r.Id).Order(StringComparer.Ordinal), vectors.Select(v => v.Key).Order(StringComparer.Ordinal));
        Assert.All(rules, r => Assert.All(vectors[r.Id], v => Assert.Equal((r.Length, r.Unit, r.Roll), (v.Length, v.Unit, v.Roll))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_ends_when_the_other_program_says(string name)
    {
        var vector = Read().Single(v => v.Name == name);
        var time = new Timekeeper(Demo.Region);
        // The zone of the vector is the requested side's; where it names two calendars the second is the requesting side's.
        var rule = new TimeRule
        {
            Id = "VECTOR",
            Instrument = "*",
            Clock = Clock.Execution,
            Title = "Vector",
            Article = "none",
            Source = "none",
            Verified = false,
            Start = "from",
            End = "due",
            OnWhom = Side.Requested,
            Length = vector.Length,
            Unit = vector.Unit,
            Roll = vector.Roll,
            Zone = Whose.Requested,
            Calendar = vector.Calendars.Count == 2 ? Whose.Both : Whose.Requested,
            Silence = Silence.Escalate,
            ValidFrom = new(2020, 1, 1),
        };
        var requesting = vector.Calendars.Count == 2 ? vector.Calendars[1] : "XA";
        var request = new Request
        {
            Id = Guid.Empty,
            Procedure = "MutualAssistance",
            RulesVersion = "1",
            Instrument = "EIO",
            Reference = "XA-2026-000001",
            Requesting = new() { State = requesting, Authority = $"{requesting}-CA" },
            Requested = new() { State = vector.Zone, Authority = $"{vector.Zone}-CA" },
            State = "Submitted",
            Since = vector.From,
            FirstReceivedAt = vector.From,
            CompetentSince = vector.From,
        };

        var deadline = time.Start(request, rule, vector.From, vector.On);
        if (vector.ExtendedBy > 0)
            deadline = time.Extend(deadline, vector.ExtendedBy, vector.From);
        foreach (var pause in vector.Pauses)
            deadline = time.Resume(time.Hold(deadline, "pause", pause.From), pause.To);

        Assert.Equal(vector.Due, deadline.Due);
        if (vector.Unit is not (TimeUnit.Hours or TimeUnit.DateCertain))
            Assert.Equal(time.DayOf(deadline, vector.Due), time.Explain(deadline)[^1].Day);
    }

    static List<Vector> Read() => JsonSerializer.Deserialize<List<Vector>>(File.ReadAllText(Vectors), Wire.Json)!;

    sealed record Vector
    {
        public required string Name { get; init; }

        /// <summary>The row of the catalogue whose numbers these are. Null: none in particular.</summary>
        public string? Rule { get; init; }

        public required string Zone { get; init; }

        public required IReadOnlyList<string> Calendars { get; init; }

        public required TimeUnit Unit { get; init; }

        public required int Length { get; init; }

        public required Roll Roll { get; init; }

        public required DateTimeOffset From { get; init; }

        public DateOnly? On { get; init; }

        public int ExtendedBy { get; init; }

        public IReadOnlyList<Pause> Pauses { get; init; } = [];

        public required DateTimeOffset Due { get; init; }
    }

    sealed record Pause(DateTimeOffset From, DateTimeOffset To);
}
