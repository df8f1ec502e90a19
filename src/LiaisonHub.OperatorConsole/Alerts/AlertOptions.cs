using System.Globalization;
using LiaisonHub.OperatorConsole.Shell;
using LiaisonHub.OperatorConsole.Today;
using MimeKit;

namespace LiaisonHub.OperatorConsole.Alerts;

/// <summary>Who is told outside of the console that something needs a decision. Nobody by default.</summary>
public sealed class AlertOptions
{
    /// <summary>Those who are told.</summary>
    public IList<AlertReceiverOptions> Receivers { get; } = [];

    /// <summary>The server that takes e-mails. Required where a receiver has an address.</summary>
    public MailOptions Mail { get; set; } = new();

    internal IEnumerable<string> Problems()
    {
        const string section = $"{ConsoleOptions.Section}:Alerts";
        for (var i = 0; i < Receivers.Count; i++)
            foreach (var (key, problem) in Receivers[i].Problems())
                yield return $"{section}:Receivers:{i}:{key}: {problem}";
        foreach (var name in Receivers.GroupBy(r => r.Name).Where(g => g.Count() > 1))
            yield return $"{section}:Receivers: two of them are called '{name.Key}'; what was told is kept by name, so give each its own.";
        if (Receivers.Any(r => r.Mail is not null))
            foreach (var (key, problem) in Mail.Problems())
                yield return $"{section}:Mail:{key}: {problem}";
    }
}

/// <summary>One who is told.</summary>
public sealed class AlertReceiverOptions
{
    /// <summary>A name of its own, for example <c>duty</c>. Under it is kept what was told.</summary>
    public string Name { get; set; } = "";

    /// <summary>Address that is sent a JSON message (POST). https, unless it is on this machine. Null: none.</summary>
    public Uri? Webhook { get; set; }

    /// <summary>File with a secret: each message is signed with it (HMAC-SHA-256 over the time and the body), so that the receiver knows whose it is. Required with <see cref="Webhook"/>.</summary>
    public string? SecretFile { get; set; }

    /// <summary>Address that is sent an e-mail. Null: none.</summary>
    public string? Mail { get; set; }

    /// <summary>What is told. Empty: every kind, as soon as the console shows it, and requests from level 4 of the ladder on.</summary>
    public IList<AlertRule> Rules { get; } = [];

    /// <summary>Messages in an hour, 1 to 60. What comes on top waits and goes out together with the next; what is <see cref="AlertRule.Urgent"/> does not wait, and a message that only says what is over is not counted. Default: 6.</summary>
    public int AtMostAnHour { get; set; } = 6;

    /// <summary>How long what begins together is gathered into one message: up to 10 minutes. Default: 1 minute.</summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>From when nobody wants to be disturbed; with <see cref="QuietUntil"/>. What is <see cref="AlertRule.Urgent"/> is told all the same. Null: always.</summary>
    public TimeOnly? QuietFrom { get; set; }

    /// <summary>Until when.</summary>
    public TimeOnly? QuietUntil { get; set; }

    /// <summary>Time zone of these (IANA), for example <c>Europe/Vienna</c>. Default: UTC.</summary>
    public string Zone { get; set; } = "UTC";

    /// <summary>Language of the messages: en, fr, es, ar. Default: en.</summary>
    public string Language { get; set; } = "en";

    internal IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Name.Length is 0 or > 100)
            yield return ("Name", "give it a name of 1 to 100 letters, for example 'duty'.");
        if (Webhook is null == Mail is null)
            yield return ("Webhook", "set either Webhook, the address of a program, or Mail, the address of people.");
        if (Webhook is not null && !(Webhook.IsAbsoluteUri && (Webhook.Scheme == Uri.UriSchemeHttps || (Webhook.Scheme == Uri.UriSchemeHttp && ConsoleOptions.IsThisMachine(Webhook.Host)))))
            yield return ("Webhook", $"'{Webhook}' is no https address; write it as 'https://alerts.example/liaisonhub'.");
        if (Webhook is not null && !File.Exists(SecretFile))
            yield return ("SecretFile", $"there is no file '{SecretFile}'; put a random secret into one that only the console's user may read, and give it to the receiver: 'openssl rand -hex 32'.");
        if (Mail is not null && !MailOptions.IsAddress(Mail))
            yield return ("Mail", $"'{Mail}' is no address; write it as 'duty@ministry.example'.");
        if (AtMostAnHour is < 1 or > 60)
            yield return ("AtMostAnHour", "a number from 1 to 60.");
        if (Gather < TimeSpan.Zero || Gather > TimeSpan.FromMinutes(10))
            yield return ("Gather", "a length of time up to 00:10:00.");
        if (QuietFrom is null != QuietUntil is null)
            yield return ("QuietFrom", "quiet hours need both QuietFrom and QuietUntil, for example 22:00 and 06:30.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
            yield return ("Zone", $"'{Zone}' is no time zone; write it as 'Europe/Vienna'.");
        if (Languages.All.All(l => l.Name != Language))
            yield return ("Language", $"'{Language}' is none of {string.Join(", ", Languages.All.Select(l => l.Name))}.");
        for (var i = 0; i < Rules.Count; i++)
        {
            if (!AlertRule.Kinds.Contains(Rules[i].Kind))
                yield return ($"Rules:{i}:Kind", $"'{Rules[i].Kind}' is none of {string.Join(", ", AlertRule.Kinds)}.");
            if (Rules[i].AtLeast < 1)
                yield return ($"Rules:{i}:AtLeast", "a number from 1 on.");
            if (Rules[i].After < TimeSpan.Zero)
                yield return ($"Rules:{i}:After", "a length of time, for example 00:30:00 for half an hour.");
        }
    }

    /// <summary>True: nobody wants to be disturbed now.</summary>
    public bool IsQuiet(DateTimeOffset now)
    {
        if (QuietFrom is not { } from || QuietUntil is not { } until)
            return false;
        // Over midnight too.
        return TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime).IsBetween(from, until);
    }

    /// <summary>The rule for a kind. Null: it is not told.</summary>
    public AlertRule? RuleFor(string kind) => Rules.Count > 0 ? Rules.FirstOrDefault(r => r.Kind == kind)
        : kind == AlertRule.QuarantineRate ? null : new() { Kind = kind, Urgent = kind is MatterKind.Clock or MatterKind.Broker or MatterKind.Undecided or MatterKind.Unreadable or MatterKind.Outbox or AlertRule.Ledger, Level = 4 };

    /// <summary>Its rules, those it has without being told any among them.</summary>
    public IReadOnlyList<AlertRule> RulesInForce => [.. AlertRule.Kinds.Select(RuleFor).OfType<AlertRule>()];

    /// <summary>Until when nobody wants to be disturbed. Null: it is no quiet hour now.</summary>
    public DateTimeOffset? QuietEnds(DateTimeOffset now)
    {
        if (!IsQuiet(now))
            return null;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var end = local.Date + QuietUntil!.Value.ToTimeSpan();
        if (end <= local)
            end = end.AddDays(1);
        // What would end in an hour that the change of the clocks leaves out ends where the clocks go on.
        while (zone.IsInvalidTime(end))
            end = end.AddMinutes(1);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(end, zone), TimeSpan.Zero);
    }
}

