using LiaisonHub.Casework;
using LiaisonHub.Contracts.V1;

namespace LiaisonHub.Tests.Casework;

public sealed class RegionTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("liaisonhub-region");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_demonstration_region_has_six_states_each_with_each_and_what_the_ladder_needs()
    {
        var region = Demo.Region;

        Assert.Equal(["XA", "XB", "XC", "XD", "XE", "XF"], region.States.Keys.Order());
        foreach (var one in region.States.Keys)
            foreach (var other in region.States.Keys.Where(s => s != one))
                Assert.Equal(["EIO"], region.InForce(one, other));
        Assert.Equal(15, region.Pairs.Count);
        Assert.Equal(6, region.States.Values.Select(s => s.Zone).Distinct().Count());
        Assert.Equal([DayOfWeek.Friday, DayOfWeek.Saturday], region.Calendars["XC"].Weekend.Order());
        Assert.Equal(new TransportWatch(TimeSpan.FromHours(24), TimeSpan.FromHours(36)), region.TransportWatch);
    }

    [Fact]
    public void The_catalogue_knows_the_list_the_measures_and_the_rights()
    {
        var catalogue = Demo.Region.Catalogue;

        Assert.Equal(32, catalogue.Offences.Count);
        Assert.Equal(Enum.GetValues<MeasureKind>().Length, catalogue.Measures.Count);
        Assert.Equal([MeasureKind.EvidenceAlreadyHeld, MeasureKind.RegisterExtract, MeasureKind.Hearing, MeasureKind.SubscriberIdentification,
            MeasureKind.ServiceOfDocuments],
            catalogue.Measures.Values.Where(m => m.DualCriminality == DualCriminalityRule.Never).Select(m => m.Kind).Order());
        Assert.Equal(10, catalogue.Rights.Count);
        Assert.Equal(["FORMAL", "FUNDRIGHTS", "IMMUNITY", "NATSEC", "NEBIS", "PRIVILEGE", "TERRITORY"],
            catalogue.RefusalGrounds.Values.Where(g => g.ConsultFirst).Select(g => g.Code).Order());
        Assert.Equal(["EIO-D1", "EIO-R1", "EIO-X1", "EIO-X2"], catalogue.TimeRules.Where(r => r.Verified).Select(r => r.Id).Order());
        Assert.Equal([0, 1, 2, 3, 4], catalogue.Ladder.Select(l => l.Level));
    }

    [Fact]
    public void Holidays_come_every_year_and_last_as_long_as_they_say()
    {
        var xc = Demo.Region.Calendars["XC"].Holidays;

        Assert.Equal(3, xc.Count(h => h.Value == "Day of the Wells"));
        Assert.Equal([new(2027, 3, 9), new(2027, 3, 10), new(2027, 3, 11), new(2027, 3, 12)],
            xc.Where(h => h.Value == "Feast of Lanterns" && h.Key.Year == 2027).Select(h => h.Key).Order());
        Assert.All(Demo.Region.Calendars.Values, c => Assert.All(c.Holidays.Keys, d => Assert.True(c.Reaches(d))));
        Assert.Equal("Founders' Day, holiday in XB", Demo.Region.Calendars["XB"].Rest(new(2027, 3, 5)));
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_region_is_said_at_once_with_file_key_and_fix()
    {
        Copy();
        Change("region-demo/region.json", "\"Europe/Lisbon\"", "\"Europe/Atlantis\"");
        Change("region-demo/region.json", "{ \"between\": [\"XA\", \"XB\"], \"instruments\": [\"EIO\"] }",
            "{ \"between\": [\"XA\", \"XZ\"], \"instruments\": [\"ECE\"] }");
        Change("region-demo/region.json", "\"adapterSilenceMinutes\": 5", "\"adapterSilenceMinutes\": 0, \"adaptorSilence\": 5");
        Change("region-demo/calendars/xd.ics", "BEGIN:VCALENDAR", "BEGIN:NOTHING");
        Change("catalogue/time-rules.json", "\"length\": 7,", "\"lenght\": 7,");
        Change("catalogue/time-rules.json", "\"clock\": \"Execution\"", "\"clock\": \"Elocution\"");
        Change("catalogue/ladder.json", "130", "105");
        Change("catalogue/measures.json", "\"kind\": \"Search\"", "\"kind\": \"Seizure\"");
        File.Delete(Path.Combine(folder.FullName, "catalogue", "rights.json"));

        var errors = Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors;
        void Says(string file, string text) =>
            Assert.True(errors.Any(e => e.Contains(file, StringComparison.Ordinal) && e.Contains(text, StringComparison.Ordinal)),
            $"Nothing says {file}: {text}. Said is:\n{string.Join('\n', errors)}");

        Says("region.json", "$.states[0](XA).zone: 'Europe/Atlantis' is not an IANA time zone. Fix: take a name of the tz database, for example "
            + "Europe/Athens.");
        Says("region.json", "the pair XA-XZ names the state 'XZ', which is not there");
        Says("region.json", "the pair XA-XZ names the instrument 'ECE', which is not there");
        Says("region.json", "$.adapterSilenceMinutes: 0 is not allowed. Fix: write a whole number from 1 to 1440.");
        Says("region.json", "$.adaptorSilence: the key is not known here. Fix: delete it, or write one of adapterSilenceMinutes, ");
        Says("region.json", "XD uses the calendar 'XD', which is not there");
        Says("time-rules.json", "$.rows[0](EIO-A1).length: it is missing. Fix: write a whole number from 0 to 10000.");
        Says("time-rules.json", "$.rows[0](EIO-A1).lenght: the key is not known here.");
        Says("time-rules.json", "$.rows[2](EIO-X1).clock: 'Elocution' is not known. Fix: write one of Acknowledgement, Recognition, ");
        Says("time-rules.json", "no row sets the clock Execution for the instrument EIO.");
        Says("ladder.json", "level 3, key atPercent: [105].");
        Says("measures.json", "the measure Search has no row.");
        Says("measures.json", "'Seizure' stands there 2 times. Keep one row.");
        Says("rights.json", "the file cannot be read");
    }

    [Fact]
    public void A_file_that_is_not_json_is_named_with_its_line()
    {
        Copy();
        Change("catalogue/offences.json", "\"rows\": [", "\"rows\": [,");

        Assert.Contains(Assert.Throws<RegionException>(() => Region.Load(Path.Combine(folder.FullName, "region-demo"))).Errors,
            e => e.Contains("offences.json: line 3: this is not JSON", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_a_region_says_so()
    {
        var error = Assert.Single(Assert.Throws<RegionException>(() => Region.Load(folder.FullName)).Errors);

        Assert.Contains("region.json: the file cannot be read", error, StringComparison.Ordinal);
    }

    void Copy()
    {
        foreach (var part in new[] { "catalogue", "region-demo" })
            foreach (var file in Directory.EnumerateFiles(Repository.At("contracts", part), "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(folder.FullName, Path.GetRelativePath(Repository.At("contracts"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
    }

    void Change(string file, string from, string to)
    {
        var path = Path.Combine(folder.FullName, file);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} does not hold {from}");
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
    }
}
