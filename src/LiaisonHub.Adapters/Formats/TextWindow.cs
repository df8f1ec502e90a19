namespace LiaisonHub.Adapters.Formats;

/// <summary>A text that is read on as it is needed: of a file of any size no more is in memory than what is looked at.</summary>
sealed class TextWindow
{
    const int FirstLook = 1024;

    readonly TextReader text;
    char[] buffer;
    int start, length;
    bool ended;

    public TextWindow(TextReader text) => (this.text, buffer) = (text, new char[1 << 14]);

    /// <summary>One that is there as a whole.</summary>
    public TextWindow(string whole) => (text, buffer, length, ended) = (TextReader.Null, whole.ToCharArray(), whole.Length, true);

    /// <summary>Line of the next character, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>True as long as nothing but white space has been passed.</summary>
    public bool IsBlank { get; private set; } = true;

    /// <summary>True: there is nothing more.</summary>
    public bool AtEnd => Ahead(1).IsEmpty;

    /// <summary>The next characters, fewer where the text ends before. Valid until the next call.</summary>
    public ReadOnlySpan<char> Ahead(int count)
    {
        while (length < count && !ended)
        {
            if (start + length == buffer.Length)
            {
                // Moved to the front where that frees half of it, so that no character is moved again and again.
                var goal = start >= buffer.Length / 2 ? buffer : new char[buffer.Length * 2];
                buffer.AsSpan(start, length).CopyTo(goal);
                (buffer, start) = (goal, 0);
            }

            var read = text.Read(buffer, start + length, buffer.Length - start - length);
            ended = read == 0;
            length += read;
        }

        return buffer.AsSpan(start, Math.Min(length, count));
    }

    /// <summary>Passes characters that were looked at.</summary>
    public void Pass(int count)
    {
        ReadOnlySpan<char> passed = buffer.AsSpan(start, count);
        Line += passed.Count('\n');
        IsBlank = IsBlank && passed.IsWhiteSpace();
        start += count;
        length -= count;
    }

    /// <summary>Passes characters that were looked at, and gives them.</summary>
    public string Take(int count)
    {
        var taken = buffer.AsSpan(start, count).ToString();
        Pass(count);
        return taken;
    }

    /// <summary>Where one of two marks stands first. -1: neither within the next <paramref name="atMost"/> characters.</summary>
    public int Find(string mark, string orMark, int atMost)
    {
        var overlap = Math.Max(mark.Length, orMark.Length) - 1;
        for (int seen = 0, size = Math.Min(FirstLook, atMost); ; size = Math.Min(size * 2, atMost))
        {
            var ahead = Ahead(size);
            var (one, other) = (ahead[seen..].IndexOf(mark, StringComparison.Ordinal), ahead[seen..].IndexOf(orMark, StringComparison.Ordinal));
            if (one >= 0 || other >= 0)
                return seen + (one < 0 ? other : other < 0 ? one : Math.Min(one, other));
            if (ahead.Length < size || size == atMost)
                return -1;
            seen = Math.Max(0, size - overlap);
        }
    }

    /// <summary>Passes what stands before the first of two marks, or all there is.</summary>
    public void PassTo(string mark, string orMark)
    {
        const int Step = 1 << 16;
        int found;
        while ((found = Find(mark, orMark, Step)) < 0 && Ahead(Step) is { Length: > 0 } ahead)
            Pass(ahead.Length < Step ? ahead.Length : Step - Math.Max(mark.Length, orMark.Length) + 1);
        if (found > 0)
            Pass(found);
    }
}
