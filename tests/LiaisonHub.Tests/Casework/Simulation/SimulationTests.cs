using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework.Simulation;

/// <summary>Thousands of days of every procedure, from seeds. A finding names its seed; the same seed gives the same world again.</summary>
[Long(80)]
public sealed class SimulationTests
{
    const int Seeds = 1_000;

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void Whatever_happens_to_a_request_everything_that_must_hold_holds(string procedure)
    {
        var course = Courses.Of(procedure);
        var findings = new System.Collections.Concurrent.ConcurrentBag<string>();
        var reached = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        // As many at once as can compute at once: more would only take the threads of the servers that other tests run in this process.
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var world = new World(seed, course, Demo.Rules, Defect.None);
            foreach (var finding in world.Run())
                findings.Add($"seed {seed}: {finding}");
            if (world.Request is { } request)
                reached[request.State] = true;
        });
        Assert.True(findings.IsEmpty, string.Join('\n', findings.Order().Take(20)));
        Assert.True(reached.Count > course.Sheet.States.Count / 2, $"only {string.Join(", ", reached.Keys)} were reached");
    }

    [Theory]
    [MemberData(nameof(ProcedureTests.Procedures), MemberType = typeof(ProcedureTests))]
    public void A_seed_gives_the_same_world_again(string procedure)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var one = new World(seed, Courses.Of(procedure), Demo.Rules, Defect.None);
            var two = new World(seed, Courses.Of(procedure), new Rules(Demo.Region), Defect.None);
            one.Run();
            two.Run();
            Assert.Equal(one.Log, two.Log);
            Assert.Equal(one.Request is null ? null : Request.Write(one.Request), two.Request is null ? null : Request.Write(two.Request));
        }
    }

    public static TheoryData<Defect> Defects => [.. Enum.GetValues<Defect>().Where(d => d != Defect.None)];

    /// <summary>The oracle is worth what it catches: each of these mistakes is planted, and some world finds it.</summary>
    [Theory]
    [MemberData(nameof(Defects))]
    public void A_planted_mistake_is_caught(Defect defect)
    {
        var rules = Broken(defect);
        var course = CourseOf(defect);
        var caught = Enumerable.Range(0, 4 * Seeds).AsParallel().Select(seed => new World(seed, course, rules, defect).Run()).FirstOrDefault(f => f.Count > 0);

        Assert.True(caught is not null, $"{defect} lives through {4 * Seeds} worlds unseen");
    }

    static Course CourseOf(Defect defect) => defect switch
    {
        Defect.GoTooEarly or Defect.ReportedTooEarly or Defect.SilenceOfAnother => JointActionCourse.Course,
        Defect.HolderNotAsked or Defect.ConfirmationLost => EmergencyCourse.Course,
        _ => Courses.MutualAssistance,
    };

    static Rules Broken(Defect defect)
    {
        var table = CourseOf(defect).Table;
        var region = Demo.Region;
        Procedure Changed(Func<Row, bool> which, Func<Row, Row> how) => table.With(r => which(r) ? how(r) : r);
        Row WithoutTime(Row row, TimeVerb verb, params Clock[] clocks) => row with { Time = [.. row.Time.Where(t => t.Verb != verb || !clocks.Contains(t.Clock))] };
        TimeRule[] Rules(string id, Func<TimeRule, TimeRule> how) => [.. region.Catalogue.TimeRules.Select(r => r.Id == id ? how(r) : r)];
        switch (defect)
        {
            case Defect.GateDropped:
                table = table.With(r => r.Act == nameof(RequestRecognised) ? r.WithoutGates() with { Effect = null } : r);
                break;
            case Defect.DayOff:
                region = region with { Catalogue = region.Catalogue with { TimeRules = Rules("EIO-A1", r => r with { Length = r.Length + 1 }) } };
                break;
            case Defect.HolidayForgotten:
                region = region with
                {
                    Calendars = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(region.Calendars, c => c.Key, c =>
                    new LiaisonHub.Casework.Time.LegalCalendar(c.Value.Code, c.Value.Weekend, [], c.Value.From, c.Value.Until))
                };
                break;
            case Defect.LimitNotMet:
                table = Changed(r => r.Act == nameof(RequestAcknowledged), r => WithoutTime(r, TimeVerb.Meets, Clock.Acknowledgement));
                break;
            case Defect.LimitNotStarted:
                table = Changed(r => r.Act == nameof(RequestRecognised), r => WithoutTime(r, TimeVerb.Starts, Clock.Execution, Clock.DateAsked));
                break;
            case Defect.PauseNotEnded:
                table = Changed(r => r.Act == nameof(InformationSupplied), r => WithoutTime(r, TimeVerb.Resumes, Clock.Recognition));
                break;
            case Defect.ExtendedTwice:
                table = Changed(r => r.Act == nameof(ExtensionDeclared), r => r with { Facts = [], Guards = [] });
                break;
            case Defect.AnybodyMay:
                table = Changed(r => r.Act == nameof(RequestWithdrawn), r => r.On<RequestWithdrawn>(null));
                break;
            case Defect.ClosedStaysOpen:
                table = Changed(r => r.Act == nameof(EvidenceReceived), r => r with { From = [.. r.From, MutualAssistance.ClosedWithdrawn], Guards = [], Effect = null });
                break;
            case Defect.SilenceIgnored:
                table = Changed(r => r.Silent == Clock.Alternative, r => r.OnSilence(Clock.Alternative, Silence.DeemedConsent));
                break;
            case Defect.GoTooEarly:
                table = Changed(r => r.Act == nameof(GoGiven), r => r with { Guards = [.. r.Guards.Where(g => g != JointConditions.EverybodyIsReady)] });
                break;
            case Defect.ReportedTooEarly:
                table = Changed(r => r.Act == nameof(JointResultReported), r => r with { Guards = [] });
                break;
            case Defect.SilenceOfAnother:
                // Whoever answers, it is the first of the others that is taken to have answered.
                table = Changed(r => r.Act == nameof(InvitationAnswered), r => r with
                {
                    Time = [.. r.Time.Select(t => t.Verb == TimeVerb.Meets ? t with { Of = s => LiaisonHub.Casework.Rules.Others(s.Request, s.Seat).Last() } : t)],
                });
                break;
            case Defect.ReviewNotEnded:
                table = Changed(r => r.Act == nameof(ObjectionReviewed), r => WithoutTime(r, TimeVerb.Resumes, Clock.Recognition, Clock.Execution));
                break;
            case Defect.VetoPassed:
                table = Changed(r => r.Act == nameof(RequestRecognised), r => r with { Guards = [.. r.Guards.Where(g => g != NationalStepConditions.NationalStepsGoOn)] });
                break;
            case Defect.HolderNotAsked:
                table = Changed(r => r.AsksHolders, r => r with { AsksHolders = false });
                break;
            case Defect.ConfirmationLost:
                table = Changed(r => r.ByHub == HeldCopy.IsConfirmed, r => r with { Effect = null });
                break;
            case Defect.LadderCut:
                region = region with { Catalogue = region.Catalogue with { TimeRules = Rules("EIO-A1", r => r with { LadderTo = 2 }) } };
                break;
        }
        return new Rules(region, [.. Procedure.All.Select(p => p.Name == table.Name ? table : p)]);
    }
}

