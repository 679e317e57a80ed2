namespace Serverless.Agent.Supervision;

/// <summary>When a worker counts as dead, and how often it is started again.</summary>
public sealed record WatchdogOptions
{
    /// <summary>How often it is looked at. Default: 30 seconds.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may give no sign of life, where one is agreed on. Default: 60 seconds.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same before its first sign: models take long to load. Default: 60 seconds.</summary>
    public TimeSpan StartupTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker that counts as dead gets between SIGTERM and SIGKILL. Default: 10 seconds.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is started again within an hour before a person has to look, from 0 to 1,000. Default: 10.</summary>
    public int MaxRestartsPerHour { get; init; } = 10;

    /// <summary>The pause before the first start within an hour that follows an end; each further one is twice as long, up to a
    /// minute. Default: 1 second.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
}
