using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Officers;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Desk.Worklist;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;
using MadeAct = LiaisonHub.Adapters.Acts.MadeAct;

namespace LiaisonHub.Desk.Making;

/// <summary>An act being written: its form, what was typed, what may be chosen, what is asked.</summary>
public sealed partial class Composition
{
    public required DraftSubject Subject { get; init; }
    public required ActForm Form { get; init; }
    public required Choices Choices { get; init; }
    public required Typed Typed { get; init; }

    /// <summary>The request. Null: a new one.</summary>
    public OwnRequest? Request => Choices.Request;

    /// <summary>The local file it is made from.</summary>
    public Intake? Intake { get; init; }

    /// <summary>What a person is asked about the local file.</summary>
    public IReadOnlyList<Question> Questions { get; init; } = [];

    /// <summary>When the draft was saved. Null: nothing is saved.</summary>
    public DateTimeOffset? SavedAt { get; init; }

    /// <summary>What the procedure asks of the content.</summary>
    public required Rules Rules { get; init; }

    /// <summary>Now (UTC).</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True: receiver, sender and priority are asked for, since no request gives them.</summary>
    public bool Addresses => Request is null;

    public string Address => Subject.Address(Form.Act.Name);

    /// <summary>True: the hub has said that this act may be made now, or would open the request.</summary>
    public bool IsOpenNow => Request is null ? Form.Act.Name == nameof(RequestSubmitted) : Choices.Standing?.YouMay.Contains(Form.Act.Name) == true;

    /// <summary>Reads what was typed.</summary>
    public ReadForm Read()
    {
        var read = FormReader.Read(Form, Typed);
        // The number of a new request is given when it is made.
        var problems = Addresses && Form.Act.Name == nameof(RequestSubmitted) ? read.Problems.Where(p => p is not { Field: "open.reference", Missing: true }).ToList() : [.. read.Problems];
        if (Addresses && Choices.Addressees.All(a => a.Value != Typed.Of(ToAuthority)))
            problems.Insert(0, new() { Field = ToAuthority, Missing = true, Words = "Nobody is addressed yet.", Expected = "an authority of the state that is asked" });
        if (problems.Count == 0)
            problems.AddRange(Findings(read.Open));
        return read with { Problems = problems };
    }

    // What the hub would refuse for its content is said here first, in the hub's own words. Which measures are still wanted is known to the hub alone.
    IEnumerable<FieldProblem> Findings(JsonObject open)
    {
        var content = (JsonObject)open.DeepClone();
        content.TryAdd("reference", "XX");
        var typed = (Form.Act.Content.IsAssignableTo(typeof(IRequestContent)) ? content : open).Deserialize(Form.Act.Content, Wire.Json)!;
        return Rules.ContentProblem(typed, Known(), Now) is not { } found ? [] : FindingPattern().Matches(found)
            .Where(m => m.Groups["field"].Value.Split('[')[0] is not ("only" or "noLongerWanted"))
            .Select(m => new FieldProblem { Field = $"open.{m.Groups["field"].Value}", Missing = false, Words = $"This {m.Groups["found"].Value}" });
    }

    // The request as this side knows it: enough for what content is checked against.
    Request Known()
    {
        var asked = Choices.RequestContent();
        var (own, other) = (new Party { State = Choices.OwnState, Authority = "" }, new Party { State = Request?.OtherState ?? StateOf(Typed.Of(ToAuthority)), Authority = "" });
        var (requesting, requested) = Request?.OwnSide == Side.Requested ? (other, own) : (own, other);
        return new()
        {
            Id = Request?.RequestId ?? Guid.Empty,
            Procedure = "",
            RulesVersion = "",
            Instrument = asked?.Instrument ?? "",
            Reference = Request?.Reference ?? "",
            Requesting = requesting,
            Requested = requested,
            State = "",
            Since = Now,
            FirstReceivedAt = Now,
            CompetentSince = Now,
            Measures = [.. (asked?.Measures ?? []).Select(m => new MeasureState(m.Kind, m.Count))],
        };
    }

    /// <summary>Makes the act. The same content twice makes one.</summary>
    public Task<MadeAct> Make(ReadForm read, Officer officer, ActMaker maker, IntakeTasks tasks, CancellationToken cancellationToken)
    {
        var to = Addresses ? new Party { State = StateOf(Typed.Of(ToAuthority)), Authority = Typed.Of(ToAuthority) } : null;
        var priority = Addresses && Enum.TryParse<Priority>(Typed.Of(PriorityPath), out var chosen) ? chosen : default(Priority?);
        if (Intake is { } intake)
            return tasks.Complete(
                intake.IntakeId,
                new() { To = to, RequestId = Request?.RequestId, Open = read.Open, Private = read.Private, Priority = priority, By = officer.Signature },
                cancellationToken);
        return maker.Make(
            new ActToMake
            {
                Type = Form.Act.Name,
                RequestId = Request?.RequestId,
                Open = read.Open,
                Private = read.Private,
                To = to,
                FromAuthority = Addresses && Typed.Of(FromAuthority) is { Length: > 0 } from ? from : null,
                InReplyTo = Choices.Answers(Form.Act.Name),
                Priority = priority,
                Exercise = Addresses && Typed.Of(Exercise) == "true",
                IdempotencyKey = KeyOf(Subject, Typed.Key),
                MadeBy = officer.Signature,
            },
            cancellationToken);
    }

    /// <summary>What tells an act made of this form from every other.</summary>
    public static string KeyOf(DraftSubject subject, Guid key) => subject.IntakeId is { } intake ? $"intake:{intake:N}" : $"desk:{key:N}";

