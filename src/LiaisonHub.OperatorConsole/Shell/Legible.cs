using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>
/// What comes in is read here once, before any room sees it. No text holds a character that has no shape (NUL and its like): a database may refuse it, and nobody sees it in a ledger. A form is a form, and no larger than
/// the console takes.
/// </summary>
public static class Legible
{
    /// <summary>Most bytes of any form.</summary>
    internal const int Largest = 1024 * 1024;

    internal static void UseLegible(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is not RouteEndpoint || await Told(http))
            await next(http);
    });

    // False: it was refused.
    static async Task<bool> Told(HttpContext http)
    {
        foreach (var (name, values) in http.Request.Query)
            if (Hidden(name) || values.Any(Hidden))
                return await Refuse(http, name);
        // Programs ask with PUT and DELETE too.
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return true;
        if (http.Request.Path.StartsWithSegments("/api"))
            return !http.Request.HasJsonContentType() || await Json(http) is not { } member || await Refuse(http, member);
        if (!http.Request.HasFormContentType)
        {
            await Failures.Write(http, ErrorCode.CannotBeRead, "shell.unreadable");
            return false;
        }
        // In memory: a password is not written to a disk.
        http.Request.EnableBuffering(Largest, Largest);
        try
        {
            foreach (var (name, values) in await http.Request.ReadFormAsync(http.RequestAborted))
                if (Hidden(name) || values.Any(Hidden))
                    return await Refuse(http, name);
            return true;
        }
        catch (InvalidDataException)
        {
            // NUL is refused by the reader of forms itself, in the same way as what is too long.
            http.Request.Body.Position = 0;
            using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
            if ((await reader.ReadToEndAsync(http.RequestAborted)).Split('&').FirstOrDefault(f => f.Contains("%00", StringComparison.Ordinal)) is { } field)
                return await Refuse(http, Uri.UnescapeDataString(field.Split('=')[0]));
            await Failures.Write(http, ErrorCode.TooLarge, "shell.too-large");
            return false;
        }
    }

    // The member with such a text. Null: there is none. What is no JSON is refused by whoever wants it.
    static async Task<string?> Json(HttpContext http)
    {
        http.Request.EnableBuffering();
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            return Hidden(body.RootElement, "$");
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            http.Request.Body.Position = 0;
        }
    }

    static string? Hidden(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(m => Hidden(m.Name) ? m.Name : Hidden(m.Value, m.Name)).FirstOrDefault(found => found is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(i => Hidden(i, name)).FirstOrDefault(found => found is not null),
        JsonValueKind.String => Hidden(Text(element)) ? name : null,
        _ => null,
    };

    // Half a character, written as an escape, is no text.
    static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return "\0";
        }
    }

    /// <summary>Every character of a name is seen: none is a control or format character, or no character at all. Two names that look the same are the same.</summary>
    public static bool IsSeen(string name) => name.EnumerateRunes().All(r => r != Rune.ReplacementChar && Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    static bool Hidden(string? text) => text is not null && text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n'));

    static async Task<bool> Refuse(HttpContext http, string name)
    {
        await Failures.Write(http, ErrorCode.CannotBeRead, "shell.control-character", string.Concat(name.Take(60).Select(c => char.IsControl(c) ? '\uFFFD' : c)));
        return false;
    }
}
