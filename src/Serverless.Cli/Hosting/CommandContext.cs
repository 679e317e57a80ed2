using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Serverless.Agent;
using Serverless.Cli.CommandLine;
using Serverless.Cli.Head;
using Serverless.Core.Settings;

namespace Serverless.Cli.Hosting;

/// <summary>What every command has at hand.</summary>
internal sealed record CommandContext
{
    public required IHead Head { get; init; }

    public required Terminal Terminal { get; init; }

    public required LogWriter Log { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required TimeProvider Clock { get; init; }

    public required StopSignals Signals { get; init; }

    /// <summary>Environment variables by exact name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What relative paths are relative to, and where the settings files are.</summary>
    public required string Directory { get; init; }

    /// <summary>Whether this process is the command's alone, so that it may be the parent of all that the command leaves behind.</summary>
    public bool AdoptsOrphans { get; init; }

    /// <summary>Opens stores in Azure Blobs; null where the command is built without Azure's packages.</summary>
    public BlobStoreOpener? Blobs { get; init; }

    /// <summary>The settings, of which the command line's are the strongest. Sets the log level.</summary>
    /// <exception cref="CommandFailedException">Some are wrong, or this machine lacks something.</exception>
    public FanOutSettings LoadSettings(SettingSource commandLine)
    {
        OpenSsl.Require(Environment);
        var result = SettingsParser.Parse([commandLine, .. SettingsFiles.Read(Environment, Directory)]);
        if (!result.IsValid)
            throw new CommandFailedException(ExitCode.Usage, [.. result.Errors.Select(error => error.Message)]);
        var settings = result.Settings with { Price = Prices.Read(result.Settings, Directory) };
        Log.Minimum = settings.LogLevel;
        var state = Path.GetFullPath(settings.StateFolder, Directory);
        if (!File.Exists(state)) return settings with { StateFolder = state };
        throw CommandFailedException.Usage(
            $"the state folder is \"{state}\", which is a file", "Allowed: a folder, by --state or FANOUT_STATE.");
    }

    /// <summary>A setting that is not ours, such as Azure's own; null when nobody sets it.</summary>
    public string? FindSetting(string name) => SettingsFiles.Read(Environment, Directory)
        .Select(source => source.Values.TryGetValue(name, out var text) ? text.Value.Trim() : "")
        .FirstOrDefault(text => text.Length > 0);

    /// <summary>What the agent is given.</summary>
    public AgentParts AgentParts() => new()
    {
        Clock = Clock,
        Loggers = Loggers,
        NewId = () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Environment = Environment,
        Version = VersionText.Current,
        StopRequested = Signals.StopRequested,
        WasInterrupted = () => Signals.WasInterrupted,
        AdoptsOrphans = AdoptsOrphans,
    };

    /// <summary>Opens the state folder that the settings name.</summary>
    public Task<IFanOut> OpenAsync(
        SettingSource commandLine, StateAccess access, CancellationToken cancellationToken) =>
        Head.OpenAsync(LoadSettings(commandLine), access, Loggers, cancellationToken);
}
