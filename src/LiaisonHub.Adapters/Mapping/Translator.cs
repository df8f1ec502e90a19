using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Adapters.Formats;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Adapters.Mapping;

/// <summary>From a local file to an act, to questions for a person, or to quarantine with a reason. Pure: the same file and mappings give the same translation,
/// and no file makes it throw.</summary>
public sealed class Translator(MappingSet mappings)
{
    /// <summary>Most places listed as not mapped.</summary>
    const int MostUnmapped = 500;

    /// <summary>Translates.</summary>
    public Translation Translate(LocalFile file)
    {
        try
        {
            return Read(file);
        }
        catch (UnreadableException e)
        {
            return new Translation { Outcome = TranslationOutcome.Quarantined, Reason = e.Reason };
        }
    }

    /// <summary>Null when the file can be read to its end; else why not. A file that stops in the middle may still be being written.</summary>
    public Quarantine? Unreadable(string name, ReadOnlyMemory<byte> bytes)
    {
        if (LayoutOf(name) is not null)
            return null;
        try
        {
            _ = LocalFormat.Of(bytes).Read(new LocalFile { Name = name, Bytes = bytes }, null);
            return null;
        }
        catch (UnreadableException e)
        {
            return e.Reason;
        }
    }

    /// <summary>True: the name is that of a file of many records.</summary>
    public bool IsTable(string name) => LayoutOf(name) is not null && !TableFormat.IsRecord(name);

    /// <summary>The records of such a file, each to be translated by itself.</summary>
    /// <exception cref="UnreadableException">It should hold records and holds none.</exception>
    public IEnumerable<LocalFile> Records(LocalFile file) => TableFormat.Records(file, LayoutOf(file.Name)!);

    /// <summary>The same of a file that is too large to be in memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes, which are gone through more than once.</param>
    /// <exception cref="UnreadableException">It should hold records and holds none.</exception>
    public IEnumerable<LocalFile> Records(string name, Stream bytes) => TableFormat.Records(name, bytes, LayoutOf(name)!);

    TableLayout? LayoutOf(string name) => mappings.Layouts.FirstOrDefault(l => l.Claims(name));

    /// <summary>True: a mapping is for such messages, also where it says that they are not for the hub.</summary>
    public bool Understands(LocalFile file)
    {
        try
        {
            return IsTable(file.Name) ? Records(file).Take(1).Any(r => Find(r, out _) is not null) : Find(file, out _) is not null;
        }
        catch (UnreadableException)
        {
            return false;
        }
    }

    /// <summary>The file as it may be kept: without the passwords and tokens in it. One whose credentials cannot be taken out without harm to the rest is kept as it is; it is sealed like all
    /// others.</summary>
    public ReadOnlyMemory<byte> ToKeep(LocalFile file)
    {
        if (mappings.Inbound.All(m => m.Secrets.Count == 0) && !Credentials.MayHold(file.Bytes.Span))
            return file.Bytes;
        try
        {
            var found = Find(file, out var bare);
            var secrets = Secrets(found?.Mapping.Secrets ?? [], found?.Document ?? bare).Where(s => !Credentials.IsRemoved(s)).ToList();
            var kept = Credentials.Without(file.Bytes, secrets, bare.Format, again => found is { } known && HasSecrets(known.Mapping, file with { Bytes = again })) ?? file.Bytes;
            return found is null || bare.Format == LocalFormat.Mail ? Credentials.WithoutWhatLooksLikeOne(kept) : kept;
        }
        catch (UnreadableException)
        {
            return Credentials.WithoutWhatLooksLikeOne(file.Bytes);
        }
    }

    Translation Read(LocalFile file)
    {
        var found = Find(file, out var bare);
        if (bare.Root is JsonPart { Kind: JsonValueKind.Array, Parts: { Count: > 1 } entries })
            throw UnreadableException.Several($"it is a list of {entries.Count} records, the second on line {entries[1].Line}");
        if (found is not var (mapping, document, producer, one))
            throw new UnreadableException(NoMapping(bare));
        if (mapping.DeclineBecause is { } because)
            return new Translation
            {
                Outcome = TranslationOutcome.Quarantined,
                Mapping = mapping.Title,
                Repairs = document.Repairs,
                Reason = new Quarantine { Code = QuarantineCode.Declined, Words = because, Fix = mapping.DeclineFix! },
            };
        if (OtherNumber(mapping, document) is { } other)
            throw UnreadableException.Several($"another {(mapping.CaseKey.Count > 0 ? "case" : "request that is answered")} has its number at {other.Source}");
        return Made(mapping, document, producer, one);
    }

