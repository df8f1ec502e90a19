using LiaisonHub.Adapters.Acts;
using LiaisonHub.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace LiaisonHub.Tests.Sealing;

/// <summary>What ends on a day is said in time, each warning once, and a change of keys with both valid side by side goes unnoticed.</summary>
public sealed class ExpiryTests
{
    static readonly DateTimeOffset End = new(2026, 12, 31, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(91, null)]
    [InlineData(90, 90)]
    [InlineData(31, 90)]
    [InlineData(30, 30)]
    [InlineData(7, 7)]
    [InlineData(2, 7)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    public void The_last_threshold_that_has_come_is_the_one_that_counts(int daysBefore, int? due) => Assert.Equal(due, Expiry.Threshold(End, End.AddDays(-daysBefore)));

    [Fact]
    public void Each_warning_comes_once_however_often_one_looks()
    {
        var ending = new Ending("The key", End, "Make another.");
        var warned = new WarnedOnce();
        var said = new List<int>();
        for (var now = End.AddDays(-100); now < End.AddDays(1); now = now.AddHours(1))
            if (warned.New([ending], now) is [var warning])
            {
                Assert.Contains("Make another.", warning, StringComparison.Ordinal);
                said.Add((int)(End - now).TotalDays);
            }
        Assert.Equal([90, 30, 7, 1], said);
        // Another key of the same name is another matter.
        Assert.Single(warned.New([ending with { Ends = End.AddDays(3) }], End));
    }

    [Fact]
    public void A_key_that_a_published_successor_takes_over_from_is_not_warned_of_and_both_are_shown_as_what_they_are()
    {
        using var old = PrivateKey.Generate("XA", KeyUse.Sign);
        using var successor = PrivateKey.Generate("XA", KeyUse.Sign);
        var alone = new KeyDirectory([old.Public(End.AddYears(-1), End)]);
        var now = End.AddDays(-5);
        Assert.Contains("liaisonhub keys make --next --owner XA", Assert.Single(alone.Endings(now)).Warning(now)!, StringComparison.Ordinal);

        var both = alone.With(successor.Public(End.AddDays(-10), End.AddYears(1)));

        Assert.Null(Assert.Single(both.Endings(now)).Warning(now));
        Assert.Equal((KeyStatus.Overlapping, KeyStatus.Current), (both.StatusOf(both.All[0], now), both.StatusOf(both.All[1], now)));
        Assert.Equal((KeyStatus.Current, KeyStatus.Ahead), (both.StatusOf(both.All[0], End.AddDays(-11)), both.StatusOf(both.All[1], End.AddDays(-11))));
        Assert.Equal(KeyStatus.Ended, both.StatusOf(both.All[0], End));
        // One that begins only after the old one has ended leaves a gap: that is to be warned of.
        Assert.Equal(2, alone.With(successor.Public(End.AddHours(1), End.AddYears(1))).Endings(now).Count);
    }

    [Fact]
    public void While_two_keys_are_valid_the_new_one_signs_and_is_sealed_to_and_the_old_one_is_believed_and_opens()
    {
        using var oldSign = PrivateKey.Generate("XA", KeyUse.Sign);
        using var newSign = PrivateKey.Generate("XA", KeyUse.Sign);
        using var oldSeal = PrivateKey.Generate("XA", KeyUse.Seal);
        using var newSeal = PrivateKey.Generate("XA", KeyUse.Seal);
        var change = End.AddDays(-30);
        var directory = new KeyDirectory([oldSign.Public(End.AddYears(-1), End), newSign.Public(change, End.AddYears(1)), oldSeal.Public(End.AddYears(-1), End), newSeal.Public(change, End.AddYears(1))]);
        var time = new FakeTimeProvider(change.AddDays(-1));
        var keys = new AdapterKeys("XA", [oldSign, newSign, oldSeal, newSeal], directory, time);
        var act = Guid.NewGuid();
        var (signedBefore, sealedBefore) = (keys.Sign("{}"u8, DocumentTypes.Act), keys.SealTo("XA", "{}"u8, act)!);

        time.SetUtcNow(change.AddDays(1));
        var (signedAfter, sealedAfter) = (keys.Sign("{}"u8, DocumentTypes.Act), keys.SealTo("XA", "{}"u8, act)!);

        VerifiedDocument Verified(LiaisonHub.Contracts.V1.SignedDocument document) => Signing.Verify(document, [DocumentTypes.Act], directory, "XA", time.GetUtcNow());
        Assert.Equal((oldSign.KeyId, newSign.KeyId), (Verified(signedBefore).KeyId, Verified(signedAfter).KeyId));
        Assert.Equal((oldSeal.KeyId, newSeal.KeyId), (Sealer.RecipientOf(sealedBefore), Sealer.RecipientOf(sealedAfter)));
        Assert.Equal("{}"u8, keys.Open(sealedBefore, act));
        Assert.Equal("{}"u8, keys.Open(sealedAfter, act));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(".....")]
    [InlineData("W10.a.b.c.d")]
    [InlineData("eyJraWQiOjd9.a.b.c.d")]
    public void A_sealed_part_that_names_nobody_is_no_error(string part) => Assert.Null(Sealer.RecipientOf(part));
}
