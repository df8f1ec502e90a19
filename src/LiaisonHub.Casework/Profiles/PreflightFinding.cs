using System.Text.Json.Serialization;

namespace LiaisonHub.Casework.Profiles;

/// <summary>Something that is missing, or that will be refused, in a request that is not signed yet.</summary>
/// <param name="Code">What kind of thing: <c>hub</c>, <c>language</c>, <c>channel</c>, <c>paper</c>, <c>formality</c>, <c>assurance</c>,
/// <c>dual-criminality</c>, <c>admissibility</c>, <c>use-limit</c>, <c>cost</c>, <c>calendar</c>.</param>
/// <param name="Severity">Whether the request would be refused or returned.</param>
/// <param name="Place">The JSON path, as in <c>$.open.languages</c>; <c>$.sealed</c> for what only the private part can hold.</param>
/// <param name="What">What was found.</param>
/// <param name="Fix">What puts it right.</param>
/// <param name="Article">Why: the article.</param>
public sealed record PreflightFinding(string Code, PreflightSeverity Severity, string Place, string What, string Fix, string Article)
{
    /// <summary>False: the article was not compared with the official text yet.</summary>
    public bool Verified { get; init; } = true;
}

/// <summary>What a finding means for the request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreflightSeverity>))]
public enum PreflightSeverity
{
    /// <summary>It would be refused by the hub, or refused or returned by the other state.</summary>
    Blocks,

    /// <summary>It will be asked about, or costs time; whoever signs should know.</summary>
    Warns,
}
