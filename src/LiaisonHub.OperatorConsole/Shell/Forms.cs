using LiaisonHub.Messaging;
using Microsoft.AspNetCore.Antiforgery;

namespace LiaisonHub.OperatorConsole.Shell;

/// <summary>What every form that does something has in common.</summary>
static class Forms
{
    /// <summary>What is answered to a form that was not made for this person by this console. Null: it was.</summary>
    public static async Task<IResult?> OutOfDate(HttpContext http, IAntiforgery antiforgery) => await antiforgery.IsRequestValidAsync(http) ? null
        : ErrorCode.FormOutOfDate.Page("shell.form-out-of-date");

    /// <summary>The id that a form was given when it was shown: what it makes, it makes once, however often it is sent.</summary>
    public static Guid Once(IFormCollection posted) => Guid.TryParse(posted["once"], out var id) ? id : Guid.NewGuid();

    /// <summary>After a deed: look at the page that shows it.</summary>
    public static IResult Seen(string page) => new SeeOther(page);

    sealed class SeeOther(string page) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            CrashPoint.At(CrashPoint.ConsoleBeforeAnswer);
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = page;
            return Task.CompletedTask;
        }
    }
}
