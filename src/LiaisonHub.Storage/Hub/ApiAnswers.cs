using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Storage.Hub;

/// <summary>A deed that a program asks for under a key of its own: done once, however often it is asked for.</summary>
/// <param name="Account">In whose name. Null: nobody signs in.</param>
/// <param name="Key">The program's key: 16 to 100 characters that it uses for nothing else.</param>
/// <param name="Asked">What is asked for, in full: two deeds under one key are a mistake.</param>
public sealed record KeyedDeed(Guid? Account, string Key, string Asked)
{
    internal Guid AccountId => Account ?? Guid.Empty;

    internal string KeyHash => AccountStore.HashOf(Key);

    internal string AskedHash => AccountStore.HashOf(Asked);

    // The key opens the answer, and stands nowhere: some answers hold a link or an address that is said once.
    internal byte[] Opens => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Key), 32, AccountId.ToByteArray(), "liaisonhub-api-answer"u8.ToArray());
}

/// <summary>What is known of a key.</summary>
/// <param name="Same">False: another deed was asked for under it.</param>
/// <param name="Answer">What was answered. Null: the deed was done, and the console ended before it had answered.</param>
public sealed record KnownKey(bool Same, string? Answer);

/// <summary>The key was used before, and this transaction is not committed.</summary>
public sealed class KeyUsedException() : Exception("A deed was done under this key before; nothing was done again");

/// <summary>
/// Answers to programs. The key is claimed by the very transaction that does the deed (<see cref="Alongside"/>): a console that dies between has done both or neither, and of two that come at once the second is
/// rolled back. The answer is stored afterwards, sealed with the key.
/// </summary>
public sealed class ApiAnswers(Database database)
{
    /// <summary>How long a key is known.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    static readonly Statement Claim = new(_ => "INSERT INTO api_answers (account_id, key_hash, asked_hash, asked_at) VALUES (@accountId, @keyHash, @askedHash, @at)");
    static readonly Statement Forget = new(_ => "DELETE FROM api_answers WHERE asked_at < @before");
    static readonly Statement Answered = new(_ => "UPDATE api_answers SET answer = @answer WHERE account_id = @accountId AND key_hash = @keyHash AND answer IS NULL");
    static readonly Statement Select = new(_ => "SELECT asked_hash, answer FROM api_answers WHERE account_id = @accountId AND key_hash = @keyHash AND asked_at >= @since");

    /// <summary>What is known of the key of a deed. Null: nothing.</summary>
    public async Task<KnownKey?> Known(KeyedDeed deed, CancellationToken cancellationToken) =>
        await database.One<Row>(Select, new { accountId = deed.AccountId, keyHash = deed.KeyHash, since = database.Time.GetUtcNow() - Kept }, cancellationToken) is not { } row ? null
        : row.AskedHash != deed.AskedHash ? new(false, null)
        : new(true, row.Answer is { } answer ? Open(deed, answer) : null);

    /// <summary>Claims the key with the first transaction that this flow of calls commits.</summary>
    public Alongside With(KeyedDeed deed) => new((unit, cancellationToken) => Take(unit, deed, cancellationToken));

    /// <summary>Keeps what was answered.</summary>
    /// <param name="deed">The deed.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="claimed">False: nothing was done, and the refusal is what every repetition gets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Keep(KeyedDeed deed, string answer, bool claimed, CancellationToken cancellationToken)
    {
        await using var unit = await database.Begin(cancellationToken);
        if (!claimed)
            await Take(unit, deed, cancellationToken);
        await unit.Execute(Answered, new { accountId = deed.AccountId, keyHash = deed.KeyHash, answer = Seal(deed, answer) }, cancellationToken);
        await unit.Commit(cancellationToken);
    }

    async Task Take(Unit unit, KeyedDeed deed, CancellationToken cancellationToken)
    {
        var now = database.Time.GetUtcNow();
        await unit.Execute(Forget, new { before = now - Kept }, cancellationToken);
        try
        {
            await unit.Execute(Claim, new { accountId = deed.AccountId, keyHash = deed.KeyHash, askedHash = deed.AskedHash, at = now }, cancellationToken);
        }
        catch (DbException e) when (database.IsUniqueViolation(e))
        {
            // A store that knows this error for its own would answer that a name is taken.
            throw new KeyUsedException();
        }
    }

    static string Seal(KeyedDeed deed, string answer)
    {
        var (nonce, plain) = (RandomNumberGenerator.GetBytes(12), Encoding.UTF8.GetBytes(answer));
        var (tag, sealedText) = (new byte[16], new byte[plain.Length]);
        using var cipher = new AesGcm(deed.Opens, tag.Length);
        cipher.Encrypt(nonce, plain, sealedText, tag);
        return Convert.ToBase64String([.. nonce, .. tag, .. sealedText]);
    }

    static string Open(KeyedDeed deed, string answer)
    {
        var bytes = Convert.FromBase64String(answer);
        var plain = new byte[bytes.Length - 28];
        using var cipher = new AesGcm(deed.Opens, 16);
        cipher.Decrypt(bytes.AsSpan(0, 12), bytes.AsSpan(28), bytes.AsSpan(12, 16), plain);
        return Encoding.UTF8.GetString(plain);
    }

    sealed record Row
    {
        public required string AskedHash { get; init; }
        public string? Answer { get; init; }
    }
}