/// <summary>When one kind of matter is told.</summary>
public sealed class AlertRule
{
    /// <summary>Requests with a limit that has passed, from a level of the ladder on.</summary>
    public const string Overdue = "overdue";

    /// <summary>Messages that went into quarantine within the last hour.</summary>
    public const string QuarantineRate = "quarantine-rate";

    /// <summary>A key of the hub or of a state ends soon.</summary>
    public const string KeyEnds = "key-ends";

    /// <summary>A certificate on a state's way ends soon.</summary>
    public const string CertificateEnds = "certificate-ends";

    /// <summary>A calendar of holidays ends soon.</summary>
    public const string Calendar = "calendar";

    /// <summary>A verification at this console has found that the ledger does not hold.</summary>
    public const string Ledger = MatterKind.Ledger;

    /// <summary>A repair plan has stopped.</summary>
    public const string PlanStopped = "plan-stopped";

    /// <summary>Something waits for a second person.</summary>
    public const string Approval = "approval";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. MatterKind.All, Overdue, QuarantineRate, KeyEnds, CertificateEnds, Calendar, PlanStopped, Approval];

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Only when it has lasted so long. Default: at once.</summary>
    public TimeSpan After { get; set; }

    /// <summary>Only for so many messages, acts or requests. Default: 1.</summary>
    public int AtLeast { get; set; } = 1;

    /// <summary>For <see cref="Overdue"/>: from this level of the ladder on. Default: 4.</summary>
    public int Level { get; set; } = 4;

    /// <summary>Told in quiet hours too, first in its message, and whatever went out within the hour.</summary>
    public bool Urgent { get; set; }
}

/// <summary>The server that takes e-mails.</summary>
public sealed class MailOptions
{
    /// <summary>Its name.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port. Default: 587 with <c>StartTls</c>, 465 with <c>Implicit</c>.</summary>
    public int? Port { get; set; }

    /// <summary><c>StartTls</c> or <c>Implicit</c>: never without encryption. Default: <c>StartTls</c>.</summary>
    public string Tls { get; set; } = "StartTls";

    /// <summary>File with certificates of authorities that are trusted here beside those of the machine (PEM). Null: none.</summary>
    public string? Authorities { get; set; }

    /// <summary>Sender of the mails.</summary>
    public string From { get; set; } = "";

    /// <summary>Name to log in with. Null: the server asks for none.</summary>
    public string? User { get; set; }

    /// <summary>File with the password.</summary>
    public string? PasswordFile { get; set; }

    internal static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address.Contains('@', StringComparison.Ordinal);

    internal IEnumerable<(string Key, string Problem)> Problems()
    {
        if (Host.Length == 0)
            yield return ("Host", "a receiver has an e-mail address, and no server is named that takes e-mails; write it as 'mail.ministry.example'.");
        if (Port is < 1 or > 65535)
            yield return ("Port", "a number from 1 to 65535.");
        if (Tls is not ("StartTls" or "Implicit"))
            yield return ("Tls", $"'{Tls}' is neither StartTls nor Implicit.");
        if (Authorities is not null && !File.Exists(Authorities))
            yield return ("Authorities", $"there is no file '{Authorities}'.");
        if (!IsAddress(From))
            yield return ("From", $"'{From}' is no address; write it as 'liaisonhub@ministry.example'.");
        if (User is not null && !File.Exists(PasswordFile))
            yield return ("PasswordFile", $"there is no file '{PasswordFile}'; put the password of {string.Create(CultureInfo.InvariantCulture, $"'{User}'")} into one that only the console's user may read.");
    }
}
