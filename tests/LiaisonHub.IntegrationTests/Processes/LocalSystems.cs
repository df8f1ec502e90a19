using System.Text.Json;
using LiaisonHub.Adapters.XA;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>The local systems of XA and XB: XA's courts send messages, XB answers each request with notes, and what each is given is counted.</summary>
sealed class LocalSystems(int requests, int notesEach, Func<string, string> inbox, Func<string, string, IReadOnlyList<string>> given)
{
    readonly HashSet<string> answered = [];
    readonly List<string> expected = [];

    public static string CourtMessage(int i) =>
        File.ReadAllText(Path.Combine(Xa.Country.Folder, "samples", "hearing-abroad.xml"))
            .Replace("XA-COURT-2026-000317", $"XA-COURT-2026-{i:D6}", StringComparison.Ordinal)
            .Replace("41QX0911726", $"41QX{1000000 + i}", StringComparison.Ordinal)
            .Replace("0000007741Z", $"{i + 1:D10}Z", StringComparison.Ordinal);

    public static string Note(string reference, int request, int note) => JsonSerializer.Serialize(new { answer = "note", request = reference, subject = $"Note {request}/{note}", text = "A word." });

    public static string Reference(string file)
    {
        var text = File.ReadAllText(file);
        return text[text.IndexOf("XA-2", StringComparison.Ordinal)..].Split('"')[0];
    }

    public static string Subject(string file)
    {
        var text = File.ReadAllText(file);
        return text[text.IndexOf("Note ", StringComparison.Ordinal)..].Split('<')[0];
    }

    public async Task Work(Func<Task> disturb, Func<bool> disturbedEnough, Random random, Func<string> told, CancellationToken cancellationToken)
    {
        for (var i = 0; i < requests; i++)
            Drop("XA", $"court-{i:D4}.xml", CourtMessage(i));
        var started = TimeProvider.System.GetTimestamp();
        var next = TimeSpan.FromSeconds(2);
        while (true)
        {
            foreach (var file in given("XB", nameof(RequestSubmitted)).Where(f => answered.Add(f)).ToArray())
            {
                var reference = Reference(file);
                for (var note = 0; note < notesEach; note++)
                {
                    Drop("XB", $"{reference}-{note}.json", Note(reference, answered.Count, note));
                    expected.Add($"Note {answered.Count}/{note}");
                }
            }
            if (disturbedEnough() && given("XA", nameof(NoteSent)).Count >= requests * notesEach)
                return;
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            if (elapsed > TimeSpan.FromMinutes(8))
                Assert.Fail($"After 8 minutes {answered.Count} of {requests} requests and {given("XA", nameof(NoteSent)).Count} of {requests * notesEach} notes had arrived.\n{told()}");
            if (!disturbedEnough() && elapsed > next)
            {
                await disturb();
                next = TimeProvider.System.GetElapsedTime(started) + TimeSpan.FromSeconds(2 + random.NextDouble() * 4);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    public void AssertOnce()
    {
        var references = given("XB", nameof(RequestSubmitted)).Select(Reference).ToArray();
        Assert.Equal(requests, references.Length);
        Assert.Equal(requests, references.Distinct().Count());
        Assert.Equal(expected.Order(StringComparer.Ordinal), given("XA", nameof(NoteSent)).Select(Subject).Order(StringComparer.Ordinal));
    }

    void Drop(string state, string name, string content)
    {
        var half = Path.Combine(inbox(state), name + ".tmp");
        File.WriteAllText(half, content);
        File.Move(half, Path.Combine(inbox(state), name));
    }
}