    /// <summary>Changes whenever anything that was typed does.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Typed.Json()))[..32];

    public const string ToAuthority = "to.authority", FromAuthority = "from.authority", PriorityPath = "header.priority", Exercise = "header.exercise";

    [GeneratedRegex(@"\$\.open\.(?<field>[^:\s]+): (?<found>.*?)(?=\s\$\.open\.|$)")]
    private static partial Regex FindingPattern();

    string StateOf(string authority) => Choices.Region.States.Values.FirstOrDefault(s => s.Authorities.Any(a => a.Code == authority))?.Code ?? "";
}

/// <summary>Begins, keeps and brings back what officers write. Everything of it is sealed to this state.</summary>
sealed class Compositions(House house, DeskReads reads, DraftStore drafts, IntakeStore intakes, IntakeTasks tasks, AdapterKeys keys, TimeProvider time)
{
    const int MostRequests = 200;

    /// <returns>Null: there is no such request, file or act.</returns>
    public async Task<Composition?> Load(DraftSubject subject, string? actType, Officer officer, CancellationToken cancellationToken)
    {
        var intake = subject.IntakeId is { } intakeId ? await intakes.Find(intakeId, cancellationToken) : null;
        var translation = intake is { State: IntakeState.Incomplete } ? await Read(intake, cancellationToken) : null;
        if (subject.IntakeId is not null && translation is null)
            return null;
        actType ??= translation?.ActType ?? nameof(RequestSubmitted);
        if (!Acts.All.ContainsKey(actType) || Words.ActWords.IsAutomatic(actType))
            return null;
        var requestId = subject.RequestId ?? (translation?.Request is { } named ? (await Named(named, cancellationToken))?.RequestId : null);
        var request = requestId is { } id ? await reads.Request(id, cancellationToken) : null;
        if (subject.RequestId is not null && request is null)
            return null;
        var choices = new Choices(house.Region, house.Own, house.Today)
        {
            Request = request,
            Standing = NextStep.Read(request?.Standing),
            Acts = request is null ? [] : await reads.Acts(request.RequestId, cancellationToken),
            Requests = await reads.Worklist(new() { Closed = true, OtherState = request?.OtherState, AtMost = MostRequests }, cancellationToken),
        };
        var form = ActForm.Of(actType);
        var draft = await drafts.Load(officer.Signature, subject.Key, actType, cancellationToken);
        return new()
        {
            Subject = subject,
            Form = form,
            Choices = choices,
            Intake = intake,
            Rules = house.Rules,
            Now = time.GetUtcNow(),
            Questions = translation?.Questions ?? [],
            SavedAt = draft?.SavedAt,
            Typed = draft is not null ? Typed.Read(keys.Open(draft.SealedDraft, draft.DraftId)) : translation is not null ? From(form, translation) : choices.Begin(form),
        };
    }

    public Task Save(Composition composition, Officer officer, CancellationToken cancellationToken) =>
        Save(composition.Subject, composition.Form, composition.Typed, officer, cancellationToken);

    public async Task Save(DraftSubject subject, ActForm form, Typed typed, Officer officer, CancellationToken cancellationToken)
    {
        var draftId = Guid.CreateVersion7();
        var draft = new Draft
        {
            DraftId = draftId,
            Officer = officer.Signature,
            RequestKey = subject.Key,
            ActType = form.Act.Name,
            SealedDraft = keys.SealAtHome(typed.Json(), draftId),
            SavedAt = time.GetUtcNow(),
        };
        await drafts.Save(draft, cancellationToken);
    }

    public Task Discard(Composition composition, Officer officer, CancellationToken cancellationToken) =>
        drafts.Discard(officer.Signature, composition.Subject.Key, composition.Form.Act.Name, cancellationToken);

    /// <summary>What an own act said, as a draft: for one that the hub refused.</summary>
    public Typed Again(StoredAct act)
    {
        var form = ActForm.Of(act.ActType);
        var typed = Typed.From(form, JsonNode.Parse(act.OpenPart), act.SealedPart is { } part ? JsonNode.Parse(keys.Open(part, act.ActId)) : null);
        typed.Replaces = act.ActId;
        typed.Set(Composition.ToAuthority, act.ReceiverAuthority);
        typed.Set(Composition.FromAuthority, act.SenderAuthority);
        typed.Set(Composition.PriorityPath, act.Priority.ToString());
        return typed;
    }

    /// <summary>What could be read of an incomplete file.</summary>
    async Task<Translation?> Read(Intake intake, CancellationToken cancellationToken)
    {
        try
        {
            return await tasks.Load(intake.IntakeId, cancellationToken);
        }
        catch (Exception e) when (e is SealException or JsonException)
        {
            return null; // Sealed to a key that is gone: the file can be read again from the list.
        }
    }

    async Task<OwnRequest?> Named(string request, CancellationToken cancellationToken) =>
        Guid.TryParse(request, out var id) ? await reads.Request(id, cancellationToken) : await reads.Request(request, cancellationToken);

    Typed From(ActForm form, Translation translation)
    {
        var typed = Typed.From(form, translation.Open, translation.Private);
        if (translation.ToAuthority is { } to)
            typed.Set(Composition.ToAuthority, to);
        else if (translation.ToState is { } state && house.Region.Designated(state, house.Today).ToList() is [{ } only])
            typed.Set(Composition.ToAuthority, only.Code);
        if (translation.FromAuthority is { } from)
            typed.Set(Composition.FromAuthority, from);
        typed.Set(Composition.PriorityPath, translation.Priority.ToString());
        if (translation.Exercise)
            typed.Set(Composition.Exercise, "true");
        return typed;
    }
}
