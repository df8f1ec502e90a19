using System.Text.Json;
using System.Text.Json.Serialization;
using LiaisonHub.OperatorConsole.Accounts;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Api;

/// <summary>What a program asks for over the API.</summary>
static class Asked
{
    // A member that nobody reads was meant to say something: misspelt, it would leave a plan wider than it was meant.
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads the body and does what it asks for. A session of a browser does nothing here: there a form has no token of its own.</summary>
    public static async Task<IResult> For<T>(HttpContext http, Caller caller, Texts said, Func<T, Task<IResult>> deed, CancellationToken cancelled)
        where T : class
    {
        if (caller.AccountId is not null && http.Request.Headers.Authorization.Count == 0)
            return ErrorCode.NotByCookie.Problem(said);
        T? wish = null;
        var problem = said["shell.body-json"];
        if (http.Request.HasJsonContentType())
            try
            {
                wish = await http.Request.ReadFromJsonAsync<T>(Strict, cancelled);
            }
            catch (JsonException e)
            {
                problem = said["shell.body-at", e.Path ?? "$"];
            }
        return wish is null ? ErrorCode.CannotBeRead.Problem(said, problem.Plain) : await deed(wish);
    }
}