    // What is about two cases, or answers two requests, would tell the authority of the one what is meant for that of the other.
    static SourceNode? OtherNumber(MappingFile mapping, SourceDocument document)
    {
        IEnumerable<SourcePath> paths = mapping.CaseKey.Count > 0 ? [mapping.CaseKey[0].Path]
            : mapping.Make?.Fields?.FirstOrDefault(f => f.Name == "request").Rule is { Each: null, First: null, Join: null } rule ? rule.From : [];
        return paths.Select(p => document.Root.Select(p).Where(n => n.Value is not null).ToList()).Where(n => n.Count > 0)
            .Select(n => n.Find(other => other.Value != n[0].Value)).FirstOrDefault();
    }

    /// <summary>The first mapping that is for the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bare">The document as it is, or out of its wrapping, when there is none.</param>
    (MappingFile Mapping, SourceDocument Document, Producer Producer, LocalFile File)? Find(LocalFile file, out SourceDocument bare)
    {
        var layout = LayoutOf(file.Name);
        if (layout is not null && !TableFormat.IsRecord(file.Name))
            file = Records(file).Take(2).ToList() switch
            {
                [var only] => only,
                [] => throw new UnreadableException(new Quarantine
                {
                    Code = QuarantineCode.SaysNothing,
                    Words = "The table has no record.",
                    Fix = "Look up in the system that wrote it whether there was anything to export.",
                }),
                _ => throw new UnreadableException(new Quarantine
                {
                    Code = QuarantineCode.SeveralDocuments,
                    Words = "The table has several records; each is translated by itself when the file comes through the inbox.",
                    Fix = "Put the file into the inbox, or give a file of one record.",
                }),
            };
        var format = layout is null ? LocalFormat.Of(file.Bytes) : LocalFormat.Table;
        bare = layout is null ? format.Read(file, null) : TableFormat.Read(file, layout);
        var unwrapped = new Dictionary<string, SourceDocument>();
        foreach (var mapping in mappings.Inbound.Where(m => m.Format == format && m.Layout == layout))
        {
            var wrapping = string.Join('\n', mapping.Payload.Select(p => p.Text));
            // A mail may forward another one and be meant itself.
            if (format == LocalFormat.Mail && mapping.Payload.Count > 0 && new Producer(mapping, bare, file).Holds(mapping.Applies, bare.Root))
                wrapping = "";
            if (!unwrapped.TryGetValue(wrapping, out var document))
                unwrapped[wrapping] = document = wrapping.Length > 0 ? format.Read(file, mapping) : bare;
            var producer = new Producer(mapping, document, file);
            if (format == LocalFormat.Mail && wrapping.Length > 0 && mapping.Payload.SelectMany(document.Root.Select).ToList() is { Count: > 1 } mails && mails.Any(m => producer.Holds(mapping.Applies, m)))
                throw UnreadableException.Several($"the mail forwards {mails.Count} others");
            if (producer.Holds(mapping.Applies, document.Root))
                return (mapping, document, producer, file);
        }

        bare = unwrapped.Values.FirstOrDefault(d => d.Envelope is not null) ?? bare;
        return null;
    }

    Translation Made(MappingFile mapping, SourceDocument document, Producer producer, LocalFile file)
    {
        var made = producer.Make() as JsonObject ?? [];
        var open = Detached(made, "open") ?? [];
        var hidden = Detached(made, "private");
        // Those that were taken out before the file was kept count too.
        var found = Secrets(mapping.Secrets, document);
        var secrets = found.Where(s => !Credentials.IsRemoved(s)).ToList();
        var originals = producer.Originals.Where(o => o.Place.Part == "private").ToList();
        var notes = new List<Trace>();
        foreach (var (place, holder) in originals)
        {
            var bytes = Credentials.Without(file.Bytes, secrets, mapping.Format, again => HasSecrets(mapping, file with { Bytes = again }));
            if (bytes is null)
            {
                holder.Parent?.AsObject().Remove(place.Name!);
            }
            else
            {
                foreach (var (name, value) in Producer.AttachmentOf(file.Name, document.Format.MediaType, bytes))
                    holder[name] = value?.DeepClone();
            }

            if (found.Count > 0)
                notes.Add(new Trace
                {
                    Field = place.Dotted,
                    JsonPointer = place.Pointer,
                    Source = string.Join(", ", found.Select(s => s.Source)),
                    Note = bytes is null
                        ? "the original holds credentials that cannot be taken out safely: it stays at home"
                        : "credentials were taken out of the original before it was sent; the file as it was stays at home",
                });
        }

        if (hidden is { Count: 0 })
            hidden = null;
        var traces = producer.Traces.Concat(notes).ToList();
        if (document.Repairs.Count > 0)
            traces.Add(new Trace
            {
                Field = "private",
                JsonPointer = "",
                Source = "the file",
                Note = "repaired to read it: "
                + string.Join("; ", document.Repairs)
            });
        var type = Contracts.V1.Acts.All[mapping.Act!];
        if (hidden is not null && type.Private == typeof(RequestParticulars) && !hidden.ContainsKey("provenance"))
            hidden["provenance"] = new JsonArray([.. traces.Where(t => t.Field.StartsWith("private", StringComparison.Ordinal)).Select(Provenance)]);

        var to = made["to"] as JsonObject;
        var request = (string?)made["request"];
        var questions = Questions(mapping, producer, open, hidden, to, request);
        return new Translation
        {
            Outcome = questions.Count == 0 ? TranslationOutcome.Complete : TranslationOutcome.Incomplete,
            Mapping = mapping.Title,
            MappingFile = mapping.File,
            ActType = mapping.Act,
            ToState = (string?)to?["state"],
            ToAuthority = (string?)to?["authority"],
            FromAuthority = (string?)(made["from"] as JsonObject)?["authority"],
            Priority = made["priority"] is { } priority ? Enum.Parse<Priority>((string)priority!) : Priority.Routine,
            Exercise = made["exercise"] is { } exercise && (bool)exercise!,
            Request = request,
            InReplyTo = made["inReplyTo"] is { } inReplyTo ? Guid.Parse((string)inReplyTo!) : null,
            Open = open,
            Private = hidden,
            Questions = questions,
            Provenance = traces,
            Unmapped = [.. producer.Unread().Take(MostUnmapped)],
            Breaches = mapping.Schema?.Breaches((JsonPart)document.Root) ?? [],
            MappingDigest = mappings.Digest,
            UnknownCodes = producer.Unknown,
            Repairs = document.Repairs,
            CaseNumbers = CaseNumbers(mapping, document),
            FilesBeside = producer.Beside,
        };
    }

