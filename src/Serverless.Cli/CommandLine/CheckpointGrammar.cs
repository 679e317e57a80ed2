using System.CommandLine;
using Serverless.Agent.Checkpoints;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>The options about checkpoints.</summary>
internal sealed class CheckpointGrammar
{
    private const int MaxSeconds = 86_400;

    private readonly Option<string?> _folder;

    private readonly Option<TimeSpan?> _interval = OptionValues.Create<TimeSpan?>(
        "--upload-every", "TIME", "The shortest time between two uploads; default: upload on every change",
        "seconds from 0 to 86400, or a time such as 10m",
        text => Durations.Seconds(text) is >= 0 and <= MaxSeconds and var seconds ? TimeSpan.FromSeconds(seconds) : null);

    private readonly Option<int?> _keep = OptionValues.Whole(
        "--keep", "N", "How many of the newest checkpoints the store keeps; default: 3", 1, 1_000);

    private readonly Option<TimeSpan?> _settle = OptionValues.Seconds(
        "--settle", "How long a checkpoint must not have changed before it counts as whole; default: 5", MaxSeconds);

    private readonly SettingOptions _store;

    /// <param name="command">Gets the options.</param>
    /// <param name="folder">What the folder is for.</param>
    public CheckpointGrammar(Command command, string folder)
    {
        _folder = OptionValues.Text("--checkpoint-dir", "DIR", folder, "a folder's path");
        foreach (var option in new Option[] { _folder, _interval, _keep, _settle }) command.Add(option);
        _store = new SettingOptions(command).CheckpointStore();
    }

    /// <summary>The store, if one was typed.</summary>
    public SettingSource BindStore(ParseResult result) => _store.Bind(result);

    /// <summary>The rest; null when no folder was typed.</summary>
    public CheckpointOptions? Bind(ParseResult result, string directory)
    {
        if (result.GetValue(_folder) is not { } folder) return null;
        var standard = new CheckpointOptions { Folder = Path.GetFullPath(folder, directory) };
        return standard with
        {
            UploadInterval = result.GetValue(_interval) ?? standard.UploadInterval,
            Keep = result.GetValue(_keep) ?? standard.Keep,
            Settle = result.GetValue(_settle) ?? standard.Settle,
        };
    }
}
