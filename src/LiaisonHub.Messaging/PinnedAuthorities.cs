using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace LiaisonHub.Messaging;

/// <summary>Authorities of a house's own, which no machine's store knows.</summary>
public static class PinnedAuthorities
{
    /// <summary>True: the certificate is for this name, and the machine's store or one of the authorities in the file has issued it.</summary>
    /// <param name="certificate">What the server shows.</param>
    /// <param name="errors">What was found wrong with it by the machine's store.</param>
    /// <param name="file">Certificates as PEM, one after the other. Null: the machine's store alone.</param>
    public static bool Trust(X509Certificate? certificate, SslPolicyErrors errors, string? file)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || file is null || certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate as X509Certificate2 ?? new X509Certificate2(certificate));
    }
}
