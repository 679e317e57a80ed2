using System.Text.Json;
using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>A folder with the sample flashpoints, as a user has it.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Workplace() => File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, "flashpoints.json"), _folder.File("flashpoints.json"));

    public string Path => _folder.Path;

    public string Results => File.ReadAllText(_folder.File("results.json"));

    public JsonElement Report => JsonDocument.Parse(File.ReadAllText(_folder.File("results.report.json"))).RootElement;

    public IReadOnlyList<string> FlashpointIds =>
        [.. JsonDocument.Parse(File.ReadAllText(_folder.File("flashpoints.json"))).RootElement.EnumerateArray()
            .Select(flashpoint => flashpoint.GetProperty("id").GetString()!)];

    /// <summary>The entries of the results, in order.</summary>
    public IReadOnlyList<JsonElement> Entries => [.. JsonDocument.Parse(Results).RootElement.EnumerateArray()];

    /// <summary>The sample list as it is.</summary>
    public string Flashpoints => File.ReadAllText(_folder.File("flashpoints.json"));

    public string PathOf(string name) => _folder.File(name);

    public void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);

    public void Dispose() => _folder.Dispose();
}
