using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Adapters.Acts;

/// <summary>Opens private parts for those who may see them, on this state's side. Nothing opened is ever kept.</summary>
public sealed class PrivateParts(AdapterKeys keys)
{
    /// <summary>The private part as its contract type. Null: the act has none.</summary>
    /// <exception cref="SealException">It was sealed to a key that is not here.</exception>
    /// <exception cref="JsonException">It is not what the contract says; <see cref="Raw"/> shows it as it is.</exception>
    public object? Open(StoredAct act) =>
        act.SealedPart is { } sealedPart && Contracts.V1.Acts.All.TryGetValue(act.ActType, out var type) && type.Private is { } part
            ? JsonSerializer.Deserialize(keys.Open(sealedPart, act.ActId), part, Wire.Json)
            : null;

    /// <summary>The private part as JSON. Null: the act has none.</summary>
    /// <exception cref="SealException">It was sealed to a key that is not here.</exception>
    public JsonNode? Raw(StoredAct act) => act.SealedPart is { } sealedPart ? JsonNode.Parse(keys.Open(sealedPart, act.ActId)) : null;

    /// <summary>Seals an officer's draft for <see cref="DraftStore"/>.</summary>
    public string SealDraft(JsonNode draft, Guid draftId) => keys.SealAtHome(JsonSerializer.SerializeToUtf8Bytes(draft, Wire.Json), draftId);

    /// <summary>Opens an officer's draft.</summary>
    /// <exception cref="SealException">It was sealed to a key that is not here.</exception>
    public JsonNode? OpenDraft(Draft draft) => JsonNode.Parse(keys.Open(draft.SealedDraft, draft.DraftId));
}