    static List<Question> Questions(MappingFile mapping, Producer producer, JsonObject open, JsonObject? hidden, JsonObject? to, string? request)
    {
        var questions = new List<Question>();
        foreach (var (place, rule, value) in producer.Proposed)
            questions.Add(new Question
            {
                Field = place.Dotted,
                Ask = rule.Ask ?? $"Please confirm: {ActContent.Words(place.Name ?? place.Dotted)}.",
                Why = "It was only read from a text; no field of the message says it.",
                Sought = rule.Sought,
                Proposed = value,
            });

        var notUnderstood = producer.NotUnderstood.GroupBy(c => c.Place.Dotted).ToDictionary(g => g.Key, g => g.ToList());
        string? Words(List<UnreadValue>? found) => found is null ? null : string.Join("; ", found.Select(c => c.Words).Distinct());
        // Why a field of one entry is missing, where another entry has it.
        var why = producer.Unanswered.GroupBy(u => u.Place.Dotted).ToDictionary(g => g.Key, g => g.First().Why);
        var opens = Contracts.V1.Acts.All[mapping.Act!].Opens;
        // The neutral reference of a new request is given by the adapter when the act is numbered: a stand-in lets the rest be checked as a whole.
        var numbered = open;
        if (opens && open["reference"] is null)
        {
            numbered = (JsonObject)open.DeepClone();
            numbered["reference"] = "XX-2000-000000";
        }

        foreach (var problem in ActContent.Check(mapping.Act!, numbered, hidden))
        {
            // Items and commitments of evidence are given when it is packed.
            if (EvidencePacking.Fills(mapping.Act!, problem.Field))
                continue;
            var key = KeyOf(problem.Field);
            var rule = producer.Asked.GetValueOrDefault(key);
            questions.Add(new Question
            {
                Field = problem.Field,
                Ask = rule?.Ask ?? problem.Words,
                Why = Words(notUnderstood.GetValueOrDefault(problem.Field)) ?? why.GetValueOrDefault(problem.Field) ?? producer.WhyMissing.GetValueOrDefault(key)
                    ?? (problem.Missing ? "the mapping has no rule for it, since the local message cannot say it" : problem.Words),
                Sought = rule?.Sought is { Length: > 0 } sought ? sought : null,
                Expected = problem.Expected,
            });
        }

        if (opens)
        {
            foreach (var name in new[] { "state", "authority" })
                if (to?[name] is null && questions.All(q => q.Field != $"to.{name}"))
                    questions.Add(Asked(producer, $"to.{name}", name == "state" ? "Which state is asked?"
                        : "Which authority of that state is asked?", "the code of a state or authority of the region's register"));
        }
        else if (request is null && questions.All(q => q.Field != "request"))
        {
            questions.Add(Asked(producer, "request", "Which request does this belong to?", "the id or the reference of the request"));
        }

        foreach (var (field, found) in notUnderstood)
            if (questions.All(q => q.Field != field))
                questions.Add(new()
                {
                    Field = field,
                    Ask = found[0].Rule.Ask ?? found[0].Ask ?? $"'{ActContent.Words(found[0].Place.Name ?? found[0].Place.Parent!.Name!)}' stands in the message and was not understood. What is it?",
                    Why = Words(found)!,
                    Sought = found[0].Rule.Sought is { Length: > 0 } sought ? sought : null,
                });

        // "ask" on a rule makes a field required here that the contract leaves optional.
        foreach (var (key, rule) in producer.Asked.Where(a => a.Value.Ask is not null))
            if (!key.Contains("[]", StringComparison.Ordinal) && producer.WhyMissing.ContainsKey(key) && questions.All(q => KeyOf(q.Field) != key)
                && At(key, open, hidden, to) is null)
                questions.Add(Asked(producer, key, rule.Ask!, null));
        var asked = questions.Select(q => q.Field).ToHashSet();
        foreach (var (place, rule, because) in producer.Unanswered)
            if (asked.Add(place.Dotted))
                questions.Add(new()
                {
                    Field = place.Dotted,
                    Ask = rule.Ask!,
                    Why = because ?? "the local message cannot say it",
                    Sought = rule.Sought is { Length: > 0 } sought ? sought : null,
                });
        return questions;
    }

