using LiaisonHub.Tests.Coordinator;

namespace LiaisonHub.Tests.Adapters;

/// <summary>
/// Each of the six states asks each of the others for assistance, from its own local form to the other's, through a hub that decides; and everything comes back until the request is closed. Nobody here
/// knows an act: offices write files, rows, mails and calls, and read what their local system is given.
/// </summary>
[Long(40)]
public sealed class ThirtyDirectionsTests(ThirtyDirectionsTests.Region region) : IClassFixture<ThirtyDirectionsTests.Region>
{
    static readonly string[] States = ["XA", "XB", "XC", "XD", "XE", "XF"];

    public static TheoryData<string, string> Directions => new(States.SelectMany(from => States.Where(to => to != from), (from, to) => (from, to)));

    [Theory, MemberData(nameof(Directions))]
    public Task A_request_goes_from_one_local_form_to_the_other_and_its_answers_come_back_until_it_is_closed(string from, string to) => region.Carry(from, to);

    /// <summary>All in this process.</summary>
    public sealed class Region : RegionAtWork
    {
        private protected override Task<HubUnderTest> Hub() => Task.FromResult(new HubUnderTest());

        private protected override async Task<IReadOnlyList<Office>> Open(RegionUnderTest region, Func<string, AdapterUnderTest> adapter)
        {
            var xd = new RegistryOfXD(adapter("XD"), region);
            await xd.Begin();
            return [new CourtOfXA(adapter("XA")), new PlatformOfXB(adapter("XB")), new ListsOfXC(adapter("XC")), xd, new CourtOfXE(adapter("XE"), region),
                new ConnectorOfXF(adapter("XF"), region, await ConnectorUnderTest.Start(Cancelled))];
        }
    }
}
