using System.Text.Json;
using System.Text.Json.Nodes;
using LiaisonHub.Contracts.V1;
using LiaisonHub.Desk.Forms;
using LiaisonHub.Desk.Words;
using LiaisonHub.Storage.Adapter;
using LiaisonHub.Tests.Casework;

namespace LiaisonHub.Tests.Desk;

public sealed class FormTests
{
    public static TheoryData<string> EveryAct => [.. Acts.All.Keys.Order()];

    [Theory]
    [MemberData(nameof(EveryAct))]
    public void What_was_filled_in_becomes_exactly_the_content_of_the_act(string actType)
    {
        var form = ActForm.Of(actType);
        var (open, hidden) = (Samples.Open(actType), Samples.Private(actType));

        var read = FormReader.Read(form, Typed.Read(Typed.From(form, open, hidden).Json()));

        Assert.Empty(read.Problems);
        Assert.Equal(AsContract(open, form.Act.Content), AsContract(read.Open, form.Act.Content));
        if (form.Act.Private is { } privateType)
            Assert.Equal(AsContract(hidden, privateType), AsContract(read.Private, privateType));
    }

    [Fact]
    public void What_was_filled_in_of_each_kind_of_measure_becomes_exactly_the_content_of_the_act()
    {
        var form = ActForm.Of(nameof(RequestSubmitted));
        var (open, hidden) = (Samples.Open("RequestSubmitted.1.1"), Samples.Private("RequestSubmitted.1.1"));

        var read = FormReader.Read(form, Typed.Read(Typed.From(form, open, hidden).Json()));

        Assert.Empty(read.Problems);
        Assert.Equal(AsContract(open, form.Act.Content), AsContract(read.Open, form.Act.Content));
        Assert.Equal(AsContract(hidden, form.Act.Private!), AsContract(read.Private, form.Act.Private!));
    }

    [Theory]
    [MemberData(nameof(EveryAct))]
    public void Whatever_is_required_and_left_out_is_named_by_its_path_with_what_would_be_right(string actType)
    {
        var form = ActForm.Of(actType);

        var read = FormReader.Read(form, new Typed());

        foreach (var (path, fields) in new[] { ("open", form.Open), ("private", form.Act.PrivateRequired ? form.Private : []) })
            foreach (var field in fields.Where(f => f.Required && f.Kind is not (FieldKind.Kept or FieldKind.Group or FieldKind.Rows or FieldKind.Lines or FieldKind.Several or FieldKind.Evidence)))
                Assert.Contains(read.Problems, p => p.Field == $"{path}.{field.Name}" && p is { Missing: true, Expected: not null });
        Assert.Equal(read.Problems.Count, read.Problems.Select(p => p.Field).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(EveryAct))]
    public void Each_act_has_words_for_the_button_and_for_the_timeline_and_no_form_speaks_like_a_programmer(string actType)
    {
        Assert.NotEqual(ContractWords.Spaced(actType), ActWords.Of(actType).Do);
        Assert.NotEmpty(ActForm.Of(actType).Explains);
        Assert.All(Fields(ActForm.Of(actType).Open.Concat(ActForm.Of(actType).Private)), f => Assert.DoesNotMatch("(?i)\\b(true|false|null)\\b|\\.json", $"{f.Label} {f.Hint}"));

        static IEnumerable<Field> Fields(IEnumerable<Field> fields) => fields.Where(f => f.Kind != FieldKind.Kept).SelectMany(f => Fields(f.Fields).Prepend(f));
    }

    [Theory]
    [InlineData(nameof(ExtensionDeclared), "open.days", "31")]
    [InlineData(nameof(ExtensionDeclared), "open.days", "a week")]
    [InlineData(nameof(UseReported), "open.quality", "6")]
    [InlineData(nameof(CostAnswered), "open.requestingSharePercent", "-1")]
    [InlineData(nameof(CostNoticeGiven), "open.amount", "12,50")]
    [InlineData(nameof(DelayNotified), "open.proposedDate", "2026-02-30")]
    [InlineData(nameof(DelayNotified), "open.reason", "one line\nand another")]
    [InlineData(nameof(RequestSubmitted), "open.measures[0].count", "0")]
    [InlineData(nameof(RequestSubmitted), "open.measures[1].kind", "Torture")]
    [InlineData(nameof(RequestSubmitted), "open.offences[0].longestPenaltyMonths", "1201")]
    [InlineData(nameof(EvidenceSent), "open.manifest[0].kind", "Rumour")]
    [InlineData(nameof(InformationSupplied), "open.complete", "perhaps")]
    [InlineData(nameof(CorrectionMade), "open.ofActId", "the first one")]
    public void What_cannot_stand_is_named_by_its_path_and_nothing_typed_is_lost(string actType, string path, string wrong)
    {
        var form = ActForm.Of(actType);
        var typed = Typed.From(form, Samples.Open(actType), Samples.Private(actType));
        typed.Set(path, wrong);

        var read = FormReader.Read(form, typed);

        Assert.Contains(read.Problems, p => p.Field == path && p.Expected is not null);
        Assert.Equal(wrong, typed.Of(path));
    }

