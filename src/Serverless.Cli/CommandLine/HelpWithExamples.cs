using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Serverless.Cli.CommandLine;

/// <summary>The usual help, then examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples)
    : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        var command = parseResult.CommandResult.Command;
        foreach (var example in command is ExampleCommand { Examples: var own } ? own : rootExamples)
            output.WriteLine($"  {example}");
        return ExitCode.Success;
    }
}
