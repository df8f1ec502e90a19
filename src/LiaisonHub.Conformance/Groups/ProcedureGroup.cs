using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>Every act of every procedure, in both directions.</summary>
static class ProcedureGroup
{
    /// <summary>The two checks of each procedure: what may come is taken, what may be made is made well.</summary>
    internal static IReadOnlyDictionary<string, (string Takes, string Makes)> ChecksOf { get; } = new Dictionary<string, (string, string)>
    {
        ["MutualAssistance"] = ("LH-C130", "LH-C150"),
        ["Extradition"] = ("LH-C131", "LH-C151"),
        ["Emergency"] = ("LH-C132", "LH-C152"),
        ["Preservation"] = ("LH-C133", "LH-C153"),
        ["AssetRecovery"] = ("LH-C134", "LH-C154"),
        ["Correction"] = ("LH-C135", "LH-C155"),
        ["Jurisdiction"] = ("LH-C136", "LH-C156"),
        ["InterceptionNotice"] = ("LH-C137", "LH-C157"),
        ["JointInvestigation"] = ("LH-C138", "LH-C158"),
        ["JointAction"] = ("LH-C139", "LH-C159"),
        ["Dispute"] = ("LH-C140", "LH-C160"),
        ["HeldCopy"] = ("LH-C141", "LH-C161"),
    };

    internal static async Task Run(Exam exam)
    {
        var vain = 0;
        foreach (var (procedure, acts) in ProcedureSheet.ActsOfEach)
            if (ChecksOf.TryGetValue(procedure, out var checks))
            {
                var requests = (Asked: exam.Counterpart.Open(Side.Requested), Asking: exam.Counterpart.Open(Side.Requesting));
                await Takes(exam, checks.Takes, acts, requests);
                vain = await Makes(exam, checks.Makes, acts, requests, vain < Examination.GiveUpAfter ? exam.Patience : TimeSpan.Zero) ? 0 : vain + 1;
            }
    }

    static async Task Takes(Exam exam, string check, IReadOnlyList<(string Act, Side? By)> acts, (Conversation Asked, Conversation Asking) requests)
    {
        var counterpart = exam.Counterpart;
        // Who opens the request speaks first: an act on a request nobody opened is another matter.
        var sent = acts.Where(a => a.Act != nameof(ReceiptGiven)).OrderByDescending(a => Contracts.V1.Acts.All[a.Act].Opens)
            .Select(a => counterpart.Deliver(a.By == Side.Requested ? requests.Asking : requests.Asked, a.Act)).ToList();
        var taken = await exam.Fence();
        await counterpart.Await(all => sent.All(s => all.Any(a => a.Receipt?.OfActId == s.ActId)) ? all : null, TimeSpan.FromSeconds(2), exam.Cancelled);
        var missing = sent.Where(s => counterpart.Receipts(s.ActId).Count == 0).Select(s => s.Type).ToList();
        exam.Saw(check, taken && missing.Count == 0, missing.Count == 0 ? $"All {sent.Count} acts were taken, each with a receipt." : $"{sent.Count - missing.Count} of {sent.Count} acts were taken; without a receipt: {string.Join(", ", missing)}.");
    }

    // True: something came.
    static async Task<bool> Makes(Exam exam, string check, IReadOnlyList<(string Act, Side? By)> acts, (Conversation Asked, Conversation Asking) requests, TimeSpan patience)
    {
        if (exam.Participant.Hand is not { } hand)
        {
            exam.Unseen(check, "Nobody works at the participant's desk for the kit.");
            return true;
        }

        var counterpart = exam.Counterpart;
        var made = new List<(string Type, Guid ActId)>();
        var wrong = new List<string>();
        foreach (var (type, by) in acts.Where(a => a.Act != nameof(ReceiptGiven)))
        {
            var open = Samples.Open(type);
            var opens = Contracts.V1.Acts.All[type].Opens;
            if (opens)
                open.Remove("reference");
            var (actId, problem) = await hand.Make(
                new ActToMake
                {
                    Type = type,
                    RequestId = opens ? null : (by == Side.Requesting ? requests.Asking : requests.Asked).RequestId,
                    To = opens ? new Party { State = counterpart.Other, Authority = counterpart.OtherAuthority } : null,
                    Open = open,
                    Private = Samples.Private(type),
                },
                exam.Cancelled);
            if (actId is { } id)
                made.Add((type, id));
            else
                wrong.Add($"{type} was not made: {problem}");
        }

        await counterpart.Await(all => made.All(m => all.Any(a => a.Act?.Header.ActId == m.ActId)) ? all : null, patience, exam.Cancelled);
        var came = counterpart.Acts.ToLookup(a => a.Act!.Header.ActId);
        var unreadable = counterpart.Arrived.Where(a => a.Unreadable is not null).Select(a => a.Unreadable).ToList();
        foreach (var (type, actId) in made)
            if (came[actId].FirstOrDefault() is not { } act)
                wrong.Add($"{type} did not come{(unreadable.Count > 0 ? $", or cannot be read at {unreadable[0]}" : "")}");
            else if (Problem(counterpart, act) is { } problem)
                wrong.Add($"{type}: {problem}");
        exam.Saw(check, wrong.Count == 0, wrong.Count == 0 ? $"All {made.Count} acts came, fit their schema, and what is private opens and fits its own." : string.Join("; ", wrong));
        return made.Any(m => came.Contains(m.ActId));
    }

    static string? Problem(Counterpart counterpart, Arrival arrival)
    {
        var (act, type) = (arrival.Act!, Contracts.V1.Acts.All[arrival.Act!.Type]);
        if (type.PrivateRequired && act.Sealed is null)
            return "its private part is missing";
        if (act.Sealed is null)
            return null;
        try
        {
            JsonSerializer.Deserialize(Opener.Open(act.Sealed, [counterpart.OtherSeal, counterpart.OtherSealBefore], act.Header.ActId), type.Private!, Wire.Json);
            return null;
        }
        catch (SealException)
        {
            return "its private part does not open";
        }
        catch (JsonException e)
        {
            return $"its private part does not fit at {e.Path}";
        }
    }
}
