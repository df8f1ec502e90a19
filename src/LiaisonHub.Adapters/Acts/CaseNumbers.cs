using System.Security.Cryptography;
using System.Text.Json;

namespace LiaisonHub.Adapters.Acts;

/// <summary>The numbers by which an act says that a local system knows the case: the file number and other numbers of a private part, the reference of an acknowledgement.</summary>
static class CaseNumbers
{
    const int Most = 20;

    /// <summary>Of a part in the open.</summary>
    public static IReadOnlyList<string> In(JsonElement open) => [.. Texts(open, "theirReference")];

    /// <summary>Of a private part, whose bytes are wiped.</summary>
    public static IReadOnlyList<string> Within(byte[] plain)
    {
        try
        {
            using var document = JsonDocument.Parse(plain);
            var part = document.RootElement;
            var numbers = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("numbers", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().SelectMany(n => Texts(n, "value")) : [];
            return [.. Texts(part, "fileNumber").Concat(numbers).Take(Most)];
        }
        catch (JsonException)
        {
            // What a private part says is for the officer who opens it; whether it can be read is asked elsewhere.
            return [];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    static IEnumerable<string> Texts(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? [text.GetString()!] : [];
}
