namespace Serverless.RunPod.Tests;

public sealed class RunPodOptionsTests
{
    public static TheoryData<string, RunPodOptions> OutOfRange => new()
    {
        { nameof(RunPodOptions.CallTimeout), new() { CallTimeout = TimeSpan.Zero } },
        { nameof(RunPodOptions.ConnectTimeout), new() { ConnectTimeout = TimeSpan.FromMinutes(3) } },
        { nameof(RunPodOptions.ConnectionLifetime), new() { ConnectionLifetime = TimeSpan.Zero } },
        { nameof(RunPodOptions.MaxRetries), new() { MaxRetries = -1 } },
        { nameof(RunPodOptions.RetryDelay), new() { RetryDelay = TimeSpan.Zero } },
        { nameof(RunPodOptions.MaxRetryDelay), new() { MaxRetryDelay = TimeSpan.FromHours(1) } },
        { nameof(RunPodOptions.MaxRetryAfter), new() { MaxRetryAfter = TimeSpan.Zero } },
        { nameof(RunPodOptions.RateLimitPause), new() { RateLimitPause = TimeSpan.Zero } },
        { nameof(RunPodOptions.RateShare), new() { RateShare = 0 } },
        { nameof(RunPodOptions.RateShare), new() { RateShare = double.NaN } },
        { nameof(RunPodOptions.RateShare), new() { RateShare = 1.01 } },
        { nameof(RunPodOptions.VisibilityGrace), new() { VisibilityGrace = TimeSpan.FromSeconds(-1) } },
        { nameof(RunPodOptions.MaxResponseBytes), new() { MaxResponseBytes = 1 } },
        { nameof(RunPodOptions.BreakerFailureRatio), new() { BreakerFailureRatio = 0 } },
        { nameof(RunPodOptions.BreakerMinimumCalls), new() { BreakerMinimumCalls = 1 } },
        { nameof(RunPodOptions.BreakerWindow), new() { BreakerWindow = TimeSpan.Zero } },
        { nameof(RunPodOptions.BreakDuration), new() { BreakDuration = TimeSpan.Zero } },
    };

    [Fact]
    public void Validate_Defaults_AreAccepted() =>
        new RunPodOptions().Validate().CallTimeout.ShouldBe(TimeSpan.FromSeconds(30));

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_ValueOutOfRange_NamesItAndTheRange(string name, RunPodOptions options) =>
        Should.Throw<ArgumentOutOfRangeException>(options.Validate)
            .Message.ShouldContain($"RunPod option {name} must be from");
}
