namespace Serverless.Agent.Processes;

/// <summary>What the agent knows and its worker need not: whoever can run code there could speak for the pod, or to people.</summary>
internal static class WorkerSecrets
{
    /// <summary>The names that a worker's environment lacks. <c>SENTRY_DSN</c> is none of them: it is no secret to Sentry, and a
    /// worker that reports to Sentry itself looks for it by that name.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["COORDINATOR_KEY", "ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_HEADERS", "SLACK_WEBHOOK_URL", "TELEGRAM_BOT_TOKEN"];
}
