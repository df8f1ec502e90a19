using System.Security.Cryptography;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.Storage.Hub;

namespace LiaisonHub.OperatorConsole.Quarantined;

/// <summary>What a person wants done with one message: the same from a page and over the API.</summary>
public sealed record MessageWish
{
    /// <summary>Try again; set aside for good; as the second person, agree that it is set aside, or decline.</summary>
    public const string Retry = "retry", Aside = "aside", Agree = "agree", Decline = "decline";

    /// <summary>One of the deeds. Not asked where the wrapping is corrected.</summary>
    public string? Deed { get; init; }

    /// <summary>Why. Needed for all but <see cref="Agree"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asks, where nobody signs in: name and function.</summary>
    public string? By { get; init; }

    /// <summary>SHA-256 of the message as it would be sent, where its wrapping is corrected: what is sent is what was shown.</summary>
    public string? Digest { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Error">Null: it was done.</param>
/// <param name="Problems">What exactly is wrong, one line each.</param>
/// <param name="Made">The new message, where one was made.</param>
public sealed record MessageAnswer(ErrorCode? Error = null, IReadOnlyList<Said>? Problems = null, Guid? Made = null);

/// <summary>Where it is decided about one message. What a person does to it comes through here, so the rule of two people is asked in one place; the store has the last word.</summary>
sealed class QuarantineDesk(Quarantine quarantine, QuarantineReader reader, AccountDesk accounts, RefusedTries refused, Texts said, TimeProvider time)
{
    /// <summary>Outcome of a message that was set aside.</summary>
    public const string AsideOutcome = "SetAside";

    /// <summary>How long a wish waits for the second person.</summary>
    static readonly TimeSpan Waits = TimeSpan.FromHours(24);

    /// <summary>Tries it again, or sets it aside for good.</summary>
    public async Task<MessageAnswer> Decide(Guid quarantineId, Caller caller, MessageWish wish, CancellationToken cancellationToken)
    {
        if (await quarantine.Get(quarantineId, cancellationToken) is null)
            return new(ErrorCode.UnknownMessage);
        if (Problems(caller, wish, wish.Deed is MessageWish.Retry or MessageWish.Aside ? null : said["shell.choose-one-of", $"{MessageWish.Retry}, {MessageWish.Aside}"]) is { Count: > 0 } problems)
            return new(ErrorCode.CannotBeRead, problems);
        var (by, reason) = (Fields.Who(caller, wish.By)!, Fields.Why(wish.Reason)!);
        // What cannot be undone takes two people, for one message as for a plan; where nobody signs in there is no second person to be told from the first.
        if (wish.Deed == MessageWish.Aside && caller.AccountId is null)
            return new(ErrorCode.NobodySignsIn);
        var done = wish.Deed == MessageWish.Retry ? await quarantine.RequestRetry(quarantineId, by, reason, cancellationToken, caller.AccountId)
            : await quarantine.WishAsideOf(quarantineId, caller.AccountId!.Value, by, reason, time.GetUtcNow() + Waits, cancellationToken);
        return new(done ? null : ErrorCode.DealtWith);
    }

    /// <summary>Sends the same signed content in the form a link carries, as a new message.</summary>
    public async Task<MessageAnswer> Rewrap(Guid quarantineId, Caller caller, MessageWish wish, CancellationToken cancellationToken)
    {
        if (await quarantine.Get(quarantineId, cancellationToken) is not { } message)
            return new(ErrorCode.UnknownMessage);
        if (Problems(caller, wish) is { Count: > 0 } problems)
            return new(ErrorCode.CannotBeRead, problems);
        if (message.Status != Quarantine.Waiting)
            return new(ErrorCode.DealtWith);
        if (reader.Rewrap(message) is not { } made || Convert.ToHexStringLower(SHA256.HashData(made.Document)) is not { } digest || digest != wish.Digest)
            return new(ErrorCode.NotWrappable);
        var fresh = message with { QuarantineId = Guid.CreateVersion7(time.GetUtcNow()), Body = made.Document, Digest = digest };
        return await quarantine.Rewrap(message, fresh, Fields.Who(caller, wish.By)!, Fields.Why(wish.Reason)!, cancellationToken, caller.AccountId) ? new(Made: fresh.QuarantineId) : new(ErrorCode.DealtWith);
    }

    /// <summary>The second person agrees that it is set aside for good, or declines.</summary>
    public async Task<MessageAnswer> Second(Guid quarantineId, Caller caller, MessageWish wish, CancellationToken cancellationToken)
    {
        if (await quarantine.Get(quarantineId, cancellationToken) is not { } message)
            return new(ErrorCode.UnknownMessage);
        if (message is not { AsideByAccount: { } wisher, AsideUntil: { } until } || until <= time.GetUtcNow() || caller.AccountId is not { } account)
            return new(ErrorCode.NothingToAgree);
        switch (wish.Deed)
        {
            case MessageWish.Agree:
                if (await accounts.SameHand(wisher, account, cancellationToken) is { } same)
                {
                    await refused.Count(new(RefusedTry.SecondPerson, caller.Name, account, quarantineId), 1, cancellationToken);
                    return new(ErrorCode.SameHand, [same]);
                }
                return new(await quarantine.AgreeToAside(quarantineId, account, caller.Name, message.AsideReason ?? "", AsideOutcome, cancellationToken) ? null : ErrorCode.DealtWith);
            case MessageWish.Decline:
                if (Fields.Why(wish.Reason) is not { } reason)
                    return new(ErrorCode.CannotBeRead, [said["faults.write-why-not", Fields.LongestReason]]);
                return new(await quarantine.DeclineAside(quarantineId, caller.Name, reason, cancellationToken, account) ? null : ErrorCode.DealtWith);
            default:
                return new(ErrorCode.CannotBeRead, [said["shell.choose-one-of", $"{MessageWish.Agree}, {MessageWish.Decline}"]]);
        }
    }

    List<Said> Problems(Caller caller, MessageWish wish, Said? deed = null)
    {
        var problems = new List<Said>();
        if (deed is not null)
            problems.Add(deed);
        if (Fields.Who(caller, wish.By) is null)
            problems.Add(said["shell.write-who", Fields.LongestBy]);
        if (Fields.Why(wish.Reason) is null)
            problems.Add(said["shell.write-reason", Fields.LongestReason]);
        return problems;
    }
}
