using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Intakes;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Casework;
using LiaisonHub.Casework.Profiles;
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
public sealed class Composition
{
    public required DraftSubject Subject { get; init; }
    public required ActForm Form { get; init; }
    public required Choices Choices { get; init; }
    public required Typed Typed { get; init; }

    /// <summary>The request. Null: a new one.</summary>
    public OwnRequest? Request => Choices.Request;

    /// <summary>The preservation that the new request follows. Null: it follows none.</summary>
    public OwnRequest? Preservation { get; init; }

    /// <summary>The local file it is made from.</summary>
    public Intake? Intake { get; init; }

    /// <summary>Another local file about the same case. Null: there is none.</summary>
    public Intake? SameCaseAs { get; init; }

    /// <summary>The request made of it. Null: it waits still.</summary>
    public OwnRequest? EarlierRequest { get; init; }

    /// <summary>Whether this is a further request beside that one: what may be answered.</summary>
    public IReadOnlyList<Option> Further => SameCaseAs is not { } other ? [] :
    [
        .. EarlierRequest is { OwnSide: Side.Requesting } earlier && Form.Act.Content == typeof(RequestSubmitted) && earlier.OtherState == StateOf(Typed.Of(ToAuthority))
            ? [new Option($"{other.IntakeId}:{earlier.RequestId}", $"A further request, which supplements {earlier.Reference}")] : Array.Empty<Option>(),
        new($"{other.IntakeId}", $"A request of its own, beside {EarlierRequest?.Reference ?? other.FileName}"),
    ];

    /// <summary>The answer. Null: not answered yet, or it was about another file.</summary>
    public Option? IsFurther => Further.FirstOrDefault(o => o.Value == Typed.Of(FurtherTo));

    /// <summary>What a person is asked about the local file.</summary>
    public IReadOnlyList<Question> Questions { get; init; } = [];

    /// <summary>When the draft was saved. Null: nothing is saved.</summary>
    public DateTimeOffset? SavedAt { get; init; }

    /// <summary>What the procedure asks of the content.</summary>
    public required Rules Rules { get; init; }

    /// <summary>Translations asked for before it is sent.</summary>
    public IReadOnlyList<DraftTranslation> Translations { get; init; } = [];

    /// <summary>Now (UTC).</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The rights that this act answers: in an emergency only those marked short.</summary>
    public IEnumerable<RightsItem> Rights => Choices.Rights.Where(r => r.InShortCheck || Form.Act.Content != typeof(RightsCheckMade));

    /// <summary>True: receiver, sender and priority are asked for, since no request gives them.</summary>
    public bool Addresses => Request is null;

    public string Address => Subject.Address(Form.Act.Name);

    /// <summary>True: the same request may go to several authorities at once, each as a request of its own. What has many parties, follows a preservation or comes from a local file goes to one.</summary>
    public bool MayGoToSeveral => Addresses && Form.Act.Opens && Intake is null && Preservation is null && !Form.Act.Content.IsAssignableTo(typeof(IMultilateralOpening));

    /// <summary>Authorities to which the same request goes besides the first.</summary>
    public IReadOnlyList<string> Others => MayGoToSeveral ? [.. Typed.All(AlsoTo).Distinct()] : [];

    /// <summary>True: the hub has said that this act may be made now, or would open the request.</summary>
    public bool IsOpenNow => Request is null ? Form.Act.Opens : Choices.Standing?.YouMay.Contains(Form.Act.Name) == true;

