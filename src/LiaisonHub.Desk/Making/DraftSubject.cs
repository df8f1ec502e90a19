using System.Globalization;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Desk.Making;

/// <summary>What a form is about: a request, a new request, a local file that needs a person, or the new request that follows a preservation.</summary>
public readonly record struct DraftSubject(Guid? RequestId, Guid? IntakeId, Guid? PreservationId = null)
{
    const string NewRequest = "new", File = "file:", FollowUp = "follow-up:";

    public static DraftSubject New => default;

    /// <summary>How drafts are filed.</summary>
    public string Key => RequestId is { } request ? request.ToString("D") : IntakeId is { } intake ? $"{File}{intake:D}"
        : PreservationId is { } preservation ? $"{FollowUp}{preservation:D}" : NewRequest;

    public static DraftSubject Parse(string key) =>
        key.StartsWith(File, StringComparison.Ordinal) && Guid.TryParseExact(key.AsSpan(File.Length), "D", out var intake) ? new(null, intake)
        : key.StartsWith(FollowUp, StringComparison.Ordinal) && Guid.TryParseExact(key.AsSpan(FollowUp.Length), "D", out var preservation) ? new(null, null, preservation)
        : Guid.TryParseExact(key, "D", out var request) ? new(request, null)
        : New;

    /// <summary>The form's address.</summary>
    public string Address(string actType) => RequestId is { } request ? string.Create(CultureInfo.InvariantCulture, $"/desk/requests/{request}/make/{actType}")
        : IntakeId is { } intake ? string.Create(CultureInfo.InvariantCulture, $"/desk/files/{intake}")
        : PreservationId is { } preservation ? string.Create(CultureInfo.InvariantCulture, $"/desk/requests/{preservation}/follow-up")
        : actType == nameof(RequestSubmitted) ? "/desk/new" : $"/desk/new/{actType}";

    /// <summary>Where the officer came from.</summary>
    public string Back => (RequestId ?? PreservationId) is { } request ? string.Create(CultureInfo.InvariantCulture, $"/desk/requests/{request}") : IntakeId is not null ? "/desk/files" : "/desk";
}
