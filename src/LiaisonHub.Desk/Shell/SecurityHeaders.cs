namespace LiaisonHub.Desk.Shell;

/// <summary>What every answer tells the browser: nothing from elsewhere, nothing inline, no frame, nothing kept.</summary>
sealed class SecurityHeaders(RequestDelegate next)
{
    const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        // At the last moment: an error page begins with empty headers.
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.TryAdd("Content-Security-Policy", Policy);
            // Forms ask for no-cache of their own; personal data is not kept at all.
            if (!headers.CacheControl.ToString().Contains("immutable", StringComparison.Ordinal))
                headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return Task.CompletedTask;
        });
        return next(http);
    }
}
