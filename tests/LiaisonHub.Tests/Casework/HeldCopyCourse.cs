using LiaisonHub.Casework;
using LiaisonHub.Casework.Procedures;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>The usual course of a copy in a third state: XA gave on to XC what it got in an emergency and may not keep. Everything is invented.</summary>
static class HeldCopyCourse
{
    public static Course Course { get; } = new(
        HeldCopy.Table,
        Into,
        Of,
        (content, _, variant) => (content, variant) switch
        {
            (CopyConfirmed c, true) => c with { Done = CopyFate.Restricted },
            _ => content,
        },
        new HashSet<string>());

    public static object Of(string type, Request request, DateOnly today) => type switch
    {
        nameof(CopyConfirmed) => CorrectionCourse.Deleted(request.HeldCopy?.Holder ?? "XC-CA"),
        nameof(DelayReasonGiven) => new DelayReasonGiven { RuleId = "EPO-U1", Reason = DelayReason.Workload },
        nameof(CorrectionMade) => new CorrectionMade { OfActId = request.Acts is [var first, ..] ? first.ActId : Guid.Empty, Kind = CorrectionKind.WrongData },
        nameof(ReceiptGiven) => new ReceiptGiven { OfActId = request.Acts is [var first, ..] ? first.ActId : Guid.Empty, Stage = ReceiptStage.Delivered },
        _ => Usual.Of(type, request, today),
    };

    public static Story Into(string state, Rules rules)
    {
        var asked = EmergencyCourse.Into("Undoing", rules).Asks(EmergencyCourse.Holders).Opened();
        return state switch
        {
            "Asked" => asked,
            "Closed.Confirmed" => asked.Answers(CorrectionCourse.Deleted("XC-CA")),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No way there; add one."),
        };
    }
}
