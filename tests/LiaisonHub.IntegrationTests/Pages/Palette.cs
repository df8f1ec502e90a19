using System.Buffers.Binary;
using System.IO.Compression;

namespace LiaisonHub.IntegrationTests.Pages;

/// <summary>A picture of a page with 256 colours at most: a third of the bytes, and the eye sees no difference on text and lines.</summary>
static class Palette
{
    /// <summary>The same picture with its most frequent colours; what is rarer takes the nearest of them.</summary>
    /// <param name="png">As a browser writes it: 8 bits for each of 3 or 4 channels, not interlaced.</param>
    public static byte[] Of(byte[] png)
    {
        var (width, height, colours) = Read(png);
        var palette = colours.CountBy(c => c).OrderByDescending(c => c.Value).Take(256).Select(c => c.Key).ToArray();
        var index = palette.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => (byte)p.i);
        using var rows = new MemoryStream();
        using (var packed = new ZLibStream(rows, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var y = 0; y < height; y++)
            {
                packed.WriteByte(0);
                foreach (var colour in colours.AsSpan(y * width, width))
                {
                    if (!index.TryGetValue(colour, out var nearest))
                        index[colour] = nearest = (byte)Enumerable.Range(0, palette.Length).MinBy(i => Distance(palette[i], colour));
                    packed.WriteByte(nearest);
                }
            }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 3);
        return [.. png.AsSpan(0, 8), .. Chunk("IHDR"u8, header), .. Chunk("PLTE"u8, [.. palette.SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]), .. Chunk("IDAT"u8, rows.ToArray()), .. Chunk("IEND"u8, [])];
    }

    static (int Width, int Height, int[] Colours) Read(byte[] png)
    {
        var (width, height, channels) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), png[25] == 6 ? 4 : 3);
        Assert.True(png[24] == 8 && png[25] is 2 or 6 && png[28] == 0, "The browser writes its pictures otherwise now.");
        using var packed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
                packed.Write(png, at + 8, length);
            at += length + 12;
        }
        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        var colours = new int[width * height];
        var (above, row) = (new byte[width * channels], new byte[width * channels]);
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            rows.ReadExactly(row);
            for (var i = 0; i < row.Length; i++)
            {
                var (left, up, corner) = (i < channels ? 0 : row[i - channels], (int)above[i], i < channels ? 0 : above[i - channels]);
                row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }
            for (var x = 0; x < width; x++)
                colours[y * width + x] = row[x * channels] << 16 | row[x * channels + 1] << 8 | row[x * channels + 2];
            (above, row) = (row, above);
        }
        return (width, height, colours);
    }

    static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    static int Distance(int one, int other)
    {
        var (r, g, b) = ((one >> 16) - (other >> 16), (one >> 8 & 255) - (other >> 8 & 255), (one & 255) - (other & 255));
        return r * r + g * g + b * b;
    }

    static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        var sum = uint.MaxValue;
        foreach (var value in chunk.AsSpan(4, data.Length + 4))
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB88320;
        }
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~sum);
        return chunk;
    }
}
