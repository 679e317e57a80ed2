using Serverless.TestKit;

namespace Serverless.EndToEnd.Tests;

/// <summary>The real command in a process of its own.</summary>
internal static class FanOutProcess
{
    /// <summary>Starts <c>fanout</c> in a folder.</summary>
    public static DotnetProcess Start(
        string folder,
        string[] arguments,
        Action<DotnetProcess, string>? onErrorLine = null,
        params (string Name, string Value)[] environment) => Start(folder, arguments, onErrorLine, null, environment);

    /// <summary>Starts <c>fanout</c> in a folder, and hears what it says.</summary>
    public static DotnetProcess Start(
        string folder,
        string[] arguments,
        Action<DotnetProcess, string>? onErrorLine,
        Action<DotnetProcess, string>? onOutputLine,
        (string Name, string Value)[] environment)
    {
        var process = DotnetProcess.Start(new DotnetStart(Path.Combine(AppContext.BaseDirectory, "fanout.dll"), arguments)
        {
            Folder = folder,
            OnErrorLine = onErrorLine,
            OnOutputLine = onOutputLine,
            Environment = all =>
            {
                foreach (var name in all.Keys.Where(IsOurs).ToList()) all.Remove(name);
                foreach (var (name, value) in environment) all[name] = value;
            },
        });
        process.CloseInput();
        return process;
    }

    /// <summary>Runs <c>fanout</c> to its end.</summary>
    public static async Task<DotnetProcess> RunAsync(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var process = Start(folder, arguments, null, environment);
        await process.ExitAsync();
        return process;
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("RUNPOD_", StringComparison.Ordinal) || name.StartsWith("FANOUT_", StringComparison.Ordinal) ||
        name.StartsWith("OTEL_", StringComparison.Ordinal) || name.StartsWith("ALERT_", StringComparison.Ordinal) ||
        name.StartsWith("TELEGRAM_", StringComparison.Ordinal) || name is "SLACK_WEBHOOK_URL" or "SENTRY_DSN" ||
        name is "LOG_FORMAT" or "PUBLIC_URL" or "FLASHPOINT_SOURCE" ||
        name is "POLL_SECONDS" or "LOG_LEVEL" or "WORKER_COMMAND" or "WORKER_URL" or "RESULT_STORE" or "API_KEY";
}