    /// <summary>Reads what was typed.</summary>
    public ReadForm Read()
    {
        Typed.Zone = Choices.Zone;
        var read = FormReader.Read(Form, Typed);
        // The number of a new request is given when it is made.
        var problems = Addresses && Form.Act.Opens ? read.Problems.Where(p => p is not { Field: "open.reference", Missing: true }).ToList() : [.. read.Problems];
        if (Addresses && Choices.Addressees(Form.Act.Name).All(a => a.Value != Typed.Of(ToAuthority)))
            problems.Insert(0, new() { Field = ToAuthority, Missing = true, Words = "Nobody is addressed yet.", Expected = "an authority of the state that is asked" });
        if (Others.GroupBy(StateOf).FirstOrDefault(g => g.Key.Length == 0 || g.Key == StateOf(Typed.Of(ToAuthority)) || g.Count() > 1) is { } twice)
            problems.Insert(0, new()
            {
                Field = AlsoTo,
                Missing = false,
                Words = twice.Key.Length == 0 ? "One of the further authorities is not in the register." : $"{twice.Key} is addressed twice.",
                Expected = "one authority of each further state",
            });
        if (SameCaseAs is { } other && IsFurther is null)
        {
            var question = SameCase.Question(other, EarlierRequest);
            problems.Insert(0, new() { Field = question.Field, Missing = true, Words = question.Ask, Expected = question.Expected });
        }
        if (IsFurther?.Value.Split(':') is [_, var supplemented])
            read.Open["supplements"] = supplemented;
        if (problems.Count == 0)
            problems.AddRange(Findings(read.Open));
        return read with { Problems = problems };
    }

    // What the hub would refuse for its content is said here first.
    IEnumerable<FieldProblem> Findings(JsonObject open)
    {
        var content = (JsonObject)open.DeepClone();
        content.TryAdd("reference", "XX");
        return ContentCheck.Of(Rules, Choices, StateOf(Typed.Of(ToAuthority)), Form.Act.Content, Form.Act.Opens ? content : open, Now);
    }

    /// <summary>Those of the fields of a measure that its kind calls for, in the order of the law, and those in which something stands already.</summary>
    /// <param name="fields">The fields of the row.</param>
    /// <param name="at">Path of the row.</param>
    /// <param name="measure">Which measure it is about: 0 for the first.</param>
    /// <param name="part">The part of the act the row stands in.</param>
    public IReadOnlyList<Field> OfMeasure(IReadOnlyList<Field> fields, string at, int measure, MeasurePart part)
    {
        var all = Rules.Region.Catalogue.MeasureContents.Where(c => c.Part == part).ToList();
        var called = Enum.TryParse<MeasureKind>(KindOf(measure), out var kind) ? all.Where(c => c.Kind == kind).ToList() : [];
        return Called(fields, at, "");

        IReadOnlyList<Field> Called(IReadOnlyList<Field> of, string under, string prefix) => [.. of.Where(f => !f.Identifies)
            .Select(f => (Field: f, Order: called.FindIndex(c => Is(c, prefix + f.Name)), Known: all.Exists(c => Is(c, prefix + f.Name))))
            .Where(f => f.Order >= 0 || !f.Known || !Typed.IsBlank(f.Field, $"{under}.{f.Field.Name}"))
            .OrderBy(f => f.Order)
            .Select(f => Shown(f.Field, $"{under}.{f.Field.Name}", prefix + f.Field.Name))];

        Field Shown(Field field, string path, string name) =>
            called.FirstOrDefault(c => c.Field == name) is { } content
                ? field with { Required = content.Required, Hint = $"{field.Hint} {content.Article}{(content.Verified ? "" : ", not yet checked against the official text")}.".TrimStart() }
                : called.Exists(c => Is(c, name)) ? field with { Required = called.Exists(c => c.Required && Is(c, name)), Fields = Called(field.Fields, path, name + ".") }
                : field;

        static bool Is(MeasureContent content, string name) => content.Field == name || content.Field.StartsWith(name + ".", StringComparison.Ordinal);
    }

    /// <summary>What is sealed of each measure that has something to seal: path of the row, number of the measure from 0, and the measure in words.</summary>
    public IEnumerable<(string At, int Measure, string Words)> SealedMeasures(Field rows)
    {
        var given = Enumerable.Range(0, Typed.Rows(Typed.SealedMeasures)).ToDictionary(i => i, i => Typed.Of($"{Typed.At(Typed.SealedMeasures, i)}.measure"));
        var next = given.Count;
        for (var i = 0; i < Typed.Rows(Typed.Measures); i++)
        {
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            var row = given.FirstOrDefault(g => g.Value == number, new(-1, "")).Key;
            var at = Typed.At(Typed.SealedMeasures, row < 0 ? next++ : row);
            if (OfMeasure(rows.Fields, at, i, MeasurePart.Sealed).Count > 0)
                yield return (at, i, $"{number}: {Choices.Words(typeof(MeasureKind), KindOf(i))}");
        }
    }