    [Fact]
    public void A_date_of_birth_may_be_known_in_part_but_must_be_a_date()
    {
        var form = ActForm.Of(nameof(RequestSubmitted));
        var typed = Typed.From(form, Samples.Open(nameof(RequestSubmitted)), Samples.Private(nameof(RequestSubmitted)));
        typed.Set("private.persons[1].birth.value", "1990-13");

        Assert.Contains(FormReader.Read(form, typed).Problems, p => p.Field == "private.persons[1].birth");

        typed.Set("private.persons[1].birth.value", "1990-12");
        var read = FormReader.Read(form, typed);
        Assert.Empty(read.Problems);
        Assert.Equal("1990-12", (string?)read.Private!["persons"]![1]!["birth"]!["raw"]);
    }

    // Lisbon puts its clocks forward on 29 March 2026 at 01:00 and back on 25 October 2026 at 02:00.
    [Theory]
    [InlineData("2026-01-19T14:05", "2026-01-19T14:05:00Z")]
    [InlineData("2026-07-19T14:05", "2026-07-19T13:05:00Z")]
    [InlineData("2026-07-19T14:05:30", "2026-07-19T13:05:30Z")]
    [InlineData("2026-10-25T01:30", "2026-10-25T00:30:00Z")] // comes twice: the first counts
    public void A_point_in_time_is_typed_as_the_clocks_of_the_state_show_it(string typedText, string instant)
    {
        var form = ActForm.Of(nameof(ArrestMade));
        var lisbon = NodaTime.DateTimeZoneProviders.Tzdb["Europe/Lisbon"];
        var typed = Typed.From(form, Samples.Open(nameof(ArrestMade)), Samples.Private(nameof(ArrestMade)), lisbon);
        typed.Set("open.at", typedText);

        var read = FormReader.Read(form, typed);

        Assert.Empty(read.Problems);
        Assert.Equal(instant, (string?)read.Open["at"]);
        var shown = Typed.From(form, read.Open, read.Private, lisbon);
        Assert.Equal(typedText, shown.Of("open.at"));
    }

    [Theory]
    [InlineData("2026-03-29T01:30", "The clocks here did not show this time: they were put forward over it.")]
    [InlineData("2026-02-30T10:00", "This is not a day with a time.")]
    [InlineData("yesterday", "This is not a day with a time.")]
    public void A_time_that_no_clock_of_the_state_showed_is_asked_for_again(string wrong, string words)
    {
        var form = ActForm.Of(nameof(ArrestMade));
        var typed = Typed.From(form, Samples.Open(nameof(ArrestMade)), Samples.Private(nameof(ArrestMade)), NodaTime.DateTimeZoneProviders.Tzdb["Europe/Lisbon"]);
        typed.Set("open.at", wrong);

        var problem = Assert.Single(FormReader.Read(form, typed).Problems);

        Assert.Equal(("open.at", words), (problem.Field, problem.Words));
        Assert.Equal(wrong, typed.Of("open.at"));
    }

    [Fact]
    public void A_right_without_an_answer_or_a_concern_without_its_reason_is_asked_for_again()
    {
        var form = ActForm.Of(nameof(RequestRecognised));
        var typed = Typed.From(form, Samples.Open(nameof(RequestRecognised)), null);
        typed.Set("open.rightsCheck.answers[0].finding", "");
        typed.Set("open.rightsCheck.answers[1].condition", "");

        var problems = FormReader.Read(form, typed).Problems;

        Assert.Contains(problems, p => p.Field == "open.rightsCheck.answers[0].finding");
        Assert.Contains(problems, p => p.Field == "open.rightsCheck.answers[1].condition");
    }

    [Fact]
    public void Rows_left_empty_are_no_rows_and_a_row_taken_out_moves_the_others_up()
    {
        var form = ActForm.Of(nameof(RequestSubmitted));
        var typed = Typed.From(form, Samples.Open(nameof(RequestSubmitted)), Samples.Private(nameof(RequestSubmitted)));
        typed.AddRow("private.persons");
        typed.AddRow("open.measures");
        typed.Set("open.measures[2].count", "1"); // As the form has it at first: nobody has chosen a measure.
        typed.RemoveRow("private.persons", 0);

        var read = FormReader.Read(form, typed);

        Assert.Empty(read.Problems);
        Assert.Equal("Okenda", (string?)Assert.Single(read.Private!["persons"]!.AsArray())!["familyName"]);
        Assert.Equal(2, read.Open["measures"]!.AsArray().Count);
    }

