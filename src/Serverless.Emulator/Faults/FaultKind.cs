namespace Serverless.Emulator.Faults;

/// <summary>The ways to fail. What each does is in docs/emulator.md.</summary>
internal enum FaultKind
{
    Status429,
    Http500,
    Http502Html,
    Http503Html,
    LostAnswer,
    ConnectionReset,
    Slow,
    InvisibleAtFirst,
    WorkerCrash,
    HandlerError,
    NoOutput,
    Vanish,
    WebhookNever,
    WebhookTwice,
}

/// <summary>What a fault file may say about a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">Its name in the file.</param>
/// <param name="StrikesCalls">True when it befalls HTTP calls, false when it befalls jobs.</param>
/// <param name="Field">The field that only this kind has, or null.</param>
/// <param name="FieldRequired">Whether that field must be there.</param>
internal sealed record FaultKindRules(
    FaultKind Kind,
    string Name,
    bool StrikesCalls,
    string? Field = null,
    bool FieldRequired = false)
{
    public static IReadOnlyList<FaultKindRules> All { get; } =
    [
        new(FaultKind.Status429, "status_429", StrikesCalls: true, "retry_after_s"),
        new(FaultKind.Http500, "http_500", StrikesCalls: true),
        new(FaultKind.Http502Html, "http_502_html", StrikesCalls: true),
        new(FaultKind.Http503Html, "http_503_html", StrikesCalls: true),
        new(FaultKind.LostAnswer, "lost_answer", StrikesCalls: true),
        new(FaultKind.ConnectionReset, "connection_reset", StrikesCalls: true),
        new(FaultKind.Slow, "slow", StrikesCalls: true, "delay_s", FieldRequired: true),
        new(FaultKind.InvisibleAtFirst, "invisible_at_first", StrikesCalls: false, "delay_s", FieldRequired: true),
        new(FaultKind.WorkerCrash, "worker_crash", StrikesCalls: false, "delay_s"),
        new(FaultKind.HandlerError, "handler_error", StrikesCalls: false),
        new(FaultKind.NoOutput, "no_output", StrikesCalls: false),
        new(FaultKind.Vanish, "vanish", StrikesCalls: false),
        new(FaultKind.WebhookNever, "webhook_never", StrikesCalls: false),
        new(FaultKind.WebhookTwice, "webhook_twice", StrikesCalls: false),
    ];
}