/// <summary>Mistakes that are planted to see them caught.</summary>
public enum Defect
{
    None,

    /// <summary>Recognition without the rights check.</summary>
    GateDropped,

    /// <summary>A limit one day longer than the catalogue says.</summary>
    DayOff,

    /// <summary>Calendars without their holidays.</summary>
    HolidayForgotten,

    /// <summary>An act that does not meet its limit.</summary>
    LimitNotMet,

    /// <summary>An act that does not start its limit.</summary>
    LimitNotStarted,

    /// <summary>A pause that goes on after its cause has ended.</summary>
    PauseNotEnded,

    /// <summary>A second extension.</summary>
    ExtendedTwice,

    /// <summary>An act taken from the side whose it is not.</summary>
    AnybodyMay,

    /// <summary>An act taken after the end.</summary>
    ClosedStaysOpen,

    /// <summary>Silence without its meaning.</summary>
    SilenceIgnored,

    /// <summary>A ladder that ends too early.</summary>
    LadderCut,

    /// <summary>A go before every state is ready.</summary>
    GoTooEarly,

    /// <summary>A result before the hour.</summary>
    ReportedTooEarly,

    /// <summary>The silence of one state charged to another.</summary>
    SilenceOfAnother,

    /// <summary>A pause for a court that goes on after the court has decided.</summary>
    ReviewNotEnded,

    /// <summary>Recognition against the veto of the state's own government.</summary>
    VetoPassed,

    /// <summary>A holder in a third state that nobody asks.</summary>
    HolderNotAsked,

    /// <summary>What a holder in a third state has confirmed, forgotten.</summary>
    ConfirmationLost,

    /// <summary>A cost that never comes to the ledger of costs.</summary>
    CostForgotten,

    /// <summary>The same act twice.</summary>
    DuplicateHonoured,

    /// <summary>An act before the one it follows.</summary>
    OrderIgnored,

    /// <summary>A level told and not remembered.</summary>
    LookNotStored,

    /// <summary>The clock never looks.</summary>
    ClockStops,

    /// <summary>The past forgotten.</summary>
    HistoryLost,
}
