using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Serverless.Cli.CommandLine;

/// <summary>What <c>--version</c> prints: <c>fanout 0.1.0</c>.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static string Current { get; } = typeof(VersionText).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"fanout {Current}");
        return ExitCode.Success;
    }
}
