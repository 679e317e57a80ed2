namespace Serverless.Emulator.Faults;

/// <summary>The ways to fail. What each does is in docs/emulator.md.</summary>
internal enum FaultKind
{
    Status429,
    Http401,
    Http402,
    Http403,
    Http500,
    Http502Html,
    Http503Html,
    LostAnswer,
    ConnectionReset,
    Slow,
    InvisibleAtFirst,
    WorkerCrash,
    Poison,
    HandlerError,
    NoOutput,
    Vanish,
    Progress,
    LateProgress,
    WebhookNever,
    WebhookTwice,
    WebhookLate,
    WorkerThrottled,
    WorkerUnhealthy,
}

/// <summary>What a kind of fault befalls.</summary>
internal enum FaultTarget
{
    Calls,
    Jobs,
    Workers,
}

/// <summary>A field that only some kinds have.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="MissingText">What the one who left it out is told; null when it may be left out.</param>
internal sealed record FaultField(string Name, string? MissingText = null)
{
    public static FaultField Delay { get; } = new("delay_s");

    public static FaultField RequiredDelay { get; } = new("delay_s", "in seconds");

    public static FaultField RetryAfter { get; } = new("retry_after_s");

    public static FaultField AfterEntries { get; } = new("after_entries");

    public static FaultField Flashpoints { get; } = new("flashpoints", "a list of ids");
}

/// <summary>What a fault file may say about a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name in the file.</param>
/// <param name="Target">What it befalls.</param>
/// <param name="Fields">The fields that not every kind has.</param>
internal sealed record FaultKindRules(
    FaultKind Kind, string Name, FaultTarget Target, params IReadOnlyList<FaultField> Fields)
{
    public static IReadOnlyList<FaultKindRules> All { get; } =
    [
        new(FaultKind.Status429, "status_429", FaultTarget.Calls, FaultField.RetryAfter),
        new(FaultKind.Http401, "http_401", FaultTarget.Calls),
        new(FaultKind.Http402, "http_402", FaultTarget.Calls),
        new(FaultKind.Http403, "http_403", FaultTarget.Calls),
        new(FaultKind.Http500, "http_500", FaultTarget.Calls),
        new(FaultKind.Http502Html, "http_502_html", FaultTarget.Calls),
        new(FaultKind.Http503Html, "http_503_html", FaultTarget.Calls),
        new(FaultKind.LostAnswer, "lost_answer", FaultTarget.Calls),
        new(FaultKind.ConnectionReset, "connection_reset", FaultTarget.Calls),
        new(FaultKind.Slow, "slow", FaultTarget.Calls, FaultField.RequiredDelay),
        new(FaultKind.InvisibleAtFirst, "invisible_at_first", FaultTarget.Jobs, FaultField.RequiredDelay),
        new(FaultKind.WorkerCrash, "worker_crash", FaultTarget.Jobs, FaultField.Delay, FaultField.AfterEntries),
        new(FaultKind.Poison, "poison", FaultTarget.Jobs, FaultField.Flashpoints, FaultField.AfterEntries),
        new(FaultKind.HandlerError, "handler_error", FaultTarget.Jobs),
        new(FaultKind.NoOutput, "no_output", FaultTarget.Jobs),
        new(FaultKind.Vanish, "vanish", FaultTarget.Jobs),
        new(FaultKind.Progress, "progress", FaultTarget.Jobs),
        new(FaultKind.LateProgress, "late_progress", FaultTarget.Jobs, FaultField.Delay),
        new(FaultKind.WebhookNever, "webhook_never", FaultTarget.Jobs),
        new(FaultKind.WebhookTwice, "webhook_twice", FaultTarget.Jobs),
        new(FaultKind.WebhookLate, "webhook_late", FaultTarget.Jobs, FaultField.RequiredDelay),
        new(FaultKind.WorkerThrottled, "worker_throttled", FaultTarget.Workers, FaultField.RequiredDelay),
        new(FaultKind.WorkerUnhealthy, "worker_unhealthy", FaultTarget.Workers, FaultField.RequiredDelay),
    ];
}
