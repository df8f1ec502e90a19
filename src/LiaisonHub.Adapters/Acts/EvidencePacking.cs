using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Adapters.Acts;

/// <summary>Gives the items of evidence their ids, salts and commitments, so that neither a local system nor a person has to.</summary>
static class EvidencePacking
{
    static readonly HashSet<string> Filled = ["itemId", "salt", "size", "commitment", "sha256"];

    /// <summary>True: this field of <see cref="EvidenceSent"/> is filled in here when it is missing.</summary>
    internal static bool Fills(string actType, string field) =>
        actType == nameof(EvidenceSent) && (field.StartsWith("open.manifest[", StringComparison.Ordinal)
            || field.StartsWith("private.items[", StringComparison.Ordinal))
        && Filled.Contains(field[(field.LastIndexOf('.') + 1)..]);

    /// <summary>Completes manifest and items, position by position. What is there already stays.</summary>
    internal static void Complete(JsonObject open, JsonObject? privatePart)
    {
        if (open["manifest"] is not JsonArray manifest || privatePart?["items"] is not JsonArray items || manifest.Count != items.Count)
            return;
        for (var i = 0; i < items.Count; i++)
        {
            if (manifest[i] is not JsonObject line || items[i] is not JsonObject item || item["content"] is not JsonObject content
                || (string?)content["content"] is not { } base64)
                continue;
            var buffer = new byte[base64.Length];
            if (!Convert.TryFromBase64String(base64, buffer, out var length))
                continue;
            var bytes = buffer.AsSpan(0, length);
            var id = (string?)line["itemId"] ?? (string?)item["itemId"] ?? Guid.NewGuid().ToString("D");
            line["itemId"] = id;
            item["itemId"] = id;
            item["salt"] ??= Commitment.NewSalt();
            content["sha256"] ??= Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            line["size"] ??= length;
            line["commitment"] ??= Commitment.Of((string)item["salt"]!, bytes);
        }
    }
}
