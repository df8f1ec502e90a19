using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Sealing;

namespace LiaisonHub.Conformance.Groups;

/// <summary>What the local system writes: a good message makes an act; a bad one makes none, says why, and holds up nothing.</summary>
static class LocalGroup
{
    internal static async Task Run(Exam exam)
    {
        if (exam.Participant.Local is not { Sample: { } sample } local)
            throw new SceneEndedException(exam.LocalSystemMissing, applies: !exam.Participant.DeskOnly);
        var drop = new LocalDrop(exam, local, sample);
        await drop.Begin();

        var (name, bytes) = drop.Good();
        var act = await drop.Makes(name, bytes);
        exam.Saw("LH-C190", act is not null, act is null ? $"No {sample.Makes} came within {exam.Patience.TotalSeconds:0} s. {drop.Reasons}" : $"{sample.Makes} came.");
        if (act is null)
            throw new SceneEndedException("Not even the good message made an act.");
        var put = await drop.Gone(name) && Directory.EnumerateFiles(local.Processed).Any(f => f.EndsWith(name, StringComparison.Ordinal));
        exam.Saw("LH-C191", put, $"The file {(put ? "left the inbox and stands among the processed ones" : "did not leave the inbox for the processed ones")}.");
        Original(exam, act, bytes);
        var twice = await drop.Spoiled("again", bytes);
        exam.Saw("LH-C193", twice is { Acts: 0, NextPassed: true }, $"The same bytes came once more under another name: {twice}.");

        await Bad("LH-C194", "An empty file", "empty", []);
        await Bad("LH-C195", "Bytes that are no message", "noise", RandomNumberGenerator.GetBytes(2000));
        await Bad("LH-C196", "A message that stops in the middle", "half", drop.Good().Bytes is var whole ? whole[..(whole.Length * 2 / 5)] : []);
        await Bad("LH-C197", $"A message without '{Short(sample.Needed)}'", "missing", drop.Changed(sample.Needed, ""));
        if (sample is { Code: { } code, UnknownCode: { } unknown })
            await Bad("LH-C198", "A code no table explains", "code", drop.Changed(code, unknown));
        else
            exam.Unseen("LH-C198", "The sample names no code that a table explains.");
        await Bad("LH-C199", "A file larger than allowed", "large", [.. drop.Good().Bytes, .. Enumerable.Repeat((byte)' ', (int)local.LargestFile)]);
        await CodePage(exam, drop);
        // It may stay where it is, as a file whose name begins with a point does: only where it leads is asked.
        var (elsewhere, letter) = drop.Good("planted");
        drop.Drop($"..\\..\\{elsewhere}", letter);
        var after = await drop.Passed();
        await exam.Settled();
        var planted = Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetDirectoryName(local.Inbox))!, $"*{elsewhere}*", SearchOption.AllDirectories)
            .Where(f => Path.GetDirectoryName(f) is var at && at != local.Inbox && at != local.Processed && at != local.Rejected).ToList();
        exam.Saw("LH-C201", planted.Count == 0 && after, planted.Count == 0 ? $"A name that leads out of the folder led nowhere; the next file {(after ? "passed" : "did not pass")}." : "A name that leads out of the folder wrote a file outside.");
        await Link(exam, drop, local);
        var half = drop.Good();
        await File.WriteAllBytesAsync(Path.Combine(local.Inbox, half.Name + ".tmp"), half.Bytes, exam.Cancelled);
        var unfinished = await drop.Passed();
        var alone = File.Exists(Path.Combine(local.Inbox, half.Name + ".tmp"));
        exam.Saw("LH-C203", unfinished && alone, $"A file still named .tmp was {(alone ? "left alone" : "taken")}, and the next one {(unfinished ? "passed" : "did not pass")}.");
        File.Delete(Path.Combine(local.Inbox, half.Name + ".tmp"));
        var untold = Directory.EnumerateFiles(local.Rejected).Where(f => !f.EndsWith(".reason.txt", StringComparison.Ordinal) && !f.EndsWith(".done", StringComparison.Ordinal) && !File.Exists(f + ".reason.txt")).ToList();
        exam.Saw("LH-C204", untold.Count == 0, untold.Count == 0 ? "Beside every rejected file stands why." : $"{untold.Count} rejected files have no reason beside them.");

        async Task Bad(string check, string what, string word, byte[] content)
        {
            var seen = await drop.Spoiled(word, content);
            exam.Saw(check, seen is { Acts: 0, Told: true, NextPassed: true }, $"{what}: {seen}.");
        }
    }

    // To refuse it is right; so is to read it in the code page it is really in, as long as nothing is lost and a person is told.
    static async Task CodePage(Exam exam, LocalDrop drop)
    {
        var wrong = drop.WrongCodePage();
        var before = exam.Counterpart.Arrived.Count;
        var seen = await drop.Spoiled("page", wrong);
        var act = exam.Counterpart.Arrived.Skip(before).FirstOrDefault(a => a.Act is not null && a.Receipt is null);
        if (seen.Acts == 0 || act?.Act!.Sealed is not { } jwe)
        {
            exam.Saw("LH-C200", seen is { Acts: 0, Told: true, NextPassed: true }, $"A message in another code page than its own: {seen}.");
            return;
        }

        var opened = Opener.Open(jwe, [exam.Counterpart.OtherSeal], act.Act.Header.ActId);
        var lost = Encoding.UTF8.GetString(opened).Contains('\uFFFD', StringComparison.Ordinal) || JsonNode.Parse(opened) is JsonObject part && part.ToJsonString(Unescaped).Contains('\uFFFD', StringComparison.Ordinal);
        exam.Saw("LH-C200", !lost && seen.NextPassed, lost ? "An act was made whose texts have lost characters." : $"It was read in another code page than it names; no character was lost, and the original travels with the act. {seen}.");
    }

    static readonly JsonSerializerOptions Unescaped = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static async Task Link(Exam exam, LocalDrop drop, LocalSide local)
    {
        var outside = Path.Combine(Path.GetDirectoryName(local.Inbox)!, "outside" + drop.Extension);
        var (name, bytes) = drop.Good();
        await File.WriteAllBytesAsync(outside, bytes, exam.Cancelled);
        try
        {
            File.CreateSymbolicLink(Path.Combine(local.Inbox, drop.Name("link")), outside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            exam.Unseen("LH-C202", $"No link could be made here ({e.GetType().Name}).");
            return;
        }

        var before = drop.Acts;
        var passed = await drop.Passed();
        exam.Saw("LH-C202", passed && drop.Acts == before + 1 && File.Exists(outside), drop.Acts == before + 1 ? "A link to a file outside was not followed, and the next file passed." : "A link to a file outside was followed, or held up the next file.");
    }

    static void Original(Exam exam, Arrival act, byte[] bytes)
    {
        if (act.Act!.Sealed is not { } sealedPart)
        {
            exam.Unseen("LH-C192", $"{act.Act.Type} has no private part in which the original could travel.");
            return;
        }

        try
        {
            using var opened = JsonDocument.Parse(Opener.Open(sealedPart, [exam.Counterpart.OtherSeal], act.Act.Header.ActId));
            var original = opened.RootElement.TryGetProperty("original", out var found) && found.TryGetProperty("content", out var content) ? content.GetBytesFromBase64() : null;
            // Of a table one record travels, under its head: every line of it is a line of the file.
            var same = original is not null && Lines(original).IsSubsetOf(Lines(bytes));
            exam.Saw("LH-C192", same, original is null ? "The act has no original." : same ? "The bytes of the local message travelled sealed with the act." : "What travelled as the original is not what was written.");
        }
        catch (Exception e) when (e is SealException or JsonException)
        {
            exam.Saw("LH-C192", false, "The private part cannot be read.");
        }
    }

    static HashSet<string> Lines(byte[] bytes) => [.. Encoding.Latin1.GetString(bytes).Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];

    static string Short(string text) => text.Length <= 30 ? text : text[..30] + "…";
}

