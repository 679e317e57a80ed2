using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>Where settings come from besides the command line.</summary>
internal static class SettingsFiles
{
    private const string DotEnvName = ".env";
    private const string LocalSettingsName = "local.settings.json";

    /// <summary>The environment and a folder's files, the strongest first. A file that is not there is empty.</summary>
    /// <exception cref="CommandFailedException">A file is there but cannot be read.</exception>
    public static IEnumerable<SettingSource> Read(IReadOnlyDictionary<string, string> environment, string directory)
    {
        yield return SettingSource.From("environment", environment);
        yield return DotEnv.Read(DotEnvName, Text(directory, DotEnvName));
        if (Text(directory, LocalSettingsName) is { Length: > 0 } json)
            yield return LocalSettingsJson.Read(LocalSettingsName, json);
    }

    private static string Text(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.Usage(
                $"{name} cannot be read: {exception.Message}", "Allowed: a readable file, or none.", exception);
        }
    }
}
