using LiaisonHub.Casework.Conformance;
using LiaisonHub.Conformance.Groups;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Messaging.Links;

namespace LiaisonHub.Conformance;

/// <summary>How an examination is made.</summary>
public sealed record ExaminationOptions
{
    /// <summary>Codes of the groups to go through. Empty: all of them. Only an examination of all can earn a level.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>How long the participant has for an answer: 15 s by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Told of each check as it is decided.</summary>
    public IProgress<ExaminationProgress>? Progress { get; init; }

    /// <summary>A folder of the examination's own, empty. Null: one is made for it and removed at the end.</summary>
    public string? Folder { get; init; }

    /// <summary>How many acts wait in the group <c>backlog</c>: a thousand, as its checks say. Fewer are for tests of the kit alone.</summary>
    internal int Waiting { get; init; } = BacklogGroup.Waiting;

    /// <summary>The hub's end of the links, where the participant reaches its virtual host by itself. Null: it runs in this process.</summary>
    public IHubLink? Link { get; init; }
}

/// <summary>How far an examination has come.</summary>
/// <param name="Done">Checks that are decided.</param>
/// <param name="Of">All checks of this examination.</param>
/// <param name="Group">The group that is gone through now, in words.</param>
/// <param name="Latest">The check decided last. Null: none of this group yet.</param>
public sealed record ExaminationProgress(int Done, int Of, string Group, CheckResult? Latest);

/// <summary>Nothing came from the participant at all: it is not there, or not on this link.</summary>
public sealed class ParticipantUnreachableException(string message) : Exception(message);

/// <summary>The kit: examines a participant against a scripted counterpart and says of every check what was seen.</summary>
public static class Examination
{
    // Where nothing that follows is taken any more, waiting for the rest would say nothing new.
    internal const int GiveUpAfter = 3;

    static readonly Dictionary<string, Func<Exam, Task>> Scenes = new Dictionary<string, Func<Exam, Task>>
    {
        ["identity"] = IdentityGroup.Run,
        ["signing"] = SigningGroup.Run,
        ["sealing"] = SealingGroup.Run,
        ["sequence"] = SequenceGroup.Run,
        ["receipts"] = ReceiptGroup.Run,
        ["holds"] = HoldGroup.Run,
        ["procedures"] = ProcedureGroup.Run,
        ["notices"] = NoticeGroup.Run,
        ["local"] = LocalGroup.Run,
        ["restart"] = RestartGroup.Run,
        ["clock"] = ClockGroup.Run,
        ["backlog"] = BacklogGroup.Run,
        ["versions"] = VersionGroup.Run,
        ["exercise"] = ExerciseGroup.Run,
        ["privacy"] = PrivacyGroup.Run,
    };

    /// <summary>Examines a participant.</summary>
    /// <param name="participant">It. Begun and ended by the examination; the caller disposes of it.</param>
    /// <param name="options">How. Null: all groups, in this process.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="ArgumentException">There is no such group.</exception>
    /// <exception cref="ParticipantUnreachableException">Nothing came from it.</exception>
    public static async Task<ConformanceReport> Run(Participant participant, ExaminationOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var list = CheckList.Current;
        if (options.Groups.Except(list.Groups.Select(g => g.Code)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"There is no group '{unknown}'; there are {string.Join(", ", list.Groups.Select(g => g.Code))}.", nameof(options));
        var groups = list.Groups.Where(g => options.Groups.Count == 0 || options.Groups.Contains(g.Code)).ToList();
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("conformance-").FullName;
        var inProcess = options.Link is null ? new InProcessExchange() : null;
        var venue = new Venue { Folder = folder, Link = inProcess?.Adapter(participant.State) };
        var started = TimeProvider.System.GetTimestamp();
        var at = TimeProvider.System.GetUtcNow();
        try
        {
            await using var counterpart = new Counterpart(participant, venue, options.Link ?? inProcess!, TimeProvider.System);
            counterpart.Begin();
            var exam = new Exam(participant, counterpart, venue, options, groups, cancellationToken);
            await participant.Start(venue, cancellationToken);
            // Who gives no signs of life may still be there.
            counterpart.Deliver(counterpart.Fence);
            if (await counterpart.Await(all => all.Count > 0 ? all : null, 2 * options.Patience, cancellationToken) is null)
                throw new ParticipantUnreachableException(
                    $"Nothing came from {participant.State} ({participant.Name}) within {2 * options.Patience.TotalSeconds:0} s. Does it run, and is its virtual host the one the kit listens on?");
            foreach (var group in groups)
                await exam.Go(group, Scenes[group.Code]);
            return new ConformanceReport
            {
                State = participant.State,
                Participant = participant.Name,
                KitVersion = ConformanceReport.Kit,
                ContractVersion = Wire.Version,
                At = at,
                Seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1),
                Checks = exam.Results(),
            };
        }
        finally
        {
            if (participant.CanBeKilled)
                await participant.Kill();
            if (options.Folder is null)
                Remove(folder);
        }
    }

