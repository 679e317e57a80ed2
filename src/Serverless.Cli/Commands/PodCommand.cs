using Serverless.Cli.Head;
using Serverless.Cli.Hosting;
using Serverless.Cli.Rendering;
using Serverless.Core.Settings;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Cli.Commands;

/// <summary>What <c>fanout pod</c> was asked.</summary>
internal sealed record PodOptions
{
    public required string Pod { get; init; }

    public required WorkCommand Order { get; init; }

    /// <inheritdoc cref="EnqueueOptions.Host"/>
    public Uri? Host { get; init; }

    public required SettingSource CommandLine { get; init; }
}

/// <summary>Has a host order something of one of its pods.</summary>
internal sealed class PodCommand(CommandContext context)
{
    public async Task<int> RunAsync(PodOptions options, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(options.CommandLine);
        var order = new PodOrder(options.Pod, options.Order, HostAddress.Of(options.Host, settings));
        var pod = await context.Head.OrderPodAsync(settings, order, cancellationToken);
        context.Terminal.Output.Line(InWords(pod));
        return ExitCode.Success;
    }

    private static string InWords(PodView pod)
    {
        var name = Printable.OneLine(pod.Name, Printable.CellLength);
        var jobs = Printable.Count(pod.Jobs.Count, "job");
        return pod.Order switch
        {
            WorkCommand.Drain => $"{name} finishes what it holds ({jobs}), takes nothing more, and its agent ends.{Back(name, "drain")}",
            WorkCommand.Stop => $"{name} gives back what it holds ({jobs}), takes nothing more, and its agent ends.{Back(name, "stop")}",
            _ => $"{name} may have work again. An agent that was told already ends all the same: start it again.",
        };
    }

    private static string Back(string pod, string order) => $" To take that back: fanout pod {order} {pod} --undo";
}