    [Fact]
    public void An_act_too_large_to_travel_is_refused_at_its_files_before_anything_is_sealed()
    {
        var form = ActForm.Of(nameof(EvidenceSent));
        var typed = Typed.From(form, Samples.Open(nameof(EvidenceSent)), Samples.Private(nameof(EvidenceSent)));
        typed.Files.Add(typed.Files[0] with { Id = Guid.CreateVersion7(), Content = new byte[400 * 1024] });
        typed.Set("open.manifest[1].kind", nameof(EvidenceKind.Document));
        typed.Set("open.manifest[1].description", "Ledger");

        var problem = Assert.Single(FormReader.Read(form, typed).Problems);

        Assert.Equal("open.manifest", problem.Field);
        Assert.Contains("next part", problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_said_before_sending_is_never_smaller_than_what_is_signed()
    {
        var form = ActForm.Of(nameof(RequestSubmitted));
        var typed = Typed.From(form, Samples.Open(nameof(RequestSubmitted)), Samples.Private(nameof(RequestSubmitted)));
        var read = FormReader.Read(form, typed);

        // The sample as it travels, with headers and signature.
        var signed = new FileInfo(Repository.At("contracts", "samples", "v1", "signed", "RequestSubmitted.json")).Length;

        Assert.InRange(read.Size, signed, signed + 4096);
        Assert.InRange(read.RoomForFiles, 200 * 1024, 300 * 1024);
    }

    [Fact]
    public void A_new_request_may_be_addressed_to_the_authorities_that_receive_requests_of_its_kind()
    {
        var choices = new Choices(Demo.Region, "XA", new(2026, 1, 19));
        string[] Of(string opening) => [.. choices.Addressees(opening).Where(o => o.Group == "Belmora (XB)").Select(o => o.Value)];

        Assert.Contains("XB-DP", Of(nameof(EmergencyRequested)));
        Assert.DoesNotContain("XB-DP", Of(nameof(FreezingRequested)));
        Assert.Contains("XB-CA", Of(nameof(FreezingRequested)));
    }

    [Fact]
    public void A_ground_says_who_may_use_it_and_whether_consultation_comes_first()
    {
        var ground = ActForm.Of(nameof(RequestRefused)).Open.Single(f => f.Name == "ground");
        var offered = new Choices(Demo.Region, "XE", new(2026, 1, 19)) { Acts = [Asked()] }.Of(ground);

        Assert.Equal("The measure would not be authorised in a similar domestic case (Directive 2014/41/EU, Articles 10(1) and 11(1)(c), (h)), for the court or executing authority",
            offered.Single(o => o.Value == "MEASURE").Words);
        Assert.EndsWith(", for the court or executing authority, consult first", offered.Single(o => o.Value == "NATSEC").Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_step_of_this_states_own_law_is_chosen_where_its_profile_has_one_for_the_request()
    {
        var (form, step) = (ActForm.Of(nameof(NationalStepOpened)), ActForm.Of(nameof(NationalStepOpened)).Open.Single());
        var choices = new Choices(Demo.Region, "XE", new(2026, 1, 19)) { Acts = [Asked()] };

        Assert.Equal("The Ministry may withhold, on grounds of national security, what a court has ordered for another state (MINISTRY)", Assert.Single(choices.Of(step)).Words);
        Assert.Equal("MINISTRY", choices.Begin(form).Of("open.step"));
        Assert.Empty(new Choices(Demo.Region, "XB", new(2026, 1, 19)) { Acts = [Asked()] }.Of(step));
        var vetoed = new Choices(Demo.Region, "XE", new(2026, 1, 19)) { Acts = [Asked(), Act(Direction.Out, new NationalStepDecided { Decision = NationalStepDecision.Vetoed, Ground = "NATSEC" })] };
        Assert.Equal("NATSEC", vetoed.Begin(ActForm.Of(nameof(RequestRefused))).Of("open.ground"));
    }

    static StoredAct Asked() => Act(Direction.In, Usual.Submitted);

    static StoredAct Act(Direction direction, object content) => new()
    {
        ActId = Guid.CreateVersion7(),
        RequestId = Guid.Empty,
        ActType = content.GetType().Name,
        Direction = direction,
        Sequence = 1,
        At = Demo.Utc("2026-01-19T10:00:00Z"),
        SenderState = "XA",
        SenderAuthority = "XA-CA",
        ReceiverAuthority = "XE-CA",
        OpenPart = JsonSerializer.Serialize(content, content.GetType(), Wire.Json),
        SignedBody = "",
    };

    static string AsContract(JsonNode? node, Type type) => JsonSerializer.Serialize(JsonSerializer.Deserialize(node, type, Wire.Json), type, Wire.Json);
}
