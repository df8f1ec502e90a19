using System.Text;
using System.Text.Json;
using LiaisonHub.Adapters.Acts;
using LiaisonHub.Casework.Templates;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Making;
using LiaisonHub.Desk.Shell;
using LiaisonHub.Sealing;
using LiaisonHub.Storage.Adapter;

namespace LiaisonHub.Desk.Documents;

/// <summary>A paper that can be made from what is known.</summary>
/// <param name="Key">Template, language and number of the measure: <c>search-order.fr.1</c>.</param>
/// <param name="Words">As an officer reads it.</param>
/// <param name="Template">The template.</param>
/// <param name="Source">What it is filled from.</param>
sealed record Paper(string Key, string Words, Template Template, TemplateSource Source);

/// <summary>Documents from the region's templates: warrants, orders, summonses, receipts.</summary>
sealed class Papers(House house, PrivateParts parts)
{
    const string Attachments = "attachments";

    /// <summary>Field of the draft to which papers are added.</summary>
    public const string Field = "private." + Attachments;

    /// <summary>What can be made for an act being written: from itself, else from the request it is made on.</summary>
    public IReadOnlyList<Paper> For(Composition composition) =>
        composition.Form.Private.All(f => f.Name != Attachments) ? []
        : house.Region.Templates.Any(t => t.Acts.Contains(composition.Form.Act.Name))
            ? composition.Parts() is { } written ? All(SourceOf(composition, written.Open, written.Private)) : []
        : composition.Request is { } request ? For(request, composition.Choices.Acts)
        : [];

    /// <summary>What can be made from the acts of a request that a person here has opened or made: of each type, the last.</summary>
    public IReadOnlyList<Paper> For(OwnRequest request, IReadOnlyList<StoredAct> acts) =>
        [.. acts.Where(a => a.Outcome != "Refused" && (a.Direction == Direction.Out || a.OpenedAt is not null)
                && house.Region.Templates.Any(t => t.Acts.Contains(a.ActType)))
            .GroupBy(a => a.ActType).Select(g => g.Last()).SelectMany(a => Read(a) is { } read ? All(new()
            {
                ActType = a.ActType,
                Open = read.Open,
                Private = read.Private,
                Requesting = Sides(request).Requesting,
                Requested = Sides(request).Requested,
                Today = house.Today,
            }) : [])];

    /// <summary>Fills a paper and adds it to the attachments of the draft; one of the same name is replaced.</summary>
    /// <returns>What is wrong.</returns>
    public IReadOnlyList<FieldProblem> Attach(Composition composition, string key)
    {
        if (For(composition).FirstOrDefault(p => p.Key == key) is not { } paper)
            return [new() { Field = Field, Missing = true, Words = "No document is chosen that can be made from what stands here.", Expected = "one of the list" }];
        var filled = Fill(paper);
        composition.Typed.Files.RemoveAll(f => f.Field == Field && f.FileName == filled.FileName);
        composition.Typed.Files.Add(new()
        {
            Id = Guid.CreateVersion7(),
            Field = Field,
            FileName = filled.FileName,
            MediaType = "text/html",
            Content = Encoding.UTF8.GetBytes(filled.Html),
        });
        return [];
    }

    public FilledTemplate Fill(Paper paper)
    {
        var filled = paper.Template.Fill(paper.Source, house.Region);
        return paper.Source.Measure == 0 ? filled : filled with { FileName = $"measure-{paper.Source.Measure}-{filled.FileName}" };
    }

    List<Paper> All(TemplateSource source) =>
        [.. house.Region.Templates.SelectMany(t => t.Fits(source.ActType, source.Open).Select(m => new Paper(
            $"{t.Name}.{t.Language}.{m}", m == 0 ? $"{t.Title} ({t.Language})" : $"{t.Title} ({t.Language}), measure {m}", t, source with { Measure = m })))];

    TemplateSource SourceOf(Composition composition, object open, object? privatePart)
    {
        var (requesting, requested) = composition.Request is { } request ? Sides(request)
            : (Of(composition.Typed.Of(Composition.FromAuthority)) ?? new Party { State = house.Own, Authority = "" }, Of(composition.Typed.Of(Composition.ToAuthority)));
        return new() { ActType = composition.Form.Act.Name, Open = open, Private = privatePart, Requesting = requesting, Requested = requested, Today = house.Today };
    }

    Party? Of(string authority) => house.Region.States.Values.FirstOrDefault(s => s.Authorities.Any(a => a.Code == authority)) is { } state
        ? new() { State = state.Code, Authority = authority }
        : null;

    (Party Requesting, Party Requested) Sides(OwnRequest request)
    {
        var (own, other) = (new Party { State = house.Own, Authority = request.OwnAuthority }, new Party { State = request.OtherState, Authority = request.OtherAuthority });
        return request.OwnSide == Side.Requesting ? (own, other) : (other, own);
    }

    (object Open, object? Private)? Read(StoredAct act)
    {
        try
        {
            return (JsonSerializer.Deserialize(act.OpenPart, Acts.All[act.ActType].Content, Wire.Json)!, parts.Open(act));
        }
        catch (Exception e) when (e is JsonException or SealException)
        {
            return null; // The act itself is shown with what is wrong.
        }
    }
}