    static void Remove(string folder)
    {
        try
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A file is still held open; the folder for temporary files is emptied by the system.
        }
    }
}

/// <summary>One examination while it is made: the scenes say here what they saw.</summary>
sealed class Exam(Participant participant, Counterpart counterpart, Venue venue, ExaminationOptions options, IReadOnlyList<CheckGroup> groups, CancellationToken cancelled)
{
    readonly Dictionary<string, CheckResult> seen = [];
    readonly IReadOnlyList<Check> checks = [.. CheckList.Current.Checks.Where(c => groups.Any(g => g.Code == c.Group))];
    CheckGroup current = groups[0];
    int blocked;

    internal Participant Participant => participant;

    internal Counterpart Counterpart => counterpart;

    internal CancellationToken Cancelled => cancelled;

    internal TimeSpan Patience => options.Patience;

    internal int Waiting => options.Waiting;

    /// <summary>Goes through a group. Whatever happens in it, the next one is gone through.</summary>
    internal async Task Go(CheckGroup group, Func<Exam, Task> scene)
    {
        current = group;
        blocked = 0;
        options.Progress?.Report(new(seen.Count, checks.Count, group.Title, null));
        var (why, outcome) = ("The scene did not come so far.", CheckOutcome.NotObserved);
        try
        {
            await scene(this);
        }
        catch (SceneEndedException e)
        {
            (why, outcome) = (e.Message, e.Applies ? CheckOutcome.NotObserved : CheckOutcome.NotApplicable);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancelled.IsCancellationRequested)
        {
            why = $"The scene broke off with {e.GetType().Name}: {e.Message}";
        }

        foreach (var check in checks.Where(c => c.Group == group.Code && !seen.ContainsKey(c.Id)))
            Keep(check.Id, outcome, why);
        // The next group begins with a participant that runs and is answered as usual.
        (counterpart.Answer, counterpart.Answers, counterpart.Unconfirmed, counterpart.Paused) = (null, true, false, false);
    }

    /// <summary>A check was observed. Once it has failed it stays failed.</summary>
    internal void Saw(string id, bool good, string what) => Keep(id, good ? CheckOutcome.Passed : CheckOutcome.Failed, what);

    /// <summary>A check could not be observed.</summary>
    internal void Unseen(string id, string why) => Keep(id, CheckOutcome.NotObserved, why);

    /// <summary>Several checks could not be observed.</summary>
    internal void Unseen(IEnumerable<string> ids, string why)
    {
        foreach (var id in ids)
            Unseen(id, why);
    }

    /// <summary>Checks about a local system, where the kit has none to look at.</summary>
    internal void WithoutLocalSystem(params string[] ids)
    {
        foreach (var id in ids)
            Keep(id, participant.DeskOnly ? CheckOutcome.NotApplicable : CheckOutcome.NotObserved, LocalSystemMissing);
    }

    /// <summary>Why nothing can be said of a local system.</summary>
    internal string LocalSystemMissing => participant.DeskOnly ? "It works at a desk alone: there is no local system."
        : participant.Local is null ? "The participant has no local system that the kit could reach." : "There is no sample of what the local system writes (conformance.json beside the adapter's samples).";

    void Keep(string id, CheckOutcome outcome, string what)
    {
        var check = CheckList.Current[id];
        if (check.Group != current.Code)
            throw new InvalidOperationException($"{id} is no check of the group {current.Code}.");
        if (seen.TryGetValue(id, out var before) && (before.Outcome == CheckOutcome.Failed || outcome != CheckOutcome.Failed))
            return;
        seen[id] = new CheckResult { Id = id, Title = check.Title, Level = check.Level, Outcome = outcome, Seen = what };
        options.Progress?.Report(new(seen.Count, checks.Count, current.Title, seen[id]));
    }

