using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Casework;

/// <summary>Names that are made, not drawn: the same request, rule and ordinal give the same id, so that a replay gives equal results.</summary>
static class Uuid
{
    /// <summary>A version 8 UUID (RFC 9562) over SHA-256 of the parts.</summary>
    public static Guid From(Guid request, string rule, string ordinal)
    {
        Span<byte> name = stackalloc byte[16 + 2 * 128 + 1];
        request.TryWriteBytes(name, bigEndian: true, out _);
        var length = 16;
        length += Encoding.UTF8.GetBytes(rule.AsSpan(0, Math.Min(rule.Length, 42)), name[length..]);
        name[length++] = 0;
        length += Encoding.UTF8.GetBytes(ordinal.AsSpan(0, Math.Min(ordinal.Length, 36)), name[length..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name[..length], hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new(hash[..16], bigEndian: true);
    }
}
