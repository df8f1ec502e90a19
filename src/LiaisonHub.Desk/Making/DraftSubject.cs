using System.Globalization;

namespace LiaisonHub.Desk.Making;

/// <summary>What a form is about: a request, a new request, or a local file that needs a person.</summary>
public readonly record struct DraftSubject(Guid? RequestId, Guid? IntakeId)
{
    const string NewRequest = "new", File = "file:";

    public static DraftSubject New => default;

    /// <summary>How drafts are filed.</summary>
    public string Key => RequestId is { } request ? request.ToString("D") : IntakeId is { } intake ? $"{File}{intake:D}" : NewRequest;

    public static DraftSubject Parse(string key) =>
        key.StartsWith(File, StringComparison.Ordinal) && Guid.TryParseExact(key.AsSpan(File.Length), "D", out var intake) ? new(null, intake)
        : Guid.TryParseExact(key, "D", out var request) ? new(request, null)
        : New;

    /// <summary>The form's address.</summary>
    public string Address(string actType) => RequestId is { } request ? string.Create(CultureInfo.InvariantCulture, $"/desk/requests/{request}/make/{actType}")
        : IntakeId is { } intake ? string.Create(CultureInfo.InvariantCulture, $"/desk/files/{intake}")
        : "/desk/new";

    /// <summary>Where the officer came from.</summary>
    public string Back => RequestId is { } request ? string.Create(CultureInfo.InvariantCulture, $"/desk/requests/{request}") : IntakeId is not null ? "/desk/files" : "/desk";
}
