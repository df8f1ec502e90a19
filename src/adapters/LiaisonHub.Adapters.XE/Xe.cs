namespace LiaisonHub.Adapters.XE;

/// <summary>Eskland (XE): courts write mails, of a form; what they get is XJustiz, and nothing that is not valid by it.</summary>
public static class Xe
{
    /// <summary>The country, with its data beside the program.</summary>
    public static Country Country { get; } = new() { State = "XE", Folder = Path.Combine(AppContext.BaseDirectory, "countries", "xe") };
}