    string KindOf(int measure) => Typed.Of($"{Typed.At(Typed.Measures, measure)}.kind");

    /// <summary>What would be refused, or asked about, if the request were signed as it stands. Empty also while the form cannot be read, and where no request begins.</summary>
    public IReadOnlyList<PreflightFinding> Preflight()
    {
        var to = Typed.Of(ToAuthority);
        var state = StateOf(to);
        if (!Addresses)
            return Form.Act.Content.IsAssignableTo(typeof(IRequestContent)) && Parts() is { Open: IRequestContent again, Private: var known }
                ? Rules.MeasureFindings(again, known as RequestParticulars, FirstReceived) : [];
        if (!Form.Act.Opens || !Rules.Region.Profiles.ContainsKey(state) || !Rules.Region.Profiles.ContainsKey(Choices.OwnState) || state == Choices.OwnState)
            return [];
        if (Parts() is not { } parts)
            return [];
        var first = Of(state, to);
        // What is found for all is said once; what only a further state finds names it.
        return [.. first, .. Others.SelectMany(other => Of(StateOf(other), other).Where(f => first.All(k => k.Code != f.Code || k.Place != f.Place || k.What != f.What))
            .Select(f => f with { What = $"{StateOf(other)}: {f.What}" }))];

        IReadOnlyList<PreflightFinding> Of(string asked, string authority) => Rules.Preflight(
            Choices.OwnState, asked, parts.Open, Rules.DayIn(asked, Now), authority, Enum.TryParse<Priority>(Typed.Of(PriorityPath), out var priority) ? priority : null,
            particulars: parts.Private as RequestParticulars, at: Now, certified: Certified);
    }

    /// <summary>What has to be translated before this may go to those it is addressed to, as far as it has not been asked for, and which state wants it.</summary>
    public IReadOnlyList<(string State, TranslationNeed Need)> TranslationsNeeded()
    {
        var act = Form.Act.Opens ? Form.Act.Name : Form.Act.Name == nameof(RequestResubmitted) ? nameof(RequestSubmitted) : null;
        if (act is null || ProcedureSheet.OpenedBy(act).FirstOrDefault() is not { } procedure || !Rules.Region.States.TryGetValue(Choices.OwnState, out var own))
            return [];
        Typed.Zone = Choices.Zone;
        var supplied = (FormReader.Read(Form, Typed).Open["languages"] as JsonArray ?? []).Select(l => (string)l!).ToList();
        var instrument = Typed.Of("open.instrument") is { Length: > 0 } typed ? typed : Choices.Instrument ?? "";
        var asked = Request is { } request ? [request.OtherState] : Others.Select(StateOf).Prepend(StateOf(Typed.Of(ToAuthority)));
        return [.. asked.Distinct()
            .Select(s => (State: s, Need: s == own.Code ? null : Rules.Region.Profiles.GetValueOrDefault(s)?.TranslationFor(procedure, act, instrument, supplied, own.Languages, Certified)))
            .Where(n => n.Need is not null && !n.Need.Into.Any(l => Translations.Any(t => t.Language == l))).Select(n => (n.State, n.Need!))];
    }

    IReadOnlyList<string> Certified => [.. Translations.Where(t => t.HasCertificate && Typed.Files.Exists(f => f.Id == t.TranslationId)).Select(t => t.Language)];

