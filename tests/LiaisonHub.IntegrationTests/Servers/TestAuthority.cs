using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LiaisonHub.IntegrationTests.Servers;

/// <summary>An authority that signs certificates and lives as long as a test.</summary>
public sealed class TestAuthority : IDisposable
{
    static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-400), To = TimeProvider.System.GetUtcNow().AddDays(400);

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        certificate = request.CreateSelfSigned(From, To);
    }

    /// <summary>Writes its own certificate (PEM).</summary>
    public void Save(string file) => File.WriteAllText(file, certificate.ExportCertificatePem());

    /// <summary>A certificate for names, valid until a day; half a year from now where none is given.</summary>
    public X509Certificate2 Issue(IReadOnlyList<string> names, DateTimeOffset? until = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", own, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var signed = request.Create(certificate, From.AddMinutes(1), until ?? To.AddDays(-200), RandomNumberGenerator.GetBytes(8));
        // By way of a file: some platforms serve TLS only with a key that was loaded.
        using var whole = signed.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Writes a certificate and its key as <c>.pem</c> and <c>.key</c>, and both together as <c>.p12</c> without a password.</summary>
    public void Issue(string file, IReadOnlyList<string> names, DateTimeOffset? until = null)
    {
        using var issued = Issue(names, until);
        using var own = issued.GetECDsaPrivateKey()!;
        File.WriteAllText($"{file}.pem", issued.ExportCertificatePem());
        File.WriteAllText($"{file}.key", own.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes($"{file}.p12", issued.Export(X509ContentType.Pkcs12));
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