/// <summary>Writes for the local system, and sees what becomes of it.</summary>
sealed class LocalDrop(Exam exam, LocalSide local, LocalSample sample)
{
    // Matters of examinations on the same day must not be taken for one another.
    long number = RandomNumberGenerator.GetInt32(1_000, 800_000) * 10L;
    Conversation? on;

    internal string Extension => Path.GetExtension(sample.File);

    internal int Acts => exam.Counterpart.Acts.Count(a => a.Act!.Type != nameof(ReceiptGiven));

    /// <summary>A sample that answers needs a request to answer.</summary>
    internal async Task Begin()
    {
        if (sample.Reference is null)
            return;
        on = exam.Counterpart.Open(Side.Requested);
        exam.Counterpart.Deliver(on, nameof(RequestSubmitted));
        if (!await exam.Fence())
            throw new SceneEndedException("The request that the sample answers was not taken.");
    }

    /// <summary>A message as it should be, its matter numbered anew. The file is named as the local system names it, and goes on with the number.</summary>
    internal (string Name, byte[] Bytes) Good(string word = "good")
    {
        number++;
        return (Name(word), Numbered(sample.Content));
    }

    /// <summary>A name for the next file.</summary>
    internal string Name(string word) => $"{Path.GetFileNameWithoutExtension(sample.File)}-{number}-{word}{Extension}";

