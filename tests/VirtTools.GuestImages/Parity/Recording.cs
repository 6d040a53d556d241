using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Parity;

/// <summary>What the original wrote for a case, with everything that it depends on.</summary>
/// <param name="Case">The case.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">All its arguments.</param>
/// <param name="Version">The packages and versions behind the program.</param>
/// <param name="Images">The SHA-256 of each disk by its file name.</param>
/// <param name="ExitCode">The exit status.</param>
/// <param name="Output">Standard output, a string for each line, each byte as the character of that number.</param>
/// <param name="Error">Standard error in the same form.</param>
public sealed record Recording(
    string Case,
    string Program,
    IReadOnlyList<string> Arguments,
    string Version,
    IReadOnlyDictionary<string, string> Images,
    int ExitCode,
    IReadOnlyList<string> Output,
    IReadOnlyList<string> Error)
{
    private static readonly ConcurrentDictionary<string, string> HashOfFile = new();

    private static string Folder => Path.Combine(Clone.Folder, "tests", "parity", "recorded");

    /// <summary>Standard output.</summary>
    [JsonIgnore]
    public byte[] OutputBytes => Bytes(Output);

    /// <summary>Standard error.</summary>
    [JsonIgnore]
    public byte[] ErrorBytes => Bytes(Error);

    /// <summary>Runs the original now.</summary>
    public static Recording Live(ParityCase parity)
    {
        using var folder = new ParityFolder(parity);
        // An hour: recordings may be made on a machine that has much else to do.
        var input = ProgramInput.None with { WorkingFolder = folder.Path, Deadline = TimeSpan.FromHours(1) };
        var result = OriginalProgram.Run(parity.Program, input, parity.CommandLine);
        return new Recording(
            parity.Name, parity.Program, parity.CommandLine, OriginalProgram.Version(parity.Program), Hashes(parity.Fixture),
            result.ExitCode, Lines(result.Output), Lines(result.Error));
    }

    /// <summary>The recording that is kept for the case; null where there is none.</summary>
    public static Recording? Load(ParityCase parity) =>
        File.Exists(FileOf(parity)) ? JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(parity)), RecordingJson.Default.Recording) : null;

    /// <summary>
    /// What the recording was made of and the case is not any more: the command line, or the bytes of an image. Null where
    /// the recording holds.
    /// </summary>
    public string? Misfit(ParityCase parity)
    {
        if (Program != parity.Program || !Arguments.SequenceEqual(parity.CommandLine))
            return $"{Case}: recorded for another command line";
        var hashes = Hashes(parity.Fixture);
        var others = hashes.Keys.Union(Images.Keys).Where(disk => Images.GetValueOrDefault(disk) != hashes.GetValueOrDefault(disk)).ToList();
        return others.Count == 0 ? null : $"{Case}: recorded for other bytes of {string.Join(", ", others)}";
    }

    /// <summary>Keeps the recording.</summary>
    public void Save(ParityCase parity)
    {
        Directory.CreateDirectory(Folder);
        var json = JsonSerializer.Serialize(this, RecordingJson.Readable.Recording);
        File.WriteAllText(FileOf(parity), json + "\n");
    }

    private static string FileOf(ParityCase parity) => Path.Combine(Folder, parity.Name + ".json");

    private static Dictionary<string, string> Hashes(Fixture fixture)
    {
        // Images of fixtures are never written to, and most cases have the same.
        return fixture.Get().ToDictionary(disk => Path.GetFileName(disk.Path), disk => HashOfFile.GetOrAdd(disk.Path, Hash));

        static string Hash(string path)
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
    }

    private static string[] Lines(byte[] bytes) => Encoding.Latin1.GetString(bytes).Split('\n');

    private static byte[] Bytes(IReadOnlyList<string> lines) => Encoding.Latin1.GetBytes(string.Join('\n', lines));
}

/// <summary>How recordings are written: indented, with quotes and angle brackets as they are.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Recording))]
internal sealed partial class RecordingJson : JsonSerializerContext
{
    public static readonly RecordingJson Readable = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    });
}
