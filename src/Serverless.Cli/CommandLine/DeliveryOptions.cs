using System.CommandLine;
using Serverless.Cli.Delivery;

namespace Serverless.Cli.CommandLine;

/// <summary>The options about where results and progress go.</summary>
internal sealed class DeliveryOptions
{
    private readonly Option<string?> _out = OptionValues.Text(
        "--out", "FILE|-", "Where the results go besides the result store; - is standard output",
        "a file's path, or -");

    private readonly Option<ResultFormat?> _format = OptionValues.Format();

    private readonly Option<bool> _noProgress = new("--no-progress")
    {
        Description = "Log lines instead of progress bars, on a terminal too",
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="withProgress">Whether there is progress to be shown.</param>
    public DeliveryOptions(Command command, bool withProgress)
    {
        command.Add(_out);
        command.Add(_format);
        if (withProgress) command.Add(_noProgress);
    }

    public DeliveryRequest Bind(ParseResult result) => new()
    {
        Out = result.GetValue(_out),
        Format = result.GetValue(_format),
        NoProgress = result.GetValue(_noProgress),
    };
}
