using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Conformance.Groups;

/// <summary>A name planted in every place a name may stand in, and searched for in the log.</summary>
static class PrivacyGroup
{
    /// <summary>The name in the private part of what is made at the desk.</summary>
    internal const string Written = "Plimsolder";

    internal static async Task Run(Exam exam)
    {
        if (exam.Participant.Log is null)
            throw new SceneEndedException("The kit cannot read the participant's log.");
        var counterpart = exam.Counterpart;
        await exam.Fence();
        const string inside = "Vandervool", spoilt = "Quastimer", named = "Wexcombury", filed = "Ostrevanty";

        counterpart.Deliver(counterpart.Fence, how: new() { Private = p => p["text"] = inside });
        counterpart.Deliver(counterpart.Fence, how: new() { Private = p => p["text"] = new JsonArray(spoilt) });
        counterpart.Deliver(counterpart.Fence, how: new() { Act = a => a["open"]!["subject"] = new JsonArray(spoilt) });
        counterpart.Notify(nameof(StatusReport), new JsonObject { ["standing"] = spoilt }, counterpart.Fence);
        await exam.Fence();
        await exam.Settled();
        Searched("LH-C280", inside, "in the private part of an act that was taken");
        Searched("LH-C281", spoilt, "in documents that could not be read");

        if (exam.Participant.Hand is { } hand)
        {
            await hand.Make(new ActToMake { Type = nameof(NoteSent), RequestId = counterpart.Fence.RequestId, Open = new NoteSent { Subject = "Privacy" }, Private = new Explanation { Text = Written } }, exam.Cancelled);
            await exam.Fence();
            Searched("LH-C282", Written, "in the private part of an act made at the desk");
        }
        else
            exam.Unseen("LH-C282", "Nobody works at the participant's desk for the kit.");

        if (exam.Participant.Local is { Sample: { } sample } local)
        {
            var drop = new LocalDrop(exam, local, sample);
            await drop.Begin();
            var (name, bytes) = drop.Good(filed);
            await drop.Makes(name, sample.Person is { } person ? LocalDrop.Replace(bytes, person, named) : bytes);
            var content = drop.Good().Bytes;
            content = sample.Person is { } someone ? LocalDrop.Replace(content, someone, named) : content;
            await drop.Spoiled($"{filed}-half", content[..(content.Length * 3 / 5)]);
            if (sample.Person is null)
                exam.Unseen(["LH-C283", "LH-C285"], "The sample names no person.");
            else
            {
                Searched("LH-C283", named, "in local messages, one of them spoiled");
                var told = Directory.EnumerateFiles(local.Rejected, "*.reason.txt").FirstOrDefault(f => File.ReadAllText(f).Contains(named, StringComparison.OrdinalIgnoreCase));
                exam.Saw("LH-C285", told is null, told is null ? "No reason beside a rejected file quotes it." : "A reason beside a rejected file quotes what stands in it.");
            }

            Searched("LH-C284", filed, "in the names of local files");
        }
        else
            exam.WithoutLocalSystem("LH-C283", "LH-C284", "LH-C285");

        void Searched(string check, string planted, string where)
        {
            var lines = exam.Participant.Log!;
            var found = lines.Count(l => l.Contains(planted, StringComparison.OrdinalIgnoreCase));
            if (lines.Count == 0)
                exam.Unseen(check, "The log is empty: nothing can be said of it.");
            else
                exam.Saw(check, found == 0, found == 0 ? $"A name planted {where} stands in none of {lines.Count} lines." : $"A name planted {where} stands in {found} of {lines.Count} lines.");
        }
    }
}
