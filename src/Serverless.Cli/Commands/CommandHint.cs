using Serverless.Core.Settings;

namespace Serverless.Cli.Commands;

/// <summary>Commands to type next.</summary>
internal static class CommandHint
{
    /// <summary>Such as <c>fanout resume etl-1 --state elsewhere</c>: with the state folder if one was typed.</summary>
    public static string Of(string command, string run, SettingSource commandLine)
    {
        var line = run.Length == 0 ? $"fanout {command}" : $"fanout {command} {run}";
        return commandLine.Values.TryGetValue(SettingDefinitions.StateFolder.Name, out var state)
            ? $"{line} --state {Quoted(state.Value)}"
            : line;
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
