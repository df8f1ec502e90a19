using System.Net;
using System.Text;

namespace LiaisonHub.Casework;

/// <summary>The head of a document that is made to be printed: A4, black on white, readable on a screen without anything else.</summary>
static class PrintedPage
{
    /// <summary>Everything up to the beginning of the text.</summary>
    /// <param name="language">Language of the text, BCP 47.</param>
    /// <param name="title">Its title.</param>
    /// <param name="rules">Style rules of this kind of document, one a line.</param>
    /// <param name="printed">Style rules of its own for paper.</param>
    public static StringBuilder Begin(string language, string title, string rules, string printed) =>
        new StringBuilder(8192).Append("<!DOCTYPE html>\n<html lang=\"").Append(WebUtility.HtmlEncode(language)).Append("\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>").Append(WebUtility.HtmlEncode(title)).Append("""
            </title>
            <style>
            body{font:12pt/1.5 Georgia,serif;color:#000;background:#fff;max-width:44em;margin:2em auto;padding:0 1em}
            h1{font-size:1.3em}
            h2{font-size:1.05em;margin-top:1.6em}
            table{border-collapse:collapse;width:100%;font-size:.92em}
            th,td{border:1px solid #555;padding:.25em .5em;text-align:left;vertical-align:top}

            """).Append(rules).Append("\n@page{size:A4;margin:25mm 20mm}\n@media print{body{margin:0;max-width:none;padding:0}").Append(printed).Append("""
            }
            </style>
            </head>
            <body><main>

            """);
}
