namespace LiaisonHub.Conformance.Groups;

/// <summary>Two clocks a day apart. Which of the two is wrong nobody can see from inside; legal time is the hub's.</summary>
static class ClockGroup
{
    internal static async Task Run(Exam exam)
    {
        var (counterpart, now) = (exam.Counterpart, TimeProvider.System.GetUtcNow());
        await exam.Fence();
        var acts = counterpart.Acts.ToList();
        var off = acts.Select(a => (a.Act!.Header.ClaimedAt - a.At).Duration()).DefaultIfEmpty().Max();
        // An act may have waited in the outbox; one that claims the future never did.
        var ahead = acts.Select(a => a.Act!.Header.ClaimedAt - a.At).DefaultIfEmpty().Max();
        exam.Saw("LH-C230", ahead < TimeSpan.FromMinutes(5) && (acts.LastOrDefault() is not { } last || (last.Act!.Header.ClaimedAt - last.At).Duration() < TimeSpan.FromMinutes(5)),
            $"The instants its acts claim are at most {off.TotalSeconds:0} s from the kit's clock, {Math.Max(0, ahead.TotalSeconds):0} s ahead of it.");
        var report = await counterpart.Await(all => all.LastOrDefault(a => a.Report is not null), exam.Patience, exam.Cancelled);
        if (report is null)
            exam.Unseen("LH-C231", "No sign of life came.");
        else
            exam.Saw("LH-C231", (report.Report!.At - report.At).Duration() < TimeSpan.FromMinutes(5), $"Its sign of life says {report.Report.At:u}; the kit's clock said {report.At:u}.");

        SignedAct At(TimeSpan hub) => counterpart.Deliver(counterpart.Fence, how: new()
        {
            ReceivedAt = now + hub,
            Notice = n => n["header"]!["at"] = (now + hub).UtcDateTime.ToString("O"),
        });
        var lines = exam.Participant.Log?.Count ?? 0;
        await exam.Taken("LH-C232", "A notice dated a day ahead", () => At(TimeSpan.FromDays(1)));
        await exam.Taken("LH-C233", "A notice dated a day back", () => At(-TimeSpan.FromDays(1)));
        if (exam.Participant.Log is null)
            exam.Unseen("LH-C234", "The kit cannot read the participant's log.");
        else
        {
            var said = exam.Participant.Log.Skip(lines).FirstOrDefault(l => l.Contains("clock", StringComparison.OrdinalIgnoreCase));
            exam.Saw("LH-C234", said is not null, said is null ? "The hub's clock and its own were a day apart, and its log says nothing of clocks." : $"Its log says: {said.Trim()}");
        }

        await exam.Taken("LH-C235", "An act whose maker's clock was a day ahead", () => counterpart.Deliver(counterpart.Fence, how: new()
        {
            Act = a => a["header"]!["claimedAt"] = now.AddDays(1).UtcDateTime.ToString("O"),
        }));
        await exam.Refused("LH-C236", "An act that claims a time at which its key was still valid, received when it had ended", () => counterpart.Deliver(counterpart.Fence, how: new()
        {
            ActKey = counterpart.OtherEnded,
            Act = a => a["header"]!["claimedAt"] = now.AddDays(-10).UtcDateTime.ToString("O"),
            ReceivedAt = now,
        }));
    }
}
