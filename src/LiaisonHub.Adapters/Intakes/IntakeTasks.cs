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

    /// <summary>Who completes it.</summary>
    public required string By { get; init; }
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