    /// <summary>A message with a piece of it changed.</summary>
    internal byte[] Changed(string piece, string into) => Replace(Good().Bytes, piece, into);

    /// <summary>A message with bytes no text of its code page has, in a place where a name or a text stands.</summary>
    internal byte[] WrongCodePage()
    {
        var bytes = Good().Bytes;
        var at = sample.Person is { } person ? bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(person)) : bytes.Length / 2;
        (bytes[at], bytes[at + 1]) = (0xC3, 0x28);
        return bytes;
    }

    byte[] Numbered(byte[] content)
    {
        var digits = sample.Number.Length;
        var last = sample.Number.AsSpan().LastIndexOfAnyExceptInRange('0', '9');
        var width = Math.Min(digits - last - 1, 7);
        var fresh = sample.Number[..(digits - width)] + (number % (long)Math.Pow(10, width)).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
        var made = Replace(content, sample.Number, fresh);
        return sample.Reference is { } reference && on is not null ? Replace(made, reference, on.Reference) : made;
    }

    /// <summary>Changes every place of a text in bytes whose code page is none of the kit's business.</summary>
    internal static byte[] Replace(byte[] bytes, string old, string with)
    {
        var (from, to) = (Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(with));
        var made = new List<byte>(bytes.Length);
        for (var at = 0; at < bytes.Length;)
        {
            if (bytes.AsSpan(at).StartsWith(from))
            {
                made.AddRange(to);
                at += from.Length;
            }
            else
                made.Add(bytes[at++]);
        }

        return [.. made];
    }

    internal void Drop(string name, byte[] bytes)
    {
        var half = Path.Combine(local.Inbox, name + ".tmp");
        File.WriteAllBytes(half, bytes);
        File.Move(half, Path.Combine(local.Inbox, name));
    }

    /// <summary>Drops a message and waits for its act.</summary>
    internal async Task<Arrival?> Makes(string name, byte[] bytes)
    {
        var before = exam.Counterpart.Arrived.Count;
        Drop(name, bytes);
        return await exam.Counterpart.Await(all => all.Skip(before).FirstOrDefault(a => a is { Again: false, Unconfirmed: false } && a.Act?.Type == sample.Makes), exam.Patience, exam.Cancelled);
    }

    /// <summary>Drops a message that is as it should be. True: its act came.</summary>
    internal async Task<bool> Passed() => Good() is var (name, bytes) && await Makes(name, bytes) is not null;

    /// <summary>Waits until a file is gone from the inbox.</summary>
    internal async Task<bool> Gone(string name)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (File.Exists(Path.Combine(local.Inbox, name)))
        {
            if (TimeProvider.System.GetElapsedTime(started) > exam.Patience)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, exam.Cancelled);
        }

        return true;
    }

    /// <summary>Drops a message that is not as it should be, then one that is.</summary>
    internal async Task<SpoiledSeen> Spoiled(string word, byte[] bytes)
    {
        var name = Name(word);
        var (acts, reasons, waiting) = (Acts, Reasoned, await exam.Incomplete() ?? 0);
        Drop(name, bytes);
        var gone = await Gone(name);
        // What it may have made has come by then: the next file's act is not taken for it, nor it for the next file's.
        await exam.Settled();
        var told = Reasoned > reasons || await exam.Incomplete() > waiting;
        var passed = await Passed();
        return new SpoiledSeen(Acts - acts - (passed ? 1 : 0), gone, told, passed);
    }

    int Reasoned => Directory.EnumerateFiles(local.Rejected, "*.reason.txt").Count();

    /// <summary>Why the last rejected file was rejected.</summary>
    internal string Reasons => Directory.EnumerateFiles(local.Rejected, "*.reason.txt").OrderBy(File.GetLastWriteTimeUtc).LastOrDefault() is { } file ? string.Join(' ', File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : "Nothing was rejected.";
}

/// <summary>What became of a spoiled message.</summary>
/// <param name="Acts">Acts it made.</param>
/// <param name="Gone">It left the inbox.</param>
/// <param name="Told">A reason stands beside it, or a person is asked.</param>
/// <param name="NextPassed">The message after it made its act.</param>
sealed record SpoiledSeen(int Acts, bool Gone, bool Told, bool NextPassed)
{
    public override string ToString() =>
        $"{(Acts == 0 ? "no act was made" : $"{Acts} acts were made")}, the file {(Gone ? "left the inbox" : "stayed in the inbox")}, {(Told ? "somebody is told" : "nobody is told")}, the next file {(NextPassed ? "passed" : "did not pass")}";
}
