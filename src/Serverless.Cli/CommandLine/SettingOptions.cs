using System.CommandLine;
using System.Globalization;
using Serverless.Core.Jobs;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>Options that stand for a setting: the same rule checks both, and the option is the stronger.</summary>
internal sealed class SettingOptions(Command command)
{
    private const int MaxRetries = 20;

    private readonly List<(Option<string?> Option, SettingDefinition Setting)> _options = [];

    public SettingOptions Workers() => Add(
        "--workers", "N", "How many chunks run at once; 1: one after another, without RunPod; default: 4",
        SettingDefinitions.Workers);

    public SettingOptions Endpoint() => Add(
        "--endpoint", "ID|URL", "The RunPod endpoint; default: the local emulator", SettingDefinitions.RunPodEndpoint);

    public SettingOptions Backend() => Add(
        "--backend", "KIND", $"Where jobs run: {BackendKinds.Allowed}; default: runpod, or local with one worker", PodSettings.Backend);

    public SettingOptions Gpu() => Add(
        "--gpu", "NAME", "The workers' GPU, such as L40S, to reckon what is spent; default: no cost is shown", PriceSettings.Gpu);

    public SettingOptions State() => Add(
        "--state", "DIR", "The folder of the database and the results; default: .fanout",
        SettingDefinitions.StateFolder);

    public SettingOptions Listen() => Add(
        "--listen", "URL", "Where to listen; default: http://127.0.0.1:7071", SettingDefinitions.ListenUrl);

    public SettingOptions Coordinator() => Add(
        "--coordinator", "URL", "Where fanout serve is; its key comes from COORDINATOR_KEY", AgentSettings.Coordinator);

    public SettingOptions CheckpointStore() => Add(
        "--store", "URI", "Where checkpoints are kept: a folder that outlives the machine, s3://bucket/prefix, or azure://container/prefix",
        AgentSettings.CheckpointStore);

    public SettingOptions Timeout() => Add(
        "--timeout", "TIME", "How long one attempt of a chunk may take; default: 2h", SettingDefinitions.RequestTimeout,
        "seconds from 1 to 604800, or a time such as 90m, 2h or 1h30m, up to 7 days",
        text => Durations.Seconds(text)?.ToString(CultureInfo.InvariantCulture));

    public SettingOptions MaxAttempts() => Add(
        "--max-attempts", "N", "How often a chunk is tried at most; default: 3", SettingDefinitions.MaxRetries,
        $"a whole number from 1 to {MaxRetries + 1}",
        text => OptionValues.Number(text, 1, MaxRetries + 1) is { } attempts ? $"{attempts - 1}" : null);

    /// <summary>The settings that were given as options.</summary>
    public SettingSource Bind(ParseResult result) => SettingSource.From(
        "command line",
        _options
            .Select(option => (option.Setting.Name, Value: result.GetValue(option.Option)))
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Name, pair.Value!)));

    private SettingOptions Add(
        string name, string value, string description, SettingDefinition setting, string? allowed = null,
        Func<string, string?>? translate = null)
    {
        translate ??= text => text;
        var option = OptionValues.Create(
            name, value, description, allowed ?? setting.Allowed,
            text => translate(text) is { Length: > 0 } setTo && setting.Accepts(setTo) ? setTo : null);
        command.Add(option);
        _options.Add((option, setting));
        return this;
    }
}
