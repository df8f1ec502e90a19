using LiaisonHub.Casework;
using LiaisonHub.OperatorConsole.Shell;

namespace LiaisonHub.OperatorConsole.Limits;

/// <summary>Limits as a person reads them.</summary>
public static class LimitWords
{
    /// <summary>How far its days have run.</summary>
    public static string Of(DaysCounted? days) => days switch
    {
        null => "counted in hours",
        { Left: <= 0, All: var all } => $"all {Days(all, days.Working)} have begun",
        { Begun: var begun } => $"day {Words.Number(begun)} of {Days(days.All, days.Working)}, {Words.Number(days.Left)} left",
    };

    static string Days(int days, bool working) => working ? Words.Count(days, "working day", "working days") : Words.Count(days, "day", "days");
}
