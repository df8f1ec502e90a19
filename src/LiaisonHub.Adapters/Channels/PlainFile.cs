using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LiaisonHub.Adapters.Channels;

/// <summary>Questions to the operating system that .NET does not ask: who owns a file, how many names it has, is a rename on the disk.</summary>
static class PlainFile
{
    const int AtCurrentFolder = -100, NoFollow = 0x100, BasicStatistics = 0x7FF;
    const ushort TypeMask = 0xF000, Regular = 0x8000;

    /// <summary>Why a file is not to be read; null: it is a plain file of a trusted owner.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trusted">User ids that may put files here beside the folder's owner and this program's own user.</param>
    internal static string? Problem(string path, IReadOnlyCollection<uint> trusted)
    {
        if (!OperatingSystem.IsLinux())
            return new FileInfo(path) is { Exists: true, LinkTarget: null } file && !file.Attributes.HasFlag(FileAttributes.ReparsePoint)
                && !file.Attributes.HasFlag(FileAttributes.Directory) ? null : "it is a link, not a file";
        if (Look(path) is not { } found)
            return "it cannot be looked at";
        if ((found.Mode & TypeMask) != Regular)
            return "it is a link, a pipe or a device, not a file";
        if (found.Names > 1)
            return "the same file has another name somewhere else (hard link), so it could be changed from there";
        var folder = Look(Path.GetDirectoryName(path)!);
        return found.Owner == folder?.Owner || found.Owner == EffectiveUser() || trusted.Contains(found.Owner)
            ? null
            : $"its owner (user id {found.Owner}) is not one this inbox trusts";
    }

    /// <summary>False for what is no file to be read to its end: a pipe, a device, a link.</summary>
    internal static bool IsPlain(string path) => !OperatingSystem.IsLinux() || (Look(path) is { } found && (found.Mode & TypeMask) == Regular);

    /// <summary>Why a file does not serve to keep a secret; null: it does.</summary>
    internal static string? SecretProblem(string path) =>
        !File.Exists(path) ? $"there is no file '{path}'."
        : !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0
            ? $"others than its owner may read or write '{path}'; chmod 600 it, and give it to the adapter's user." : null;

    /// <summary>The folder with the papers that go beside a finished message, until it is delivered.</summary>
    /// <param name="message">The message under its other name.</param>
    internal static DirectoryInfo PapersOf(string message) => new(Path.ChangeExtension(message, ".papers"));

    /// <summary>Makes the names of a folder durable: after it, a rename survives a power failure.</summary>
    internal static void Settle(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = OpenFolder(Encoding.UTF8.GetBytes(folder + '\0'), 0x10000);
        if (handle < 0)
            return;
        _ = Synchronize(handle);
        _ = Close(handle);
    }

    /// <summary>Writes a file so that its bytes are on the disk when this returns.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>A file name as it may be shown and used again: no path, no control characters, no marks that turn the reading direction.</summary>
    internal static string Shown(string name)
    {
        var kept = new string([.. name.Select(c => char.IsControl(c)
            || c is '/' or '\\' or ':' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') ? '_' : c)]).Trim(' ', '.');
        return kept.Length == 0 ? "_" : kept.Length <= 120 ? kept : kept[..60] + "~" + kept[^50..];
    }

    internal static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static Found? Look(string path)
    {
        // The kernel's own layout (struct statx), the same on every architecture.
        var buffer = new byte[256];
        if (Statx(AtCurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), NoFollow, BasicStatistics, buffer) != 0)
            return null;
        return new Found(BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(16)), BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(20)),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(28)));
    }

    sealed record Found(uint Names, uint Owner, ushort Mode);

#pragma warning disable SYSLIB1054 // Source-generated imports need unsafe code in this assembly; five plain calls do not.
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] buffer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int OpenFolder(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Synchronize(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Close(int handle);
#pragma warning restore SYSLIB1054
}
