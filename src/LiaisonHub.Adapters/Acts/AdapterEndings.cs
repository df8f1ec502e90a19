using System.Security.Cryptography.X509Certificates;
using LiaisonHub.Sealing;
using PublicKey = LiaisonHub.Sealing.PublicKey;

namespace LiaisonHub.Adapters.Acts;

/// <summary>What this adapter works with and that ends on a day: its keys, the hub's, and the certificates on the way to the broker and to the local system.</summary>
public sealed class AdapterEndings(AdapterOptions options, KeyDirectory directory, TimeProvider time)
{
    /// <summary>From how many days before the end on it is shown to people who did not ask: at the desk and by the health.</summary>
    public const int ShownAtDays = 30;

    /// <summary>All of them, warned of or not.</summary>
    public IReadOnlyList<Ending> All
    {
        get
        {
            var now = time.GetUtcNow();
            return [.. directory.Endings(now, options.State), .. directory.Endings(now, PublicKey.HubOwner), .. options.Broker.Endings(), .. ShownTo("local system", "Http", options.Http?.ClientCertificateFile), .. ShownTo("connector", "Connector", options.Connector?.ClientCertificateFile)];
        }
    }

    static IEnumerable<Ending> ShownTo(string to, string section, string? file)
    {
        if (file is null)
            return [];
        using var own = X509CertificateLoader.LoadPkcs12FromFile(file, null);
        return [new Ending($"The certificate this program shows the {to}", own.NotAfter.ToUniversalTime(), $"Get its successor, put it into {section}:ClientCertificateFile and start the program again.")];
    }

    /// <summary>What is to be shown now, in words.</summary>
    public IReadOnlyList<string> Shown
    {
        get
        {
            var now = time.GetUtcNow();
            return [.. All.Where(e => Expiry.Threshold(e.Ends, now) <= ShownAtDays).Select(e => e.Warning(now)!)];
        }
    }
}
