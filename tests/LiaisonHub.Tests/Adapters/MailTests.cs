using System.Text;
using System.Text.Json.Nodes;
using LiaisonHub.Adapters.Formats;

namespace LiaisonHub.Tests.Adapters;

/// <summary>Mails: what is read of them, what a receipt says, what is written.</summary>
public sealed class MailTests
{
    const string Forward = """
        From: =?utf-8?Q?Clerk_O=C3=B1a?= <clerk@court.example>
        To: liaison@xf.example
        Date: Mon, 02 Mar 2026 09:30:00 +0100
        Subject: Fwd: Request
        Message-ID: <outer@court.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain; charset=utf-8

        Please see below.
        --b
        Content-Type: message/rfc822

        From: Judge <judge@court.example>
        To: clerk@court.example
        Subject: Hearing of a witness
        Message-ID: <inner@court.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="c"

        --c
        Content-Type: text/plain; charset=utf-8

        I ask for a hearing.
        --c
        Content-Type: application/pdf; name="order.pdf"
        Content-Disposition: attachment; filename="order.pdf"
        Content-Transfer-Encoding: base64

        JVBERi0=
        --c--
        --b--
        """;

    const string ReadReceipt = """
        From: officer@court.example
        To: liaison@xf.example
        Subject: Read: request
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

        --b
        Content-Type: text/plain

        The mail was read.
        --b
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822;officer@court.example
        Original-Message-ID: <act-1@liaisonhub.invalid>
        Disposition: manual-action/MDN-sent-manually; displayed
        --b--
        """;

    [Theory]
    [InlineData("utf-8", "4D-C3-A9-6C", "Mél", false)]
    [InlineData("utf-8", "4D-E9-6C", "Mél", true)]
    [InlineData(null, "4D-C3-A9-6C", "Mél", false)]
    [InlineData("us-ascii", "4D-E9-6C", "Mél", true)]
    [InlineData("iso-8859-2", "4D-E9-6C", "Mél", false)]
    [InlineData("iso-8859-1", "4D-C3-A9-6C", "Mél", true)]
    public void What_a_mail_says_of_its_characters_is_evidence_and_no_letter_is_lost(string? charset, string bytes, string text, bool repaired)
    {
        byte[] mail = [.. Encoding.ASCII.GetBytes($"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain{(charset is null ? "" : $"; charset={charset}")}\r\n\r\n"), .. Convert.FromHexString(bytes.Replace("-", "", StringComparison.Ordinal))];

        var read = MailFormat.Read(mail);

        Assert.Equal(text, Value(read, "text"));
        Assert.Equal(repaired, read.Repairs.Count > 0);
    }

    [Fact]
    public void A_mail_whose_bytes_are_no_text_is_refused_with_the_reason()
    {
        byte[] mail = [.. "From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n"u8, 0x81, 0xFF];

        Assert.Equal(QuarantineCode.Characters, Assert.Throws<UnreadableException>(() => MailFormat.Read(mail)).Reason.Code);
    }

    [Fact]
    public void A_request_inside_a_forward_is_found_with_its_papers()
    {
        var mail = MailFormat.Read(Bytes(Forward));

        Assert.Equal("Clerk Oña", Value(mail, "from[0].name"));
        Assert.Equal("2026-03-02T09:30:00+01:00", Value(mail, "date"));
        Assert.Equal("Please see below.", Value(mail, "text"));
        Assert.Equal(("Hearing of a witness", "I ask for a hearing.", "inner@court.example"), (Value(mail, "forwarded[0].subject"), Value(mail, "forwarded[0].text"), Value(mail, "forwarded[0].messageId")));
        Assert.Equal(("order.pdf", "application/pdf", "JVBERi0="), (Value(mail, "forwarded[0].attachments[0].name"), Value(mail, "forwarded[0].attachments[0].type"), Value(mail, "forwarded[0].attachments[0].base64")));
        Assert.Null(Value(mail, "attachments[0].name"));
    }

    [Fact]
    public void A_receipt_says_what_became_of_which_mail()
    {
        var mail = MailFormat.Read(Bytes(ReadReceipt));

        Assert.Equal(("disposition", "act-1@liaisonhub.invalid", "displayed"), (Value(mail, "report.kind"), Value(mail, "report.originalMessageId"), Value(mail, "report.action")));
    }

