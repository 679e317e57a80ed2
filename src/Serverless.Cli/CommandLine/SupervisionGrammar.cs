using System.CommandLine;
using Serverless.Agent;
using Serverless.Agent.Notices;
using Serverless.Agent.Supervision;

namespace Serverless.Cli.CommandLine;

/// <summary>The options about how the agent watches a worker and its machine.</summary>
internal sealed class SupervisionGrammar
{
    private const int MaxSeconds = 86_400;

    private readonly Option<string?> _heartbeat = OptionValues.Text(
        "--heartbeat-file", "FILE", "A file that the worker touches as a sign of life; default: none is asked for", "a file's path");

    private readonly Option<Uri?> _probe = Url("--probe", "An address of the worker that answers 200 as a sign of life");

    private readonly Option<bool> _output = new("--watch-output") { Description = "Take what the worker prints as a sign of life" };

    private readonly Option<TimeSpan?> _check = OptionValues.Seconds(
        "--check-every", "How often the worker is looked at; default: 30", MaxSeconds);

    private readonly Option<TimeSpan?> _dead = OptionValues.Seconds(
        "--dead-after", "How long it may give no sign of life; default: 60", MaxSeconds);

    private readonly Option<TimeSpan?> _startup = OptionValues.Seconds(
        "--startup", "The same before its first sign, say while a model loads; default: 60", MaxSeconds);

    private readonly Option<int?> _restarts = OptionValues.Whole(
        "--max-restarts", "N", "How often it is started again within an hour; then a person has to look; default: 10", 0, 1_000);

    private readonly Option<SpotProvider?> _provider = Provider();

    private readonly Option<Uri?> _metadata = Metadata();

    private readonly Option<Uri?> _health = Url("--health", "Serve GET /health there, such as http://127.0.0.1:7072; default: nowhere");

    /// <param name="command">Gets the options.</param>
    public SupervisionGrammar(Command command)
    {
        foreach (var option in new Option[]
        {
            _heartbeat, _probe, _output, _check, _dead, _startup, _restarts, _provider, _metadata, _health,
        }) command.Add(option);
        command.Validators.Add(result =>
        {
            var signs = new Option[] { _heartbeat, _probe, _output }.Count(option => result.GetResult(option) is { Implicit: false });
            if (signs > 1) result.AddError("--heartbeat-file, --probe and --watch-output are given. Allowed: one of the three.");
        });
    }

    /// <summary>Whose machine it is.</summary>
    public static Option<SpotProvider?> Provider() => OptionValues.Create<SpotProvider?>(
        "--provider", "NAME", "Whose machine this is: aws, google, azure, runpod or none; default: found out",
        "auto, aws, google, azure, runpod, none",
        text => text.All(char.IsLetter) && Enum.TryParse<SpotProvider>(text, ignoreCase: true, out var provider) ? provider : null);

    /// <summary>In place of the provider's own.</summary>
    public static Option<Uri?> Metadata() => Url("--metadata", "The metadata server's base address; default: the provider's own");

    /// <param name="result">What was typed.</param>
    /// <param name="directory">What paths are relative to.</param>
    public SupervisionOptions Bind(ParseResult result, string directory)
    {
        var standard = new WatchdogOptions();
        return new SupervisionOptions
        {
            Watchdog = standard with
            {
                CheckInterval = result.GetValue(_check) is { Ticks: > 0 } check ? check : standard.CheckInterval,
                DeadAfter = result.GetValue(_dead) ?? standard.DeadAfter,
                StartupTime = result.GetValue(_startup) ?? standard.StartupTime,
                MaxRestartsPerHour = result.GetValue(_restarts) ?? standard.MaxRestartsPerHour,
            },
            HeartbeatFile = result.GetValue(_heartbeat) is { } file ? Path.GetFullPath(file, directory) : null,
            Probe = result.GetValue(_probe),
            WatchesOutput = result.GetValue(_output),
            Provider = result.GetValue(_provider) ?? SpotProvider.Auto,
            Metadata = result.GetValue(_metadata),
            HealthUrl = result.GetValue(_health),
        };
    }

    private static Option<Uri?> Url(string name, string description) => OptionValues.Create(
        name, "URL", description, "an http:// or https:// URL",
        text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null);
}
