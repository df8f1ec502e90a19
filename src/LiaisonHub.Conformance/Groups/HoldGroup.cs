using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>A lawful pause: nobody is told of a date that does not run, and silence is nobody's fault.</summary>
static class HoldGroup
{
    internal static async Task Run(Exam exam)
    {
        var (counterpart, now) = (exam.Counterpart, TimeProvider.System.GetUtcNow());
        var on = counterpart.Open(Side.Requested);
        counterpart.Deliver(on, nameof(RequestSubmitted));
        var due = now.AddDays(20);
        DeadlineStanding deadline = new()
        {
            RuleId = "EIO-D1",
            Title = "Decision on recognition",
            Article = "EIO Article 12(3)",
            Verified = true,
            OnWhom = Side.Requested,
            Started = now,
            Due = due,
        };
        Say(deadline);
        await exam.Fence();
        var hand = exam.Participant.Hand;
        if (hand is null)
            exam.Unseen(["LH-C120", "LH-C121", "LH-C122"], "The kit cannot look at the participant's desk.");
        else
            exam.Saw("LH-C120", Same(await Next(), due), "A running deadline was told; the desk shows it with its date, or another one.");

        Say(deadline with { Due = null, HeldSince = now, HoldReason = "Execution is postponed: items in use." });
        var taken = await exam.Fence();
        if (hand is not null)
            exam.Saw("LH-C121", await Next() is null, await Next() is { } still ? $"The deadline is held; the desk still shows {still:u}." : "The deadline is held; the desk shows no date.");

        var before = counterpart.Acts.Count(a => a.Act!.Type != nameof(ReceiptGiven));
        var postponed = counterpart.Deliver(on, nameof(ExecutionPostponed));
        taken &= await exam.Fence();
        exam.Saw("LH-C123", taken && counterpart.Receipts(postponed.ActId).Count > 0, $"The notice of a hold and the act that postpones execution were {(taken ? "taken" : "not taken")}.");

        var later = due.AddDays(11);
        Say(deadline with { Due = later });
        await exam.Fence();
        if (hand is not null)
            exam.Saw("LH-C122", Same(await Next(), later), $"The hold ended and the deadline is due {later:u}; the desk shows {(await Next())?.ToString("u") ?? "no date"}.");

        var passed = deadline with { Due = now.AddHours(-1), Level = 1 };
        on.Deadlines = [passed];
        counterpart.Notify(new OverdueNotice { Deadline = passed, ReasonWanted = true, Standing = counterpart.Standing(on) }, on);
        await exam.Fence();
        var made = counterpart.Acts.Count(a => a.Act!.Type != nameof(ReceiptGiven)) - before;
        exam.Saw("LH-C124", made == 0, made == 0 ? "Notices of time alone made the participant declare nothing." : $"Notices of time alone made the participant send {made} acts no person made.");

        void Say(DeadlineStanding of)
        {
            on.Deadlines = [of];
            counterpart.Notify(new StatusReport { Standing = counterpart.Standing(on) }, on);
        }

        async Task<DateTimeOffset?> Next() => (await hand!.Request(on.RequestId, exam.Cancelled))?.NextDue;
        static bool Same(DateTimeOffset? shown, DateTimeOffset told) => shown is { } at && (at - told).Duration() < TimeSpan.FromSeconds(1);
    }
}