    [Fact]
    public void Paragraphs_of_names_and_values_are_parts_of_a_form_and_prose_is_none()
    {
        var mail = MailFormat.Read(Bytes("""
            From: a@court.example
            Subject: Request

            Request: EK 7
            Measure: hearing
            Measure: search
            Address: 4 Mill Lane
              Ardan

            Family name: Holt
            Time: 10:30

            Note: this line goes on
            in the next one. See http://court.example/7.

            We ask for this since the
            trial begins soon: at 10:30.
            """));

        Assert.Equal(("EK 7", "search", "4 Mill Lane\nArdan"), (Value(mail, "form[0].Request"), Value(mail, "form[0].Measure[1]"), Value(mail, "form[*].Address")));
        Assert.Equal(("Holt", "10:30", "this line goes on in the next one. See http://court.example/7."), (Value(mail, "form[*]['Family name']"), Value(mail, "form[1].Time"), Value(mail, "form[2].Note")));
        Assert.Equal("line 11 of the mail's text has no name: read as the rest of the line before it", Assert.Single(mail.Repairs));
        Assert.Equal(3, mail.Root.Select(JsonFormat.Path("form[*]")).Count);
        Assert.Contains("We ask for this", Value(mail, "text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Also known as:\nGiven names: Mara", "form[0]['Given names']", "Mara")]
    [InlineData("To:XA\nFamily name: Holt", "form[0].To", "XA")]
    [InlineData("Request for assistance\nTo: XA\nFamily name: Holt", "form[0]['Family name']", "Holt")]
    [InlineData("Company: Lantern Freight and\nPartners", "form[0].Company", "Lantern Freight and Partners")]
    [InlineData("Fair trial, on condition: a lawyer is there\nAt 10:30 he came", "form[0]['Fair trial, on condition']", "a lawyer is there At 10:30 he came")]
    public void No_line_of_a_form_takes_its_paragraph_with_it(string text, string path, string value)
    {
        var mail = MailFormat.Read(Bytes($"From: a@court.example\nSubject: Request\n\n{text}\n"));

        Assert.Equal(value, Value(mail, path));
    }

    [Fact]
    public void What_is_written_is_read_again_and_asks_for_receipts()
    {
        var made = new JsonObject
        {
            ["from"] = new JsonObject { ["name"] = "Liaison office", ["address"] = "liaison@xf.example" },
            ["to"] = "officer@court.example",
            ["subject"] = "Petición XA-2026-000001",
            ["date"] = "2026-03-02T08:30:00+00:00",
            ["messageId"] = "act-1",
            ["receipts"] = true,
            ["text"] = "Señoría,\nwe send what was asked for.",
            ["attachments"] = new JsonArray(new JsonObject { ["name"] = "informe.txt", ["type"] = "text/plain", ["base64"] = Convert.ToBase64String("ñ"u8) }),
        };

        var bytes = MailFormat.Write(made);
        var mail = MailFormat.Read(bytes);

        Assert.True(MailFormat.Looks(bytes));
        Assert.Contains("Disposition-Notification-To: Liaison office <liaison@xf.example>", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(("Petición XA-2026-000001", "2026-03-02T08:30:00+00:00", "act-1@liaisonhub.invalid", "Señoría,\nwe send what was asked for."),
            (Value(mail, "subject"), Value(mail, "date"), Value(mail, "messageId"), Value(mail, "text")));
        Assert.Equal(("informe.txt", Convert.ToBase64String("ñ"u8)), (Value(mail, "attachments[0].name"), Value(mail, "attachments[0].base64")));
        Assert.Equal("to: is missing; a mail needs somebody to go to.", Assert.Throws<UnwritableException>(() => MailFormat.Write([])).Message);
    }

    [Fact]
    public void A_mail_inside_a_mail_inside_a_mail_ends_at_a_bound()
    {
        var mail = "Subject: x\r\n\r\ntext";
        for (var i = 0; i < 40; i++)
            mail = $"Subject: {i}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n{mail}";

        Assert.Equal(QuarantineCode.TooDeep, Assert.Throws<UnreadableException>(() => MailFormat.Read(Bytes(mail))).Reason.Code);
    }

    [Theory]
    [InlineData("messages/simple-embedded-message.eml", "forwarded[0].subject")]
    [InlineData("messages/simple-multipart.eml", "subject")]
    [InlineData("messages/delivery-status.txt", "report.action")]
    [InlineData("messages/disposition-notification.txt", "report.action")]
    [InlineData("messages/japanese.txt", "subject")]
    [InlineData("partial/rfc2046.eml", "subject")]
    public void Mails_others_have_published_are_read(string file, string path)
    {
        var bytes = File.ReadAllBytes(Countries.Published(["email-mime", .. file.Split('/')]));

        Assert.True(MailFormat.Looks(bytes));
        Assert.NotNull(Value(MailFormat.Read(bytes), path));
    }

    [Fact]
    public void One_part_of_a_mail_says_which_part_it_is()
    {
        var part = Assert.Throws<UnreadableException>(() => MailFormat.Read(File.ReadAllBytes(Countries.Published("email-mime", "partial", "rfc2046.0.eml")))).Reason;

        Assert.Equal(QuarantineCode.PartOfMail, part.Code);
        Assert.Contains("part 1 of 2", part.Words, StringComparison.Ordinal);
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    static string? Value(SourceDocument document, string path) => document.Root.Select(JsonFormat.Path(path)).Select(n => n.Value).FirstOrDefault();
}
