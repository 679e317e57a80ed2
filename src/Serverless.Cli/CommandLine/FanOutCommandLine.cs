using System.CommandLine;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.CommandLine;

/// <summary>From what was typed to an exit code.</summary>
internal static class FanOutCommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        try
        {
            return await InvokeAsync(arguments, context);
        }
        catch (OperationCanceledException) when (context.Signals.StopRequested.IsCancellationRequested)
        {
            context.Log.Say("fanout: stopped. What is stored is kept; the same command goes on from there.");
            return ExitCode.Interrupted;
        }
        catch (CommandFailedException exception)
        {
            foreach (var message in exception.Messages) context.Log.Say($"fanout: {message}");
            if (exception.Hint is { } hint) context.Log.Say(hint);
            if (context.Log.IsDebugging) context.Log.Say(exception.ToString());
            return exception.ExitCode;
        }
        catch (Exception exception)
        {
            context.Log.Say($"fanout: {exception.GetType().Name}: {exception.Message}");
            context.Log.Say(context.Log.IsDebugging ? exception.ToString() : "LOG_LEVEL=DEBUG shows where.");
            return ExitCode.Failed;
        }
    }

    private static Task<int> InvokeAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        var parsed = Grammar.Create(context).Parse(arguments, new ParserConfiguration
        {
            EnablePosixBundling = false,
            ResponseFileTokenReplacer = null,
        });
        if (UsageErrors.Find(parsed) is { } error) throw error;
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = context.Terminal.Output.Profile.Out.Writer,
            Error = context.Terminal.Error.Profile.Out.Writer,
            ProcessTerminationTimeout = null,
        };
        return parsed.InvokeAsync(invocation, context.Signals.StopRequested);
    }
}
