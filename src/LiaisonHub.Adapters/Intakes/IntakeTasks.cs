using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Mapping;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Adapters.Intakes;

/// <summary>What a person answers to the questions of an incomplete file.</summary>
public sealed record Completion
{
    /// <summary>Receiving state and authority; null: as the translation has it.</summary>
    public Party? To { get; init; }

    /// <summary>The request it belongs to. Null: as the translation has it, or a new one.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>The whole open part, completed.</summary>
    public required JsonObject Open { get; init; }

    /// <summary>The whole private part, completed. Null: none.</summary>
    public JsonObject? Private { get; init; }

    /// <summary>How soon. Null: as the translation has it.</summary>
    public Priority? Priority { get; init; }

    /// <summary>The other file of the same case beside which this one is meant as a request of its own. Null: nobody was asked.</summary>
    public Guid? FurtherTo { get; init; }

    /// <summary>Who completes it.</summary>
    public required string By { get; init; }
}

/// <summary>The same case in another file: it may be a correction, a supplement, or a mistake, and only a person knows.</summary>
public static class SameCase
{
    /// <summary>What is asked.</summary>
    /// <param name="other">The other file.</param>
    /// <param name="request">The request that was made of it. Null: none yet.</param>
    public static Question Question(Intake other, OwnRequest? request) => new()
    {
        Field = "request",
        Ask = string.Create(CultureInfo.InvariantCulture, $"This case {(request is null ? "waits at the desk already in another file, taken" : $"was sent before, as request {request.Reference}")} on {other.TakenAt.UtcDateTime:yyyy-MM-dd}. ")
            + "Is this a further request, or does it belong to that one?",
        Why = "The local numbers of the case are the same.",
        Expected = request is null ? "send one of the two and dismiss the other, or say that this is a request of its own" : "say that it is a request of its own, or make a note, correction or supplement on the earlier one and dismiss this file",
        Proposed = request?.Reference,
    };
}

/// <summary>Local files that wait for a person: complete them, let them be read again, or dismiss them.</summary>
public sealed class IntakeTasks(AdapterKeys keys, IntakeStore intakes, ActMaker maker, Database database, Wake outbox, TimeProvider time)
{
    /// <summary>What could be read of a file and what is asked. Null: no such file, or nothing could be read.</summary>
    public async Task<Translation?> Load(Guid intakeId, CancellationToken cancellationToken) =>
        await intakes.SealedDraft(intakeId, cancellationToken) is { } draft ? JsonSerializer.Deserialize<Translation>(keys.Open(draft, intakeId), Wire.Json)
            : null;

    /// <summary>The file as it was taken. Null: it was refused without being kept, or its records are kept instead.</summary>
    /// <exception cref="SealException">It was sealed to a key that is not here any more.</exception>
    public async Task<byte[]?> Original(Guid intakeId, CancellationToken cancellationToken) =>
        await intakes.SealedContent(intakeId, cancellationToken) is { Length: > 0 } content ? keys.OpenBytes(content, intakeId) : null;

    /// <summary>Makes the act of an incomplete file. Done twice, it makes one act.</summary>
    /// <returns>The act, or everything that is still wrong.</returns>
    public async Task<MadeAct> Complete(Guid intakeId, Completion completion, CancellationToken cancellationToken)
    {
        if (await Load(intakeId, cancellationToken) is not { ActType: { } actType } translation)
            return new MadeAct { Problems = [new FieldProblem { Field = "intake", Missing = true, Words = "There is no incomplete file of this number." }] };
        await using var unit = await database.Begin(cancellationToken);
        // Asked again here: the other file may have come, or been sent, after this one was translated.
        if (await IntakeStore.Find(unit, intakeId, cancellationToken) is { State: IntakeState.Incomplete, CaseKey: { } caseKey } && Contracts.V1.Acts.All[actType].Opens
            && await IntakeStore.OfSameCase(unit, caseKey, intakeId, cancellationToken) is { } other && completion.FurtherTo != other.IntakeId)
        {
            var question = SameCase.Question(other, other.RequestId is { } of ? await ActStore.Request(unit, of, cancellationToken) : null);
            return new MadeAct { Problems = [new FieldProblem { Field = question.Field, Missing = true, Words = question.Ask, Expected = question.Expected }] };
        }

        var made = await maker.Make(
            unit,
            new ActToMake
            {
                Type = actType,
                RequestId = completion.RequestId ?? (Guid.TryParse(translation.Request, out var known) ? known : null),
                Open = completion.Open,
                Private = completion.Private,
                To = completion.To ?? (translation is { ToState: { } state, ToAuthority: { } authority } ? new Party { State = state, Authority = authority }
                    : null),
                FromAuthority = translation.FromAuthority,
                InReplyTo = translation.InReplyTo,
                Priority = completion.Priority ?? (translation.Priority == Priority.Routine ? null : translation.Priority),
                Exercise = translation.Exercise,
                IdempotencyKey = $"intake:{intakeId:N}",
                IntakeId = intakeId,
                MappingDigest = translation.MappingDigest,
                MadeBy = completion.By,
            },
            cancellationToken);
        if (!made.Made || made.Before)
            return made;
        if (!await IntakeStore.Complete(unit, intakeId, made.ActId, made.RequestId, time.GetUtcNow(), cancellationToken))
            return new MadeAct
            {
                Problems = [new FieldProblem { Field = "intake", Missing = false,
                Words = "Somebody has completed or dismissed this file meanwhile." }]
            };
        await unit.Commit(cancellationToken);
        outbox.Set();
        return made;
    }

    /// <summary>Lets a file be translated once more, after a mapping or code table was changed and the adapter restarted.</summary>
    public Task<bool> Again(Guid intakeId, CancellationToken cancellationToken) => intakes.Again(intakeId, cancellationToken);

    /// <summary>Nothing is to be done with a file.</summary>
    public Task<bool> Dismiss(Guid intakeId, string reason, CancellationToken cancellationToken) =>
        intakes.Dismiss(intakeId, reason, time.GetUtcNow(), cancellationToken);
}
