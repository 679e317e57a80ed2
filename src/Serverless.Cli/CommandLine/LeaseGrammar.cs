using System.CommandLine;
using Serverless.Agent.Leasing;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;
using Serverless.Core.Settings;

namespace Serverless.Cli.CommandLine;

/// <summary>The options of <c>fanout agent</c> itself.</summary>
internal sealed class LeaseGrammar
{
    private const int MaxNameLength = 100;

    private readonly Option<string?> _worker = OptionValues.Text(
        "--worker", "COMMAND|URL", "The program that does each job, or the http:// address that takes it",
        "a command line, or an http:// URL");

    private readonly Option<string?> _serve = OptionValues.Text(
        "--serve", "COMMAND", "The program behind the --worker URL, to be started and kept alive here", "a command line");

    private readonly Option<int?> _jobs = OptionValues.Whole("--jobs", "N", "How many jobs are held at once; default: 1", 1, 100);

    private readonly Option<string?> _pod = OptionValues.Create<string?>(
        "--pod", "NAME", "This pod's name; default: RunPod's id of it, else the host's name",
        "1 to 100 visible ASCII characters without /",
        text => text.Length is >= 1 and <= MaxNameLength && text.All(c => c is > ' ' and < '\x7f' and not '/') ? text : null);

    private readonly Option<bool> _onDemand = new("--on-demand")
    {
        Description = "Nobody takes this machine away: it is left out when interruptions are counted",
    };

    private readonly SettingOptions _settings;
    private readonly CheckpointGrammar _checkpoints;
    private readonly SupervisionGrammar _supervision;

    /// <param name="command">Gets the options.</param>
    public LeaseGrammar(Command command)
    {
        _settings = new SettingOptions(command).Coordinator();
        foreach (var option in new Option[] { _worker, _serve, _jobs, _pod, _onDemand }) command.Add(option);
        _settings.State();
        _checkpoints = new CheckpointGrammar(
            command, "The folder for checkpoints within jobs, one for each job, told to the worker as FANOUT_CHECKPOINT_DIR");
        _supervision = new SupervisionGrammar(command);
    }

    public void SetAction(Command command, CommandContext context) => command.SetAction((result, cancellation) =>
        new AgentCommand(context).RunAsync(SourceOf(result), settings => Bind(result, settings, context), cancellation));

    private SettingSource SourceOf(ParseResult result) => SettingSource.From(
        "command line",
        _settings.Bind(result).Values.Concat(_checkpoints.BindStore(result).Values)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Value)));

    /// <exception cref="CommandFailedException">Something is missing, or does not go together.</exception>
    private AgentOptions Bind(ParseResult result, FanOutSettings settings, CommandContext context)
    {
        var worker = result.GetValue(_worker) ?? settings.WorkerCommand ?? settings.WorkerUrl?.AbsoluteUri
            ?? throw Missing("--worker", "WORKER_COMMAND or WORKER_URL");
        var url = worker.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || worker.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (url && !Uri.IsWellFormedUriString(worker, UriKind.Absolute))
            throw CommandFailedException.Usage($"--worker is \"{worker}\"", "Allowed: a command line, or an http:// or https:// URL.");
        var serve = result.GetValue(_serve);
        if (serve is not null && !url)
            throw CommandFailedException.Usage("--serve is given, but --worker is a command", "Allowed: --serve with a --worker URL.");
        var checkpoints = _checkpoints.Bind(result, context.Directory);
        if (checkpoints is not null && settings.CheckpointStore is null) throw Missing("--store", "CHECKPOINT_STORE");
        return new AgentOptions
        {
            Coordinator = settings.CoordinatorUrl ?? throw Missing("--coordinator", "COORDINATOR_URL"),
            Key = settings.CoordinatorKey?.Reveal(),
            WorkerCommand = url ? null : Checked("--worker", worker, () => worker),
            WorkerUrl = url ? new Uri(worker) : null,
            Serve = serve is null ? [] : Checked("--serve", serve, () => Serverless.Workers.Commands.CommandLine.Split(serve)),
            Jobs = result.GetValue(_jobs) ?? 1,
            Pod = result.GetValue(_pod),
            IsOnDemand = result.GetValue(_onDemand),
            StateFolder = Path.Combine(settings.StateFolder, "agent"),
            Checkpoints = checkpoints,
            CheckpointPlace = settings.CheckpointStore ?? "",
            Supervision = _supervision.Bind(result, context.Directory, settings),
        };
    }

    private static T Checked<T>(string option, string text, Func<T> use)
    {
        try
        {
            _ = Serverless.Workers.Commands.CommandLine.Split(text);
            return use();
        }
        catch (ArgumentException exception)
        {
            throw CommandFailedException.Usage(
                $"{option} is {Secret.Quote(text)}: {exception.Message}", "Allowed: a command line.", exception);
        }
    }

    private static CommandFailedException Missing(string option, string setting) =>
        CommandFailedException.Usage($"{option} is missing", $"Give {option}, or set {setting}.");
}
