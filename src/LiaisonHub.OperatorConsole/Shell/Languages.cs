using System.Globalization;
using LiaisonHub.OperatorConsole.Accounts;
using Microsoft.AspNetCore.Localization;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>The languages of the console, and how a person comes to read one of them.</summary>
static class Languages
{
    /// <summary>Name of the language that only tests read: every text longer, accented and in brackets.</summary>
    public const string PseudoName = "qps-Ploc";

    /// <summary>The field of an address that names a language.</summary>
    public const string Field = "lang";

    static readonly PathString Api = "/api";

    // The order of day and month differs between the states: English has the order of the standard, the others name the month.
    public static CultureInfo English { get; } = Of("en", "yyyy-MM-dd");

    public static CultureInfo French { get; } = Of("fr", "d MMM yyyy");

    public static CultureInfo Spanish { get; } = Of("es", "d MMM yyyy");

    // Digits are 0 to 9 in Arabic too: references, articles and times are written with them, and what is read aloud from one page must be found on another.
    public static CultureInfo Arabic { get; } = Of("ar", "d MMM yyyy", CultureInfo.InvariantCulture.NumberFormat);

    public static CultureInfo Pseudo { get; } = Of(PseudoName, "yyyy-MM-dd", CultureInfo.InvariantCulture.NumberFormat);

    /// <summary>Those that a person may choose.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } = [English, French, Spanish, Arabic];

    /// <summary>A language as those call it who speak it.</summary>
    public static string NameOf(CultureInfo language) => char.ToUpper(language.NativeName[0], language) + language.NativeName[1..];

    /// <summary>What the person chose, else what the address says, else what the browser asks for. What programs read is English always.</summary>
    /// <remarks>Only texts follow the language: numbers that a browser or a program reads are written the same in all of them.</remarks>
    public static void AddLanguages(this IServiceCollection services, ConsoleOptions console) => services.AddSingleton<Texts>().Configure<RequestLocalizationOptions>(options =>
    {
        options.DefaultRequestCulture = new(CultureInfo.InvariantCulture, English);
        options.SupportedCultures = [CultureInfo.InvariantCulture];
        options.SupportedUICultures = [.. All, .. console.PseudoLanguage ? [Pseudo] : Array.Empty<CultureInfo>()];
        options.RequestCultureProviders =
        [
            new CustomRequestCultureProvider(http => Task.FromResult(ForPrograms(http.Request.Path) ? new ProviderCultureResult(CultureInfo.InvariantCulture.Name, English.Name) : null)),
            new CookieRequestCultureProvider { CookieName = Cookie(console).Name! },
            new QueryStringRequestCultureProvider { QueryStringKey = Field, UIQueryStringKey = Field },
            new AcceptLanguageHeaderRequestCultureProvider(),
        ];
    });

    public static void MapLanguages(this IEndpointRouteBuilder app) =>
        app.MapGet("/language", (HttpContext http, ConsoleOptions console, string? to = null, string? back = null) =>
        {
            // A page of this console and nothing else: the answer leads there.
            var page = back is ['/', ..] and not (['/', '/', ..] or ['/', '\\', ..]) && !back.Any(char.IsControl) ? back : "/";
            if (All.FirstOrDefault(l => l.Name == to) is { } chosen)
                http.Response.Cookies.Append(Cookie(console).Name!, CookieRequestCultureProvider.MakeCookieValue(new(CultureInfo.InvariantCulture, chosen)), Cookie(console).Build(http));
            return Forms.Seen(page);
        }).AllowAnonymous();

    static CookieBuilder Cookie(ConsoleOptions console)
    {
        var cookie = new CookieBuilder { SameSite = SameSiteMode.Lax, Expiration = TimeSpan.FromDays(365) };
        SignIn.Guard(cookie, "liaisonhub-language", console);
        return cookie;
    }

    static bool ForPrograms(PathString path) => path.StartsWithSegments(Api) || Path.GetExtension(path.Value) is ".csv" or ".json" or ".ics";

    static CultureInfo Of(string name, string date, NumberFormatInfo? numbers = null)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(name).Clone();
        culture.NumberFormat = numbers ?? culture.NumberFormat;
        culture.DateTimeFormat.Calendar = culture.OptionalCalendars.OfType<GregorianCalendar>().FirstOrDefault(c => c.CalendarType == GregorianCalendarTypes.Localized) ?? new GregorianCalendar();
        culture.DateTimeFormat.ShortDatePattern = date;
        return CultureInfo.ReadOnly(culture);
    }
}

/// <summary>Which form of a text goes with a number, by the rules of Unicode (CLDR 47, cardinals) for whole numbers in the languages of the console.</summary>
public static class Plural
{
    /// <summary>The forms that a language has.</summary>
    public static IReadOnlyList<string> Forms(string language) => language switch
    {
        "ar" => ["zero", "one", "two", "few", "many", "other"],
        "fr" or "es" => ["one", "many", "other"],
        _ => ["one", "other"],
    };

    /// <summary>The form for a number.</summary>
    public static string Form(string language, long number)
    {
        var n = Math.Abs(number);
        return language switch
        {
            "ar" => n switch { 0 => "zero", 1 => "one", 2 => "two", _ => (n % 100) switch { >= 3 and <= 10 => "few", >= 11 => "many", _ => "other" } },
            "fr" => n is 0 or 1 ? "one" : n % 1_000_000 == 0 ? "many" : "other",
            "es" => n == 1 ? "one" : n != 0 && n % 1_000_000 == 0 ? "many" : "other",
            _ => n == 1 ? "one" : "other",
        };
    }
}
