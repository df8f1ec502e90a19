using System.Globalization;
using System.Net;
using System.Text;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Escalation;

/// <summary>The note verbale of level 4: from the side that waits to the side that is silent, made from the timeline of the request.</summary>
/// <remarks>It holds no personal data, so the hub can make it.</remarks>
static class DiplomaticNote
{
    public const string Kind = "DiplomaticNote";

    public static Document For(Request request, Deadline deadline, LadderLevel level, IReadOnlyList<string> told, Rules rules, DateTimeOffset now)
    {
        var ordinal = request.Deadlines.Count(d => d.Level >= level.Level);
        var number = $"{request.Reference}/NV-{ordinal}";
        var from = Rules.Across(request, deadline.Seat);
        var (waiting, silent) = (rules.Region.States[Rules.PartyOf(request, from).State], rules.Region.States[Rules.PartyOf(request, deadline.Seat).State]);
        var (waitingAuthority, silentAuthority) = (Name(waiting, Rules.PartyOf(request, from)), Name(silent, Rules.PartyOf(request, deadline.Seat)));
        var due = rules.Time.DayOf(deadline, deadline.Due!.Value);
        var today = rules.Time.DayOf(deadline, now);
        var overdue = today.DayNumber - due.DayNumber;
        var reply = rules.Time.DaysFrom(deadline, now, level.ReplyWithinDays ?? 15);
        var title = $"Note verbale {number}";
        var html = PrintedPage.Begin(
            "en",
            title,
            """
            .number{text-align:right}
            .drill{border:3px double #000;padding:.4em;text-align:center;font-weight:bold}
            .seal{margin-top:2.5em}
            """,
            "h2{break-after:avoid}tr{break-inside:avoid}");
        if (request.Exercise)
            html.Append("<p class=\"drill\">Exercise. This note has no effect.</p>\n");
        html.Append("<p class=\"number\">No. ").Append(Text(number)).Append("<br>").Append(Day(today)).Append("</p>\n<h1>Note verbale</h1>\n");
        html.Append("<p>The ").Append(Text(waitingAuthority)).Append(", ").Append(Text(waiting.Name)).Append(", presents its compliments to the ")
            .Append(Text(silentAuthority)).Append(", ")
            .Append(Text(silent.Name)).Append(", and has the honour to refer to the request ").Append(Text(request.Reference))
            .Append(request.TheirReference is { } theirs ? $" (reference of the requested authority: {Text(theirs)})" : "")
            .Append(", made under the ").Append(Text(rules.Region.InstrumentName(request.Instrument)))
            .Append(" and received on ").Append(Day(rules.Time.DayOf(deadline, request.FirstReceivedAt))).Append(".</p>\n");
        html.Append("<p>Under ").Append(Text(deadline.Article)).Append(" (rule ").Append(Text(deadline.RuleId)).Append("), ").Append(Text(silent.Name))
            .Append(" was to ").Append(Text(Lower(deadline.Title)))
            .Append(" by the end of ").Append(Day(due)).Append(". That limit passed <strong>")
            .Append(overdue == 0 ? "less than one day" : Count(overdue, "day")).Append("</strong> ago. ")
            .Append(deadline.ReasonGiven is { } reason
                ? $"The reason given is: {Reason(reason)}{(deadline.Estimate is { } estimate ? $", with an estimate of {Day(estimate)}" : "")}."
                : "No reason for the delay has been given.")
            .Append("</p>\n");
        html.Append("<p>The ").Append(Text(waitingAuthority))
            .Append(" asks that the above be done, or that the reasons for the delay and the day on which it will be done be stated, by <strong>")
            .Append(Day(reply)).Append("</strong>.</p>\n");
        html.Append("<p>The ").Append(Text(waitingAuthority)).Append(", ").Append(Text(waiting.Name))
            .Append(", avails itself of this opportunity to renew to the ").Append(Text(silentAuthority)).Append(", ")
            .Append(Text(silent.Name)).Append(", the assurances of its highest consideration.</p>\n");

        html.Append("<h2>Course of the request</h2>\n<table>\n")
            .Append("<thead><tr><th scope=\"col\">Received by the hub</th><th scope=\"col\">Side</th><th scope=\"col\">Act</th></tr></thead>\n<tbody>\n");
        foreach (var act in request.Acts)
            html.Append("<tr><td>").Append(Instant(act.At)).Append("</td><td>").Append(Text(rules.Region.States[Rules.PartyOf(request, act.Seat).State].Name))
                .Append("</td><td>").Append(Text(Words(act.Type))).Append("</td></tr>\n");
        html.Append("</tbody>\n</table>\n");
        html.Append("<h2>The limit</h2>\n<table>\n<tbody>\n");
        Line(html, "Rule", $"{deadline.RuleId}, {deadline.Article}{(deadline.Verified ? "" : " (text not yet checked against the official source)")}");
        Line(html, "Began", Instant(deadline.Started));
        foreach (var hold in deadline.Holds)
            Line(html, "Held", $"{Instant(hold.From)} to {Instant(hold.To)}: {hold.Reason}");
        foreach (var spoken in deadline.Spoken ?? [])
            Line(html, spoken.Kind is { } kind ? Words(kind.ToString()) : "Meeting minuted", $"{Day(spoken.On)}, noted by {rules.Region.States[spoken.By].Name}: "
                + (spoken.Reached ? spoken.Agreed ?? "nothing was agreed" : "nobody was reached") + (spoken.NewDay is { } day ? $"; new day {Day(day)}" : ""));
        if (deadline.ExtendedBy > 0)
            Line(html, "Extended", $"by {Count(deadline.ExtendedBy, "day")}");
        Line(html, "Ended", $"{Instant(deadline.Due.Value)} ({deadline.Counting.Zone}: end of {Day(due)})");
        Line(html, "Days overdue", overdue.ToString(CultureInfo.InvariantCulture));
        Line(html, "Level", $"{level.Level}: {level.Title}");
        Line(html, "Told", string.Join(", ", told));
        html.Append("</tbody>\n</table>\n<p class=\"seal\">Made by the coordination hub of ").Append(Text(rules.Region.Name)).Append(" on ")
            .Append(Instant(now))
            .Append(" from the record of the request; recorded in its ledger.</p>\n</main></body>\n</html>\n");
        return new(Uuid.From(request.Id, Kind, deadline.Id.ToString("N")), Kind, title, html.ToString());
    }

    static void Line(StringBuilder html, string name, string value) =>
        html.Append("<tr><th scope=\"row\">").Append(Text(name)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");

    static string Name(StateProfile state, Party party) => state.Authorities.FirstOrDefault(a => a.Code == party.Authority)?.Name ?? party.Authority;

    static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);

    static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    static string Reason(DelayReason reason) => reason switch
    {
        DelayReason.OtherAuthority => "another authority of the same state has still to act",
        DelayReason.Court => "a court has still to decide",
        DelayReason.Workload => "the workload of the authority",
        DelayReason.NotFound => "the person or object has not been found yet",
        DelayReason.Translation => "a translation is outstanding",
        DelayReason.Technical => "a technical reason",
        _ => reason.ToString(),
    };

    /// <summary>"RequestSubmitted" as a person writes it: "Request submitted".</summary>
    static string Words(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        foreach (var c in name)
            words.Append(char.IsAsciiLetterUpper(c) && words.Length > 0 ? $" {char.ToLowerInvariant(c)}" : c.ToString());
        return words.ToString();
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
