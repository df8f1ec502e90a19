using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Casework.Conformance;

/// <summary>A report as others read it: a page for people, JUnit for build servers.</summary>
public static class Reports
{
    /// <summary>A page that needs nothing beside itself: dark and light, printable, without a script.</summary>
    public static string Html(ConformanceReport report)
    {
        var list = CheckList.Current;
        var page = new StringBuilder();
        var title = $"Conformance of {report.State}";
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Text(title)}}</title>
            <style>
            :root { color-scheme: light dark; --line: #8886; --good: #1a6b2d; --bad: #a3161f; --open: #7a5200; }
            @media (prefers-color-scheme: dark) { :root { --good: #7bd88f; --bad: #ff9a9f; --open: #f0c36d; } }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
            table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid var(--line); }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { font-weight: 600; } dd { margin: 0; }
            .id { white-space: nowrap; font-family: ui-monospace, monospace; } .Passed { color: var(--good); } .Failed { color: var(--bad); font-weight: 700; } .NotObserved { color: var(--open); font-weight: 700; }
            .sub { display: block; font-size: .9rem; } .scroll { overflow-x: auto; }
            @media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
            </style>
            </head>
            <body>
            <main>
            <h1>{{Text(title)}}</h1>
            <p><strong>{{Text(Level(report))}}</strong></p>
            <dl>
            <dt>Examined</dt><dd>{{Text(report.Participant)}}</dd>
            <dt>When</dt><dd>{{report.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}} UTC{{(report.Seconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", {seconds} s") : "")}}</dd>
            <dt>Contracts</dt><dd>version {{Text(report.ContractVersion)}}</dd>
            <dt>Kit</dt><dd>version {{Text(report.KitVersion)}}</dd>
            <dt>Checks</dt><dd>{{report.Count(CheckOutcome.Passed)}} passed, {{report.Count(CheckOutcome.Failed)}} failed, {{report.Count(CheckOutcome.NotObserved)}} not observed, {{report.Count(CheckOutcome.NotApplicable)}} do not apply</dd>
            </dl>
            <p>A check that could not be observed is never taken for passed. This page is no proof: a level counts where the hub has signed it.</p>

            """);
        foreach (var group in list.Groups)
        {
            var checks = report.Checks.Where(c => list.Find(c.Id)?.Group == group.Code).ToList();
            if (checks.Count == 0)
                continue;
            page.Append(CultureInfo.InvariantCulture, $$"""
                <h2>{{Text(group.Title)}}</h2>
                <div class="scroll" tabindex="0" role="region" aria-label="{{Text(group.Title)}}">
                <table>
                <thead><tr><th scope="col">Check</th><th scope="col">Level</th><th scope="col">Required</th><th scope="col">Outcome</th><th scope="col">Seen</th></tr></thead>
                <tbody>

                """);
            foreach (var result in checks)
            {
                var check = list[result.Id];
                page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\" class=\"id\">{check.Id}</th><td>{check.Level}</td><td>{Text(check.Title)}: {Text(check.Requires)}<span class=\"sub\">{Text(check.Source)}</span></td>");
                page.Append(CultureInfo.InvariantCulture, $"<td class=\"{result.Outcome}\">{Word(result.Outcome)}</td><td>{Text(result.Seen)}{(result.Outcome == CheckOutcome.Failed ? $"<span class=\"sub\">Remedy: {Text(check.Remedy)}</span>" : "")}</td></tr>\n");
            }

            page.Append("</tbody>\n</table>\n</div>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>JUnit: a suite for each group, a case for each check; what was not observed is skipped.</summary>
    public static string JUnit(ConformanceReport report)
    {
        var list = CheckList.Current;
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, $"Conformance of {report.State}", report.Checks);
            xml.WriteAttributeString("time", (report.Seconds ?? 0).ToString(CultureInfo.InvariantCulture));
            foreach (var group in list.Groups)
            {
                var checks = report.Checks.Where(c => list.Find(c.Id)?.Group == group.Code).ToList();
                if (checks.Count == 0)
                    continue;
                xml.WriteStartElement("testsuite");
                Counts(xml, group.Title, checks);
                xml.WriteAttributeString("timestamp", report.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
                foreach (var result in checks)
                {
                    var check = list[result.Id];
                    xml.WriteStartElement("testcase");
                    xml.WriteAttributeString("name", $"{check.Id} {check.Title}");
                    xml.WriteAttributeString("classname", $"LiaisonHub.Conformance.{report.State}.{group.Code}");
                    xml.WriteAttributeString("time", "0");
                    if (result.Outcome == CheckOutcome.Failed)
                    {
                        xml.WriteStartElement("failure");
                        xml.WriteAttributeString("message", Plain(result.Seen));
                        xml.WriteAttributeString("type", $"level{check.Level}");
                        xml.WriteString($"Required: {check.Requires}\nWritten in: {check.Source}\nRemedy: {check.Remedy}");
                        xml.WriteEndElement();
                    }
                    else if (result.Outcome != CheckOutcome.Passed)
                    {
                        xml.WriteStartElement("skipped");
                        xml.WriteAttributeString("message", Plain(result.Seen));
                        xml.WriteEndElement();
                    }

                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n";
    }

    /// <summary>The level in a sentence.</summary>
    public static string Level(ConformanceReport report) => report.Level is > 0 and var level
        ? $"Level {level}, {CheckList.Current.Levels[level - 1].Name.ToLowerInvariant()}: all its checks passed."
        : report.Checks.Count < CheckList.Current.Checks.Count ? "No level: only some groups were gone through." : "No level: a check of level 1 failed or was not observed.";

    /// <summary>An outcome in words.</summary>
    public static string Word(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Failed => "FAILED",
        CheckOutcome.NotApplicable => "does not apply",
        _ => "not observed",
    };

    static void Counts(XmlWriter xml, string name, IReadOnlyList<CheckResult> checks)
    {
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("tests", checks.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", checks.Count(c => c.Outcome == CheckOutcome.Failed).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", checks.Count(c => c.Outcome is CheckOutcome.NotObserved or CheckOutcome.NotApplicable).ToString(CultureInfo.InvariantCulture));
    }

    static string Text(string text) => WebUtility.HtmlEncode(Plain(text));

    // What a participant said may hold characters no document may.
    static string Plain(string text) => new([.. text.Select(c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD')]);
}
