using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using LiaisonHub.Adapters;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Messaging.Links;
using LiaisonHub.Storage.Adapter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiaisonHub.Conformance;

/// <summary>
/// A participant that reaches its virtual host by itself: a program the kit starts and kills, in any language, or one that somebody else has started. What it needs to know stands in its
/// environment: <c>CONFORMANCE_KEYS</c> and <c>CONFORMANCE_PRIVATE</c> (folders of keys), <c>CONFORMANCE_INBOX</c>, <c>_PROCESSED</c>, <c>_REJECTED</c>, <c>_OUTBOX</c> and <c>_DATA</c>
/// (folders), and the same as settings of an adapter of this house.
/// </summary>
/// <param name="state">Its state.</param>
/// <param name="command">The program and its arguments. Empty: somebody else has started it, with the keys of the examination.</param>
public sealed class AdapterProcess(string state, params IReadOnlyList<string> command) : Participant
{
    const int KeptLines = 100_000;

    readonly ConcurrentQueue<string> said = new();
    Process? process;
    IHost? desk;
    Venue? venue;

    /// <summary>Environment variables of its own, for example where the broker is.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The country, where the program is an adapter of this house: the kit then works at its desk, on its database, and knows a sample of its local system. Null: it does neither.</summary>
    public Country? Country { get; init; }

    /// <inheritdoc/>
    public override string State => state;

    /// <inheritdoc/>
    public override string Name => command.Count == 0 ? $"system of {state}, started by its own people" : string.Join(' ', command.Select(Path.GetFileName));

    /// <inheritdoc/>
    public override string Other => Sample?.To ?? base.Other;

    /// <inheritdoc/>
    public override bool CanBeKilled => command.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Log => command.Count > 0 ? [.. said] : null;

    /// <inheritdoc/>
    public override Hand? Hand => desk is null ? null : new Hand(desk.Services.GetRequiredService<ActMaker>(), desk.Services.GetRequiredService<DeskReads>());

    /// <inheritdoc/>
    public override bool DeskOnly => Country is not null && !Directory.Exists(Path.Combine(Country.Folder, "mappings"));

    /// <inheritdoc/>
    public override LocalSide? Local => venue is null || Country is null || DeskOnly ? null : new LocalSide
    {
        Inbox = At("inbox"),
        Processed = At("processed"),
        Rejected = At("rejected"),
        Outbox = At("outbox"),
        LargestFile = HostedAdapter.LargestFile,
        Sample = Sample,
    };

    LocalSample? Sample => Country is null ? null : LocalSample.Load(Country.Folder);

    string At(string name) => Path.Combine(venue!.Folder, "local", name);

    string Database => $"sqlite:{Path.Combine(venue!.Folder, "adapter.db")}";

    /// <inheritdoc/>
    /// <exception cref="ParticipantUnreachableException">The program cannot be started.</exception>
    public override Task Start(Venue venue, CancellationToken cancellationToken)
    {
        this.venue = venue;
        foreach (var folder in new[] { "inbox", "inbox/files", "processed", "rejected", "outbox" })
            Directory.CreateDirectory(At(folder));
        if (command.Count > 0)
            process = Run();
        if (Country is not null && desk is null)
            desk = Desk(Country, venue);
        return Task.CompletedTask;
    }

    Process Run()
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = venue!.Folder };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in Settings().Concat(Environment))
            start.Environment[name] = value;
        try
        {
            var made = Process.Start(start)!;
            made.OutputDataReceived += Keep;
            made.ErrorDataReceived += Keep;
            made.BeginOutputReadLine();
            made.BeginErrorReadLine();
            return made;
        }
        catch (Win32Exception e)
        {
            throw new ParticipantUnreachableException($"'{command[0]}' cannot be started: {e.Message}");
        }
    }

    IEnumerable<KeyValuePair<string, string>> Settings()
    {
        foreach (var (name, key, value) in new[]
        {
            ("KEYS", "PublicKeys", venue!.PublicKeys), ("PRIVATE", "PrivateKeys", venue.PrivateKeys), ("INBOX", "Inbox__Folder", At("inbox")), ("PROCESSED", "Inbox__Processed", At("processed")),
            ("REJECTED", "Inbox__Rejected", At("rejected")), ("OUTBOX", "Outbox__Folder", At("outbox")),
        })
        {
            yield return new($"CONFORMANCE_{name}", value);
            if (!DeskOnly || !key.Contains("__", StringComparison.Ordinal))
                yield return new($"{AdapterOptions.Section}__{key}", value);
        }

        yield return new("CONFORMANCE_STATE", state);
        yield return new("CONFORMANCE_DATA", venue.Folder);
        yield return new($"{AdapterOptions.Section}__Authority", Authority);
        yield return new($"{AdapterOptions.Section}__Database", Database);
        yield return new($"{AdapterOptions.Section}__ReportEvery", "00:00:05");
        yield return new($"{AdapterOptions.Section}__SendAgainAfter", "00:00:01");
        yield return new($"{AdapterOptions.Section}__HandOverAgainAfter", "00:00:01");
        if (!DeskOnly)
        {
            yield return new($"{AdapterOptions.Section}__Inbox__Poll", "00:00:00.100");
            yield return new($"{AdapterOptions.Section}__Inbox__Settle", "00:00:00");
            yield return new($"{AdapterOptions.Section}__Inbox__Patience", "00:00:00");
            yield return new($"{AdapterOptions.Section}__Inbox__LargestFile", $"{HostedAdapter.LargestFile}");
            yield return new($"{AdapterOptions.Section}__Inbox__LargestTable", $"{HostedAdapter.LargestFile}");
        }

        yield return new("ASPNETCORE_URLS", "http://127.0.0.1:0");
    }

    // Built and never started: its hand uses the program's own database, as the desk beside it would.
    IHost Desk(Country country, Venue venue)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddCountryAdapter(
            country,
            options =>
            {
                (options.Authority, options.Database) = (Authority, Database);
                (options.PublicKeys, options.PrivateKeys) = (venue.PublicKeys, venue.PrivateKeys);
                (options.Inbox, options.Outbox, options.Http, options.Sql, options.Mailbox, options.Sftp, options.Connector) = (null, null, null, null, null, null, null);
            },
            new InProcessExchange().Adapter(state));
        return builder.Build();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null && said.Count < KeptLines)
            said.Enqueue(line.Data);
    }

    /// <inheritdoc/>
    public override async Task Kill()
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Kill();
        desk?.Dispose();
    }
}