    /// <summary>The parts as they stand, as records of the contract. Null: a required field of the open part is still empty. The private part is null for the same reason.</summary>
    public (object Open, object? Private)? Parts()
    {
        Typed.Zone = Choices.Zone;
        var read = FormReader.Read(Form, Typed);
        var open = (JsonObject)read.Open.DeepClone();
        if (Form.Act.Opens)
            open.TryAdd("reference", "XX"); // The number of a new request is given when it is made.
        try
        {
            return (open.Deserialize(Form.Act.Content, Wire.Json)!, Private());
        }
        catch (JsonException)
        {
            return null;
        }

        object? Private()
        {
            try
            {
                return Form.Act.Private is null ? null : read.Private?.Deserialize(Form.Act.Private, Wire.Json);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    DateOnly FirstReceived => ContentCheck.FirstReceived(Choices, Now);

    /// <summary>Makes the act, or the request to each authority, all or none. The same content twice makes one.</summary>
    /// <returns>That of the first authority.</returns>
    public async Task<MadeAct> Make(ReadForm read, Officer officer, ActMaker maker, IntakeTasks tasks, CancellationToken cancellationToken)
    {
        var priority = Addresses && Enum.TryParse<Priority>(Typed.Of(PriorityPath), out var chosen) ? chosen : default(Priority?);
        if (Intake is { } intake)
            return await tasks.Complete(
                intake.IntakeId,
                new() { To = Addresses ? PartyOf(Typed.Of(ToAuthority)) : null, RequestId = Request?.RequestId, Open = read.Open, Private = read.Private, Priority = priority, FurtherTo = IsFurther is null ? null : SameCaseAs?.IntakeId, By = officer.Signature },
                cancellationToken);
        var act = new ActToMake
        {
            Type = Form.Act.Name,
            RequestId = Request?.RequestId,
            Open = read.Open,
            Private = read.Private,
            To = Addresses ? PartyOf(Typed.Of(ToAuthority)) : null,
            FromAuthority = Addresses && Typed.Of(FromAuthority) is { Length: > 0 } from ? from : null,
            InReplyTo = Choices.Answers(Form.Act.Name),
            CaseGroupId = CaseGroup() ?? Preservation?.CaseGroupId,
            Priority = priority,
            Exercise = Addresses && Typed.Of(Exercise) == "true",
            IdempotencyKey = KeyOf(Subject, Typed.Key),
            MadeBy = officer.Signature,
        };
        return Others.Count == 0 ? await maker.Make(act, cancellationToken)
            : (await maker.MakeAll([act, .. Others.Select(other => act with { To = PartyOf(other), IdempotencyKey = $"{KeyOf(Subject, Typed.Key)}:{other}" })], cancellationToken))[0];
    }

    Party PartyOf(string authority) => new() { State = StateOf(authority), Authority = authority };

    // Requests to several states are about one matter, and an action of several states is in a group with what is asked of each: one chosen, or a new one that the others take.
    Guid? CaseGroup() => !Addresses ? null
        : Guid.TryParse(Typed.Of(SameMatter), out var chosen) ? chosen
        : Form.Act.Name == nameof(JointActionAnnounced) || Others.Count > 0 ? Typed.Key
        : null;

    /// <summary>What tells an act made of this form from every other.</summary>
    public static string KeyOf(DraftSubject subject, Guid key) => subject.IntakeId is { } intake ? $"intake:{intake:N}" : $"desk:{key:N}";

    /// <summary>Changes whenever anything that was typed does.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Typed.Json()))[..32];

    public const string Languages = "open.languages", Attachments = "private.attachments";
    public const string ToAuthority = "to.authority", AlsoTo = "to.others", FromAuthority = "from.authority", PriorityPath = "header.priority", Exercise = "header.exercise", SameMatter = "header.caseGroupId", FurtherTo = "header.furtherTo";

    string StateOf(string authority) => Choices.Region.States.Values.FirstOrDefault(s => s.Authorities.Any(a => a.Code == authority))?.Code ?? "";
}

/// <summary>Begins, keeps and brings back what officers write. Everything of it is sealed to this state.</summary>
sealed class Compositions(
    House house, DeskReads reads, DraftStore drafts, IntakeStore intakes, IntakeTasks tasks, TranslationStore translations, DraftTranslationStore before, AdapterKeys keys,
    TimeProvider time)
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
        if (!Acts.All.TryGetValue(actType, out var act) || Words.ActWords.IsAutomatic(actType))
            return null;
        // Only some acts begin a request; every other is made on one.
        if (subject == DraftSubject.New && !act.Opens)
            return null;
        var preservation = subject.PreservationId is { } preservationId ? await reads.Request(preservationId, cancellationToken) : null;
        var preserved = preservation is null ? null : Asked(await reads.Acts(preservation.RequestId, cancellationToken));
        if (subject.PreservationId is not null && preserved is null)
            return null;
        var requestId = subject.RequestId ?? (translation?.Request is { } named ? (await Named(named, cancellationToken))?.RequestId : null);
        var request = requestId is { } id ? await reads.Request(id, cancellationToken) : null;
        if (subject.RequestId is not null && request is null)
            return null;
        var sameCase = act.Opens && intake?.CaseKey is { } caseKey ? await intakes.OfSameCase(caseKey, intake.IntakeId, cancellationToken) : null;
        var earlier = sameCase?.RequestId is { } made ? await reads.Request(made, cancellationToken) : null;
        var choices = new Choices(house.Region, house.Own, house.Today)
        {
            Request = request,
            Standing = NextStep.Read(request?.Standing),
            Acts = request is null ? [] : await reads.Acts(request.RequestId, cancellationToken),
            Requests = await reads.Worklist(new() { Closed = true, OtherState = request?.OtherState, AtMost = MostRequests }, cancellationToken),
        };
        var form = ActForm.Of(actType);
        var draft = await drafts.Load(officer.Signature, subject.Key, actType, cancellationToken);
        var typed = draft is not null ? Typed.Read(keys.Open(draft.SealedDraft, draft.DraftId))
            : translation is not null ? From(form, translation)
            : preserved is not null ? From(form, preservation!, preserved)
            : await Translated(choices.Begin(form), actType, choices, cancellationToken);
        var wanted = draft is null ? [] : await before.Of(officer.Signature, subject.Key, actType, cancellationToken);
        await Translated(typed, wanted, cancellationToken);
        return new()
        {
            Subject = subject,
            Form = form,
            Choices = choices,
            Preservation = preservation,
            Intake = intake,
            Rules = house.Rules,
            Now = time.GetUtcNow(),
            SameCaseAs = sameCase,
            EarlierRequest = earlier,
            // Whether the case came before is looked up now: what was asked when the file was read may be over, or may have begun since.
            Questions = [.. sameCase is null ? [] : new[] { SameCase.Question(sameCase, earlier) }, .. (translation?.Questions ?? []).Where(q => !act.Opens || q.Field != "request")],
            SavedAt = draft?.SavedAt,
            Translations = wanted,
            Typed = typed,
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

    /// <summary>Asks for a translation that the draft needs before it is sent. Our own limit is, until an officer sets another day, the time the instrument gives for a translation the other side asks for.</summary>
    /// <returns>False: it is not needed, or was asked for already.</returns>
    public async Task<bool> Ask(Composition composition, string language, Officer officer, CancellationToken cancellationToken)
    {
        if (composition.TranslationsNeeded().FirstOrDefault(n => n.Need.Into.Contains(language)) is not { Need: { } need } wanted)
            return false;
        var now = time.GetUtcNow();
        var instrument = composition.Typed.Of("open.instrument") is { Length: > 0 } typed ? typed : composition.Choices.Instrument ?? "";
        return await before.Ask(
            new()
            {
                TranslationId = Guid.CreateVersion7(now),
                Officer = officer.Signature,
                RequestKey = composition.Subject.Key,
                ActType = composition.Form.Act.Name,
                OtherState = wanted.State,
                Language = language,
                Certified = need.Row.Certified,
                AskedAt = now,
                DueAt = house.Rules.TranslationDue(house.Own, instrument, now),
            },
            cancellationToken);
    }

    /// <summary>What an own act said, as a draft: for one that the hub refused.</summary>
    public Typed Again(StoredAct act)
    {
        var form = ActForm.Of(act.ActType);
        var typed = Typed.From(form, JsonNode.Parse(act.OpenPart), act.SealedPart is { } part ? JsonNode.Parse(keys.Open(part, act.ActId)) : null, house.Time.Zone);
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

    /// <summary>The follow-up as the preservation lets it begin: a person looks it over, numbers are given when it is made.</summary>
    Typed From(ActForm form, OwnRequest preservation, StoredAct asked)
    {
        var preserved = JsonSerializer.Deserialize<PreservationRequested>(asked.OpenPart, Wire.Json)!;
        var open = FollowUp.Draft(preserved, preservation.RequestId, house.Region, house.Own, preservation.OtherState);
        var hidden = asked.SealedPart is { } part ? Particulars(part, asked.ActId) : null;
        var typed = Typed.From(form, JsonSerializer.SerializeToNode(open, Wire.Json), hidden is null ? null : JsonSerializer.SerializeToNode(FollowUp.Draft(preserved, hidden), Wire.Json), house.Time.Zone);
        typed.Set(Composition.ToAuthority, preservation.OtherAuthority);
        typed.Set(Composition.FromAuthority, preservation.OwnAuthority);
        typed.Set(Composition.PriorityPath, preservation.Priority.ToString());
        if (preservation.Exercise)
            typed.Set(Composition.Exercise, "true");
        return typed;
    }

    /// <summary>The request for preservation that this state has made. Null: it has made none, or the hub refused it.</summary>
    public static StoredAct? Asked(IReadOnlyList<StoredAct> acts) =>
        acts.LastOrDefault(a => a is { Direction: Direction.Out, ActType: nameof(PreservationRequested), Outcome: not "Refused" });

    // What came back is attached once, in place of what came before, and its language is one in which the request is supplied.
    async Task Translated(Typed typed, IReadOnlyList<DraftTranslation> wanted, CancellationToken cancellationToken)
    {
        foreach (var translation in wanted)
        {
            if (translation is not { DeliveredAt: { } delivered, FileName: { } name, MediaType: { } type } || typed.Translations.GetValueOrDefault(translation.TranslationId) == delivered
                || await before.SealedContent(translation.TranslationId, cancellationToken) is not { } content)
                continue;
            try
            {
                var file = new TypedFile { Id = translation.TranslationId, Field = Composition.Attachments, FileName = name, MediaType = type, Content = keys.OpenBytes(content, translation.TranslationId) };
                typed.Files.RemoveAll(f => f.Id == file.Id);
                typed.Files.Add(file);
            }
            catch (SealException)
            {
                continue; // Sealed to a key that is gone: the officer adds the file again.
            }
            typed.Translations[translation.TranslationId] = delivered;
            typed.Add(Composition.Languages, translation.Language);
        }
    }

    // A translation that was delivered is attached to the act that supplies it.
    async Task<Typed> Translated(Typed typed, string actType, Choices choices, CancellationToken cancellationToken)
    {
        if (actType != nameof(TranslationSupplied) || choices.Answers(actType) is not { } asked
            || await translations.Find(asked, cancellationToken) is not { SealedContent: { } content, FileName: { } name, MediaType: { } type })
            return typed;
        try
        {
            typed.Files.Add(new() { Id = Guid.CreateVersion7(), Field = Composition.Attachments, FileName = name, MediaType = type, Content = keys.OpenBytes(content, asked) });
        }
        catch (SealException)
        {
            // Sealed to a key that is gone: the officer adds the file again.
        }
        return typed;
    }

    PreservationParticulars? Particulars(string part, Guid actId)
    {
        try
        {
            return JsonSerializer.Deserialize<PreservationParticulars>(keys.Open(part, actId), Wire.Json);
        }
        catch (SealException)
        {
            return null; // Sealed to a key that is gone: the person writes it again.
        }
    }

    Typed From(ActForm form, Translation translation)
    {
        var typed = Typed.From(form, translation.Open, translation.Private, house.Time.Zone);
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