    /// <summary>Delivers an act that is as it should be, and waits for its receipt. What was sent before has been dealt with by then.</summary>
    /// <param name="refused">An act before it that must not be taken. Null: none.</param>
    /// <returns>False: the participant takes nothing any more.</returns>
    internal async Task<bool> Fence(SignedAct? refused = null)
    {
        // A second one, since whoever took what it must not take has used up the number of the first; once that is seen, nobody waits for the first.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var act = counterpart.Deliver(counterpart.Fence);
            var wrong = attempt == 0 ? refused?.ActId : null;
            var came = await counterpart.Await(
                all => all.FirstOrDefault(a => a.Receipt is { Stage: ReceiptStage.Delivered } r && (r.OfActId == act.ActId || r.OfActId == wrong)), Patience, cancelled);
            if (came?.Receipt!.OfActId != act.ActId)
                continue;
            blocked = 0;
            return true;
        }

        if (++blocked >= Examination.GiveUpAfter)
            throw new SceneEndedException($"The participant took none of the last {blocked} acts that were as they should be.");
        return false;
    }

    /// <summary>Something that must not be taken, and must hold up nothing: sends it, then an act that is as it should be.</summary>
    internal async Task Refused(string id, string what, Func<SignedAct> send)
    {
        var act = send();
        if (!await Fence(act))
            Saw(id, false, $"{what}: the act that followed, as it should be, was not taken within {Patience.TotalSeconds:0} s.");
        else if (counterpart.Receipts(act.ActId).Count > 0)
            Saw(id, false, $"{what}: the participant took it and gave a receipt.");
        else
            Saw(id, true, $"{what}: no receipt for it, and the act that followed was taken.");
    }

    /// <summary>Something that must be taken.</summary>
    internal async Task Taken(string id, string what, Func<SignedAct> send)
    {
        var act = send();
        var receipt = await counterpart.Receipt(act.ActId, ReceiptStage.Delivered, Patience, cancelled);
        Saw(id, receipt is not null, receipt is null ? $"{what}: no receipt within {Patience.TotalSeconds:0} s." : $"{what}: taken, with a receipt.");
    }

    /// <summary>Ends the participant and begins it again.</summary>
    internal async Task Restart()
    {
        await participant.Kill();
        await participant.Start(venue, cancelled);
    }

    /// <summary>Begins the participant again after it was ended.</summary>
    internal Task Begin() => participant.Start(venue, cancelled);

    /// <summary>Waits until everything sent to the participant is taken and nothing more comes of it. Signs of life come all the time, and of nothing.</summary>
    internal async Task Settled()
    {
        int Came() => counterpart.Arrived.Count(a => a.Report is null);
        var started = TimeProvider.System.GetTimestamp();
        for (var quiet = 0; quiet < 3 && TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            var before = Came();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancelled);
            quiet = counterpart.Outstanding == 0 && Came() == before ? quiet + 1 : 0;
        }
    }

    /// <summary>How much stands in the participant's quarantine: as its desk says, else its next sign of life. Null: it does not say.</summary>
    internal async Task<int?> SetAside() => await Figure(f => f.Quarantined, r => r.Quarantined);

    /// <summary>How many local messages wait there for a person.</summary>
    internal async Task<int?> Incomplete() => await Figure(f => f.Incomplete, r => r.Incomplete);

    async Task<int?> Figure(Func<Storage.Adapter.AdapterFigures, int> figure, Func<AdapterReported, int> reported)
    {
        if (participant.Hand is { } hand)
            return figure(await hand.Figures(cancelled));
        var before = counterpart.Arrived.Count;
        var next = await counterpart.Await(all => all.Skip(before).FirstOrDefault(a => a.Report is not null), Patience, cancelled);
        return next is null ? null : reported(next.Report!);
    }

    internal IReadOnlyList<CheckResult> Results() => [.. checks.Select(c => seen[c.Id])];
}

/// <summary>A scene cannot go on; what it has not decided is not observed.</summary>
sealed class SceneEndedException(string why, bool applies = true) : Exception(why)
{
    /// <summary>False: what it has not decided does not apply to this participant.</summary>
    internal bool Applies { get; } = applies;
}
