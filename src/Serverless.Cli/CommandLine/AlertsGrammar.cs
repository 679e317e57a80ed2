using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout alerts</c>.</summary>
internal static class AlertsGrammar
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand("alerts", "Tell people when runs end and pods die", "fanout alerts test");
        var test = new ExampleCommand("test", "Send a test message on every channel that is set", "fanout alerts test");
        var settings = new SettingOptions(test);
        test.SetAction((result, cancellation) => new AlertsTestCommand(context).RunAsync(settings.Bind(result), cancellation));
        command.Add(test);
        return command;
    }
}
