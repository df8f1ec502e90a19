using System.Reflection;

namespace LiaisonHub.Tests.Adapters;

/// <summary>The traps of real local data, and the tests that hold each of them. Written down in <c>docs/adapters/traps.md</c>.</summary>
public sealed class TrapListTests
{
    static readonly (string Number, string Trap, (Type Class, string Method)[] Held)[] Traps =
    [
        ("T01", "One date, many ways to write it", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_day_is_the_same_day_in_every_way_it_can_be_written_and_keeps_its_words)),
            (typeof(TrapTests), nameof(TrapTests.A_date_keeps_the_precision_it_has_and_its_own_words)), (typeof(TrapTests), nameof(TrapTests.Every_way_systems_write_dates_can_be_named_in_a_mapping))]),
        ("T02", "Birthdays written with a time and a zone", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_birthday_with_any_time_in_any_zone_is_the_day_it_is_written_as)), (typeof(TrapTests), nameof(TrapTests.A_birthday_does_not_move_with_a_time_zone))]),
        ("T03", "A code beside a date changes its meaning", [
            (typeof(TrapTests), nameof(TrapTests.The_code_beside_the_dates_decides_what_they_mean)), (typeof(TrapTests), nameof(TrapTests.An_end_equal_to_the_start_is_not_the_same_as_no_end))]),
        ("T04", "Impossible and missing dates, several ways in one column", [
            (typeof(TrapTests), nameof(TrapTests.An_impossible_date_keeps_its_words_and_becomes_no_date)), (typeof(TrapTests), nameof(TrapTests.What_stands_for_no_date_is_none)), (typeof(MappingFileTests), nameof(MappingFileTests.A_day_that_is_none_is_left_out_when_it_stands_for_nothing_and_else_asked_about)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.One_column_with_several_ways_to_write_a_date_gives_each_its_own_precision_and_nonsense_none))]),
        ("T05", "A period in days instead of a date", [(typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_period_counted_in_days_is_shown_to_a_person_with_its_number_and_becomes_no_date))]),
        ("T06", "Order and labels of names", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Which_name_is_the_family_name_is_what_the_mapping_says_and_never_the_label_or_the_order)),
            (typeof(PoliceTests), nameof(PoliceTests.A_list_of_the_courts_becomes_questions_with_what_it_says_and_nothing_it_does_not_say)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Which_name_is_a_family_name_holds_for_any_names_in_any_order_under_any_label))]),
        ("T07", "Names cut, in capitals, in other letters", [
            (typeof(PoliceTests), nameof(PoliceTests.Days_money_durations_and_names_are_written_as_the_host_has_them)), (typeof(TableTests), nameof(TableTests.What_is_written_has_the_width_of_its_layout_and_what_does_not_fit_is_said_and_not_written))]),
        ("T08", "Aliases as rows, lists and other scripts; the same person twice", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Other_names_of_a_person_arrive_all_of_them_as_rows_as_a_list_and_in_other_scripts)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.However_many_numbers_and_days_of_birth_one_person_has_none_is_lost_and_none_is_chosen)),
            (typeof(NothingLostTests), nameof(NothingLostTests.The_other_names_of_an_offender_of_XD_are_its_aliases))]),
        ("T09", "Person or company; a witness or parent as the subject", [
            (typeof(TrapTests), nameof(TrapTests.A_company_is_a_company_and_no_person_is_invented_for_it)), (typeof(MeasureMappingTests), nameof(MeasureMappingTests.A_result_of_a_court_says_in_which_capacity_the_person_is_heard)),
            (typeof(MeasureMappingTests), nameof(MeasureMappingTests.The_witness_of_whom_the_court_says_nothing_is_asked_for_and_is_not_the_defendant)),
            (typeof(TrapTests), nameof(TrapTests.A_hearing_result_of_the_platform_asks_only_for_what_it_cannot_say))]),
        ("T10", "Codes of sex: unknown is not another", [(typeof(TrapPropertyTests), nameof(TrapPropertyTests.Nobody_said_it_is_not_another_sex_in_any_state))]),
        ("T11", "Measures of the body in other units; 0 and O", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_measure_of_a_body_travels_in_the_words_it_was_written_in)), (typeof(RegistryTests), nameof(RegistryTests.The_letter_O_and_the_digit_0_are_one)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Codes_in_which_the_letter_O_and_the_digit_0_were_confused_are_one_code_and_other_codes_stay_others))]),
        ("T12", "Character sets that differ from what is declared", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_text_in_any_character_set_that_can_hold_it_is_read_as_it_was)),
            (typeof(TrapTests), nameof(TrapTests.A_byte_order_mark_and_a_wrong_character_set_are_repaired_and_the_repair_is_on_record)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_letter_that_was_lost_before_the_file_was_written_stays_lost_and_that_is_said)),
            (typeof(TableTests), nameof(TableTests.Separators_and_ends_of_another_alphabet_are_found_after_decoding))]),
        ("T13", "XML in XML, pages in fields, base64 of base64", [
            (typeof(TrapTests), nameof(TrapTests.A_payload_escaped_once_or_twice_in_a_route_that_lies_about_its_type_is_read)), (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_page_written_into_a_field_is_text_and_stays_as_it_is_escaped)),
            (typeof(ContainerTests), nameof(ContainerTests.A_digest_is_compared_however_its_method_is_named_and_also_when_its_base64_was_encoded_again))]),
        ("T14", "Not well-formed is ordinary", [
            (typeof(TrapTests), nameof(TrapTests.Something_before_the_XML_declaration_is_repaired)), (typeof(TrapTests), nameof(TrapTests.A_declaration_in_capitals_is_read)),
            (typeof(TrapTests), nameof(TrapTests.What_is_no_message_is_put_aside_and_the_reason_names_what_it_is)), (typeof(TableTests), nameof(TableTests.Documents_in_tags_are_told_apart_whatever_stands_between_them))]),
        ("T15", "Five spellings of no value", [
            (typeof(TrapTests), nameof(TrapTests.Every_spelling_of_no_value_is_no_value)), (typeof(TrapTests), nameof(TrapTests.Padding_and_no_break_spaces_are_no_part_of_a_value)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.One_object_and_a_list_of_one_say_the_same_and_nothing_is_read_as_nothing_however_it_is_spelt)),
            (typeof(NothingLostTests), nameof(NothingLostTests.A_line_of_the_courts_form_that_is_empty_or_broken_costs_nobody_a_person_or_a_company))]),
        ("T16", "Graphs instead of trees; one object or a list of it", [(typeof(XJustizTests), nameof(XJustizTests.What_a_request_says_stands_in_the_elements_that_are_meant_for_it)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.One_object_and_a_list_of_one_say_the_same_and_nothing_is_read_as_nothing_however_it_is_spelt)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_part_that_stands_elsewhere_in_the_message_says_the_same_as_one_that_stands_in_its_place)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_reference_that_leads_nowhere_to_two_places_to_itself_or_outside_is_no_value))]),
        ("T17", "Namespaces, prefixes, parts nobody described", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.A_prefix_is_only_a_name_and_what_counts_is_the_namespace)), (typeof(TrapTests), nameof(TrapTests.Fields_the_official_description_does_not_have_are_accepted_and_reported))]),
        ("T18", "Messages break their own description; going out is strict", [
            (typeof(MessageSchemaTests), nameof(MessageSchemaTests.A_recorded_reply_breaks_the_description_its_publisher_gives_and_is_not_refused)), (typeof(ConnectorTests), nameof(ConnectorTests.Every_request_is_what_the_published_schema_asks_for)),
            (typeof(XJustizTests), nameof(XJustizTests.Whatever_another_state_does_the_courts_get_valid_XJustiz_with_every_value_that_is_not_reported_as_left_out))]),
        ("T19", "More than a hundred entries, numbers that repeat", [
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.However_many_entries_a_list_has_and_whatever_their_numbers_all_arrive_in_their_order)), (typeof(TrapTests), nameof(TrapTests.More_than_a_hundred_offences_all_arrive))]),
        ("T20", "Versions of code lists; codes nobody knows", [
            (typeof(TrapTests), nameof(TrapTests.An_unknown_code_is_carried_flagged_and_counted_and_never_guessed)), (typeof(TrapTests), nameof(TrapTests.A_court_no_table_names_is_a_question_and_not_a_default)),
            (typeof(MappingFileTests), nameof(MappingFileTests.A_code_of_a_list_of_plain_values_that_no_table_explains_is_asked_about)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.The_version_of_the_table_stands_beside_what_it_explained)),
            (typeof(NothingLostTests), nameof(NothingLostTests.A_code_for_which_an_entry_is_left_out_is_counted_all_the_same))]),
        ("T21", "The same form for an order and its end", [
            (typeof(RegistryTests), nameof(RegistryTests.A_warrant_that_was_lifted_later_is_seen_although_only_a_letter_of_its_row_changed)), (typeof(RegistryTests), nameof(RegistryTests.What_the_registry_cannot_say_is_asked_and_what_is_over_is_put_aside_with_its_reason)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Only_the_letter_of_an_order_in_force_is_an_order_and_its_prose_makes_none_of_it))]),
        ("T22", "Prose that contradicts the fields", [
            (typeof(PublishedSampleTests), nameof(PublishedSampleTests.The_day_in_the_text_of_a_warrant_and_the_next_hearing_are_two_days_and_only_one_of_them_is_a_field)),
            (typeof(TrapTests), nameof(TrapTests.What_only_the_prose_says_is_shown_to_be_confirmed_and_stands_in_no_field)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Prose_never_moves_a_field_and_what_it_says_otherwise_waits_for_a_person))]),
        ("T23", "What only prose says", [(typeof(MappingFileTests), nameof(MappingFileTests.A_value_read_from_prose_waits_for_a_person_who_sees_what_was_read))]),
        ("T24", "The same case sent again", [
            (typeof(InboxTests), nameof(InboxTests.The_same_case_sent_again_with_other_words_asks_a_person_what_it_is)), (typeof(RegistryTests), nameof(RegistryTests.A_changed_row_is_the_same_case_again_and_not_a_new_request)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.Whatever_was_corrected_in_a_case_that_was_sent_it_is_asked_about_and_the_same_bytes_are_a_duplicate)),
            (typeof(InboxTests), nameof(InboxTests.The_same_case_is_known_while_the_earlier_file_waits_and_under_another_title_of_the_mapping)),
            (typeof(InboxTests), nameof(InboxTests.A_file_of_a_case_that_was_sent_meanwhile_is_completed_only_with_an_answer_to_what_it_is))]),
        ("T25", "Local numbers that collide or are written in two ways", [
            (typeof(TrapTests), nameof(TrapTests.The_same_case_has_the_same_key_however_its_numbers_are_padded_or_cased)), (typeof(TrapTests), nameof(TrapTests.One_summons_number_written_in_two_ways_is_one_number)),
            (typeof(TrapPropertyTests), nameof(TrapPropertyTests.The_same_numbers_in_another_state_are_another_case))]),
        ("T26", "Papers by reference, missing, signed", [
            (typeof(ExchangeTests), nameof(ExchangeTests.A_paper_the_answer_names_and_that_is_not_there_is_asked_for)), (typeof(ConnectorTests), nameof(ConnectorTests.A_folder_with_both_styles_of_keys_is_brought_and_what_dangles_is_named)),
            (typeof(ContainerTests), nameof(ContainerTests.An_altered_document_is_kept_and_said_to_be_another_than_was_signed)),
            (typeof(NothingLostTests), nameof(NothingLostTests.A_paper_that_cannot_be_taken_along_is_asked_about_once_and_the_others_go)),
            (typeof(NothingLostTests), nameof(NothingLostTests.A_paper_that_is_not_there_is_asked_about_by_every_state)),
            (typeof(NothingLostTests), nameof(NothingLostTests.A_paper_the_connector_says_is_missing_is_asked_about_by_its_name)),
            (typeof(InboxTests), nameof(InboxTests.Two_messages_that_name_the_same_paper_both_take_it_along))]),
        ("T27", "Kinds of receipts, late, twice, as text", [
            (typeof(AssistanceFormTests), nameof(AssistanceFormTests.Evidence_of_delivery_and_retrieval_are_receipts_each_stage_once)), (typeof(PoliceTests), nameof(PoliceTests.A_log_is_taken_apart_and_the_letter_of_each_answer_is_its_verdict)),
            (typeof(MailChannelTests), nameof(MailChannelTests.A_receipt_that_comes_back_says_of_the_act_how_far_it_came_once_for_each_stage)), (typeof(HttpChannelTests), nameof(HttpChannelTests.Every_spelling_of_nothing_found_brings_nothing))]),
        ("T28", "A failed signature is information", [
            (typeof(ContainerTests), nameof(ContainerTests.What_a_token_says_is_carried_and_keeps_nothing_back)), (typeof(AssistanceFormTests), nameof(AssistanceFormTests.What_the_token_says_of_a_signature_is_told_and_the_request_goes_on))]),
        ("T29", "Passwords inside messages", [
            (typeof(CredentialTests), nameof(CredentialTests.A_credential_in_a_message_is_nowhere_but_in_the_file_as_it_came)),
            (typeof(CredentialTests), nameof(CredentialTests.By_whatever_name_and_in_whatever_shape_it_stands_it_is_neither_in_the_act_nor_in_what_is_kept)),
            (typeof(TrapTests), nameof(TrapTests.Credentials_inside_a_message_leave_the_ministry_neither_in_a_field_nor_in_the_original))]),
        ("T30", "Tables that are polled", [
            (typeof(SqlChannelTests), nameof(SqlChannelTests.A_row_is_brought_once_with_its_lists_and_again_when_anything_in_it_has_changed)), (typeof(SqlChannelTests), nameof(SqlChannelTests.A_row_waits_for_its_papers_and_nothing_outside_their_folder_is_read)),
            (typeof(SqlChannelTests), nameof(SqlChannelTests.A_row_that_is_gone_is_told_once))]),
    ];

    [Fact]
    public void Every_trap_is_held_by_a_test_and_the_list_says_by_which()
    {
        Assert.Equal(Enumerable.Range(1, 30).Select(n => $"T{n:D2}"), Traps.Select(t => t.Number));
        Assert.All(Traps.SelectMany(t => t.Held), h => Assert.NotNull(h.Class.GetMethod(h.Method)!.GetCustomAttribute<FactAttribute>()));

        Repository.AssertApproved($"""
            # Thirty traps

            What real local data does to naive translators, and the tests (`tests/LiaisonHub.Tests/Adapters`) that hold the adapters against it. Those of `TrapPropertyTests` are properties: any date, name, order or
            number is tried, not one sample. A new format has the same traps: begin with this list.

            | | Trap | Held by |
            |---|---|---|
            {string.Join('\n', Traps.Select(t => $"| {t.Number} | {t.Trap} | {string.Join("<br>", t.Held.Select(h => $"`{h.Class.Name}`: {h.Method.Replace('_', ' ')}"))} |"))}
            """, "docs", "adapters", "traps.md");
    }
}
