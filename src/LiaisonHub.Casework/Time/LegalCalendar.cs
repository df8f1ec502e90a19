using System.Collections.Frozen;

namespace LiaisonHub.Casework.Time;

/// <summary>The days on which the authorities of a state do not work: its weekend and its holidays.</summary>
public sealed class LegalCalendar(
    string code, IEnumerable<DayOfWeek> weekend, IEnumerable<KeyValuePair<DateOnly, string>> holidays, DateOnly from, DateOnly until)
{
    readonly FrozenSet<DayOfWeek> weekend = weekend.ToFrozenSet();
    readonly FrozenDictionary<DateOnly, string> holidays = holidays.ToFrozenDictionary();

    /// <summary>Code, named by the states that use it.</summary>
    public string Code => code;

    /// <summary>First day whose holidays are known.</summary>
    public DateOnly From => from;

    /// <summary>Last day whose holidays are known. A limit that ends later is counted as if there were none, and a fact says so.</summary>
    public DateOnly Until => until;

    /// <summary>The days of the week on which nobody works.</summary>
    public IReadOnlySet<DayOfWeek> Weekend => weekend;

    /// <summary>The holidays and their names.</summary>
    public IReadOnlyDictionary<DateOnly, string> Holidays => holidays;

    /// <summary>Why nobody works on the day. Null: it is a working day.</summary>
    public string? Rest(DateOnly day) =>
        weekend.Contains(day.DayOfWeek) ? $"{day.DayOfWeek}, weekend in {code}"
        : holidays.TryGetValue(day, out var name) ? $"{name}, holiday in {code}"
        : null;

    /// <summary>True: a working day.</summary>
    public bool Works(DateOnly day) => !weekend.Contains(day.DayOfWeek) && !holidays.ContainsKey(day);

    /// <summary>True: the holidays of the day are known.</summary>
    public bool Reaches(DateOnly day) => day >= from && day <= until;

    /// <summary>The same calendar with one holiday more.</summary>
    public LegalCalendar With(DateOnly day, string name) => new(code, weekend, holidays.Where(h => h.Key != day).Append(new(day, name)), from, until);
}
