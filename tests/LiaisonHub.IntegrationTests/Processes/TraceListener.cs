using System.Collections.Concurrent;
using System.Net;
using System.Text;
using LiaisonHub.IntegrationTests.Servers;

namespace LiaisonHub.IntegrationTests.Processes;

/// <summary>One span as a program exported it.</summary>
sealed record ExportedSpan(string Program, string Name, string TraceId, string SpanId, string? ParentId);

/// <summary>Where programs under test export their traces to: OTLP over HTTP, of which it reads just the spans.</summary>
sealed class TraceListener : IAsyncDisposable
{
    readonly HttpListener http = new();
    readonly ConcurrentQueue<ExportedSpan> spans = new();
    readonly ConcurrentQueue<byte[]> bodies = new();
    readonly Task listening;

    public TraceListener()
    {
        Address = $"http://127.0.0.1:{ServerProcess.FreePorts(1)[0]}";
        http.Prefixes.Add(Address + "/");
        http.Start();
        listening = Listen();
    }

    public string Address { get; }

    public IReadOnlyList<ExportedSpan> Spans => [.. spans];

    /// <summary>What a program needs to know to export here, soon after each activity.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    /// <summary>Was this text in anything that was exported, traces or figures?</summary>
    public bool Holds(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bodies.Any(b => b.AsSpan().IndexOf(bytes) >= 0);
    }

    async Task Listen()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await http.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            bodies.Enqueue(body.ToArray());
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
                foreach (var span in Read(body.ToArray()))
                    spans.Enqueue(span);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // opentelemetry/proto/collector/trace/v1: resource_spans = 1 { resource = 1 { attributes = 1 }, scope_spans = 2 { spans = 2 } }.
    static IEnumerable<ExportedSpan> Read(byte[] export)
    {
        foreach (var resourceSpans in Parts(export, 1))
        {
            var program = "";
            foreach (var attribute in Parts(resourceSpans, 1).SelectMany(resource => Parts(resource, 1)))
                if (Text(attribute, 1) == "service.name")
                    program = Text(Parts(attribute, 2).Single(), 1);
            foreach (var span in Parts(resourceSpans, 2).SelectMany(scope => Parts(scope, 2)))
            {
                var parent = Parts(span, 4).SingleOrDefault() is { Length: > 0 } id ? Convert.ToHexStringLower(id) : null;
                yield return new(program, Text(span, 5), Convert.ToHexStringLower(Parts(span, 1).Single()), Convert.ToHexStringLower(Parts(span, 2).Single()), parent);
            }
        }
    }

    static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Parts(message, field).SingleOrDefault() ?? []);

    // The length-delimited fields of this number in a protobuf message.
    static IEnumerable<byte[]> Parts(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            switch (key & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    if ((int)(key >> 3) == field)
                        yield return message[at..(at + length)];
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} in an export.");
            }
        }
    }

    static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Close();
        await listening;
    }
}
