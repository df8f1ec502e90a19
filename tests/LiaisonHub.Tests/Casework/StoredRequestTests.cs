using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

/// <summary>Requests as earlier versions stored them. Today's rules read them and go on; a file here is never changed, only added.</summary>
public sealed class StoredRequestTests
{
    static readonly string Folder = Repository.At("tests", "LiaisonHub.Tests", "Casework", "Stored");

    public static TheoryData<string> Stored => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_request_of_an_earlier_version_is_read_and_goes_on(string file)
    {
        var request = Request.Read(File.ReadAllText(Path.Combine(Folder, file)));

        Assert.Equal("DefectPending", request.State);
        Assert.Equal((2, true), (request.Parts.Count, request.ExtensionUsed));
        Assert.Equal(request.State, Demo.Rules.StandingFor(request, Side.Requested).State);
        Assert.All(request.Deadlines.Where(d => d.Kind == DeadlineKind.Procedure), d => Assert.NotEmpty(Demo.Rules.Explain(request, d.Id)));
        var due = request.Deadlines.Single(d => d is { RuleId: "EIO-X1", Active: true });
        var looked = Assert.IsType<Applied>(Demo.Rules.Look(request, due.Id, due.Due!.Value.AddSeconds(1)));
        Assert.Equal(1, looked.Request.Deadlines.Single(d => d.Id == due.Id).Level);
    }
}
