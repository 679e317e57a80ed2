using System.CommandLine;
using Serverless.Cli.Commands;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>What can be typed after <c>fanout serve</c>.</summary>
internal static class ServeGrammar
{
    public static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "serve", "Serve the HTTP API, the dashboard and the daily timer", "fanout serve",
            "fanout serve --listen http://0.0.0.0:7071");
        var settings = new SettingOptions(command).Listen().Workers().Backend().Endpoint().State();
        command.SetAction((result, cancellation) => new ServeCommand(context).RunAsync(settings.Bind(result), cancellation));
        return command;
    }
}
