using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Cli.Up;

/// <summary>
/// The demonstration: drops sample files into XA's inbox and plays both sides. It makes acts as a desk would, so everything it does is what a person could do. Each step has a key of its own:
/// after a crash the script goes on where it was and makes nothing twice.
/// </summary>
sealed class DemoScript(string folder, IServiceProvider xa, IServiceProvider xb)
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(1.2);

    /// <summary>The three court messages and what becomes of the requests read from them.</summary>
    static readonly (string File, Step[] Steps)[] Parts =
    [
        ("court-message-1-heard.xml",
        [
            new("XB", nameof(RequestAcknowledged), _ => new RequestAcknowledged { TheirReference = "XB-2026-0417", CompetentAuthority = "XB-CA" }),
            new("XB", nameof(InformationRequested), _ => new InformationRequested { Gaps = ["On which day may the witness be heard at the latest?", "Shall counsel for the defence be present?"] },
                "Two questions before we can decide."),
            new("XA", nameof(InformationSupplied), _ => new InformationSupplied { Complete = true }, "By the end of next month. Yes, counsel asks to be present."),
            new("XB", nameof(RequestRecognised), Recognised),
            new("XB", nameof(EvidenceSent), _ => Evidence(1, final: false), Evidence: "Record of the hearing of the witness, invented for this demonstration."),
            new("XA", nameof(EvidenceReceived), _ => new EvidenceReceived { Part = 1 }),
            new("XB", nameof(EvidenceSent), _ => Evidence(2, final: true), Evidence: "Annex with the exhibits shown to the witness, invented for this demonstration."),
            new("XA", nameof(EvidenceReceived), _ => new EvidenceReceived { Part = 2 }),
            new("XA", nameof(UseConditionsAccepted), _ => new UseConditionsAccepted()),
            new("XA", nameof(UseReported), _ => new UseReported { Outcome = UseOutcome.UsedInTrial, Quality = 5 }),
        ]),
        ("court-message-2-refused.xml",
        [
            new("XB", nameof(RequestAcknowledged), _ => new RequestAcknowledged { TheirReference = "XB-2026-0418", CompetentAuthority = "XB-CA" }),
            new("XB", nameof(RefusalConsulted), _ => new RefusalConsulted { Ground = "NEBIS" }, "A court here has judged the same acts with final effect. Do you maintain the request?"),
            new("XA", nameof(ConsultationAnswered), _ => new ConsultationAnswered { Answer = ConsultationAnswer.Maintained }, "We maintain it; the acts are not the same."),
            new("XB", nameof(RequestRefused), _ => new RequestRefused { Ground = "NEBIS", Reasons = "Final judgment for the same acts; consultation did not change the finding.", Remedy = "Appeal within 15 days to the court of appeal." },
                "The full reasons, invented for this demonstration."),
        ]),
        // Nobody answers this one.
        ("court-message-3-silence.xml", []),
    ];

    const string Unreadable = "court-message-4-unreadable.xml";

    /// <summary>Plays until everything is made or the token ends it.</summary>
    public async Task Play(CancellationToken cancellationToken)
    {
        try
        {
            var requests = new Guid?[Parts.Length];
            var next = new int[Parts.Length];
            for (var i = 0; i < Parts.Length; i++)
            {
                Drop(Parts[i].File);
                requests[i] = await RequestOf(Parts[i].File, cancellationToken);
                await Task.Delay(Beat, TimeProvider.System, cancellationToken);
            }
            Drop(Unreadable);
            while (Parts.Where((part, i) => next[i] < part.Steps.Length).Any())
            {
                for (var i = 0; i < Parts.Length; i++)
                    if (next[i] < Parts[i].Steps.Length && await Make(requests[i]!.Value, Parts[i].Steps[next[i]], next[i], cancellationToken))
                        next[i]++;
                await Task.Delay(Beat, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The person has seen enough.
        }
        catch (Exception e)
        {
            Terminal.Bad($"The demonstration stopped: {e.Message}", "The programs run on; what was made so far is there.");
        }
    }

    // A file that was taken before is in the processed folder, or its content is known to the adapter: dropping it again makes nothing twice.
    void Drop(string file)
    {
        if (Directory.EnumerateFiles(Path.Combine(folder, "XA"), "*", SearchOption.AllDirectories).Any(f => Path.GetFileName(f).Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal)))
            return;
        var inbox = Path.Combine(folder, "XA", "inbox");
        var half = Path.Combine(inbox, file + ".tmp");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "demo", file), half, overwrite: true);
        File.Move(half, Path.Combine(inbox, file), overwrite: true);
    }

    async Task<Guid> RequestOf(string file, CancellationToken cancellationToken)
    {
        var intakes = xa.GetRequiredService<IntakeStore>();
        while (true)
        {
            foreach (var intake in await intakes.In(IntakeState.Made, 100, cancellationToken))
                if (intake.FileName == file && intake.RequestId is { } requestId)
                    return requestId;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }
    }

    async Task<bool> Make(Guid requestId, Step step, int number, CancellationToken cancellationToken)
    {
        var side = step.State == "XA" ? xa : xb;
        var reads = side.GetRequiredService<DeskReads>();
        var maker = side.GetRequiredService<ActMaker>();
        foreach (var act in await reads.Acts(requestId, cancellationToken))
        {
            if (act is { Direction: Direction.Out, Outcome: "Refused" })
                throw new InvalidOperationException($"The hub refused {act.ActType}: {act.RefusalReason}");
            if (act.Direction == Direction.In && act.OpenedAt == null && act.ActType != nameof(ReceiptGiven))
                await maker.MarkOpened(act.ActId, "demonstration", cancellationToken);
        }
        if (await reads.Request(requestId, cancellationToken) is not { Standing: { } standing } || !JsonSerializer.Deserialize<Standing>(standing, Wire.Json)!.YouMay.Contains(step.Act))
            return false;
        var made = await maker.Make(
            new ActToMake
            {
                RequestId = requestId,
                Type = step.Act,
                Open = step.Open(side),
                Private = step.Evidence != null ? Items(step.Evidence) : step.Text == null ? null : new Explanation { Text = step.Text },
                IdempotencyKey = $"demo/{requestId:N}/{number}",
                MadeBy = "demonstration",
            },
            cancellationToken);
        if (!made.Made)
            throw new InvalidOperationException($"The demonstration's step {number} ({step.Act}) is wrong: {string.Join("; ", made.Problems)}");
        return true;
    }

    static RequestRecognised Recognised(IServiceProvider side) => new()
    {
        DualCriminality = DualCriminality.ListOffence,
        RightsCheck = new RightsCheck
        {
            CheckedBy = "Investigating judge",
            Answers = [.. Casework.Region.Load(UpCommand.DemoRegion).Catalogue.Rights.Select(item => new RightsAnswer { Item = item.Code, Finding = RightsFinding.Passed })],
        },
    };

    // Ids, salts and commitments are the adapter's to make.
    static JsonObject Evidence(int part, bool final) => new()
    {
        ["part"] = part,
        ["ofParts"] = 2,
        ["final"] = final,
        ["manifest"] = new JsonArray(new JsonObject { ["kind"] = nameof(EvidenceKind.Testimony) }),
        ["useConditions"] = new JsonArray("Use in these proceedings only"),
    };

    static JsonObject Items(string text) => new()
    {
        ["items"] = new JsonArray(new JsonObject
        {
            ["description"] = text,
            ["content"] = new JsonObject { ["fileName"] = "record.txt", ["mediaType"] = "text/plain", ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) },
        }),
    };

    sealed record Step(string State, string Act, Func<IServiceProvider, object> Open, string? Text = null, string? Evidence = null);
}