    static JsonNode? At(string key, JsonObject open, JsonObject? hidden, JsonObject? to)
    {
        var names = key.Split('.');
        JsonNode? at = names[0] switch { "open" => open, "private" => hidden, "to" => to, _ => new JsonObject() };
        foreach (var name in names.Skip(1))
            at = (at as JsonObject)?[name];
        return at;
    }

    static Question Asked(Producer producer, string field, string ask, string? expected)
    {
        var rule = producer.Asked.GetValueOrDefault(field);
        return new Question
        {
            Field = field,
            Ask = rule?.Ask ?? ask,
            Why = producer.WhyMissing.GetValueOrDefault(field) ?? "the mapping has no rule for it, since the local message cannot say it",
            Sought = rule?.Sought is { Length: > 0 } sought ? sought : null,
            Expected = expected,
        };
    }

    static string KeyOf(string field) => System.Text.RegularExpressions.Regex.Replace(field, @"\[\d+\]", "[]",
        System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    static JsonNode Provenance(Trace trace)
    {
        var made = new JsonObject { ["field"] = trace.JsonPointer, ["source"] = trace.Source };
        if (trace.ToConfirm)
            made["toConfirm"] = true;
        if (trace.Note is { } note)
            made["note"] = note;
        return made;
    }

    static JsonObject? Detached(JsonObject from, string name)
    {
        var part = from[name] as JsonObject;
        from.Remove(name);
        return part;
    }

    static List<SourceNode> Secrets(IEnumerable<SourcePath> paths, SourceDocument document)
    {
        var named = new[] { document.Root, document.Envelope }.OfType<SourceNode>().SelectMany(n => n.Leaves()).Where(Credentials.IsOne);
        return [.. named.Concat(paths.SelectMany(p => document.Root.Select(p))).Where(s => s.Value is not null)];
    }

    static bool HasSecrets(MappingFile mapping, LocalFile file)
    {
        try
        {
            return Secrets(mapping.Secrets, mapping.Format.Read(file, mapping)).Any(s => !Credentials.IsRemoved(s));
        }
        catch (UnreadableException)
        {
            return true;
        }
    }

    static string? CaseNumbers(MappingFile mapping, SourceDocument document)
    {
        if (mapping.CaseKey.Count == 0)
            return null;
        var numbers = new List<string>();
        foreach (var part in mapping.CaseKey)
        {
            var values = document.Root.Select(part.Path).Select(n => n.Value).OfType<string>()
                .Select(v => part.As.Aggregate(v, (text, change) => change.Change(text) ?? text).ToUpperInvariant()).Order(StringComparer.Ordinal).Distinct()
                    .ToList();
            if (values.Count == 0)
                return null;
            numbers.Add(string.Join('+', values));
        }

        return string.Join('/', numbers);
    }

    Quarantine NoMapping(SourceDocument document)
    {
        var known = mappings.Understands;
        var what = document.Format == LocalFormat.Xml
            ? $"an XML message <{document.Root.Name}>"
            : document.Format == LocalFormat.Mail ? "a mail"
            : $"a {(document.Format == LocalFormat.Table ? "record" : "JSON message")} with the keys {string.Join(", ", ((JsonPart)document.Root).Parts.Take(6).Select(p => p.Name.Length <= 40 ? p.Name : "(long)"))}";
        return new Quarantine
        {
            Code = QuarantineCode.NoMapping,
            Words = $"This is {what}, and this adapter has no mapping for it. It understands: "
                + $"{(known.Count == 0 ? "nothing from files" : string.Join("; ", known))}.",
            Fix = "If such messages are meant for the hub, describe them in a mapping file (docs/adapters/mapping.md) and let this file be read again. "
                + "Otherwise stop the system from dropping them here.",
        };
    }
}
