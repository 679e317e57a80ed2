using Serverless.Cli.Head;
using Serverless.Cli.Hosting;

namespace Serverless.Cli.Delivery;

/// <summary>Takes the results of a run to where they were asked for.</summary>
internal sealed class ResultSink
{
    private readonly Terminal _terminal;
    private readonly OutputFile? _file;
    private readonly ResultFormat _format;

    private ResultSink(Terminal terminal, OutputFile? file, ResultFormat format, bool usesStandardOutput)
    {
        _terminal = terminal;
        _file = file;
        _format = format;
        UsesStandardOutput = usesStandardOutput;
    }

    /// <summary>Whether standard output belongs to the results alone.</summary>
    public bool UsesStandardOutput { get; }

    /// <summary>Makes sure, before anything starts, that what was asked for can be written.</summary>
    /// <exception cref="CommandFailedException">It cannot.</exception>
    public static ResultSink Prepare(DeliveryRequest request, Terminal terminal, string directory)
    {
        var format = request.Format ?? FromExtension(request.Out);
        return request.Out switch
        {
            null => new(terminal, null, format, usesStandardOutput: false),
            "-" => new(terminal, null, format, usesStandardOutput: true),
            var path => new(terminal, OutputFile.Check(path, directory), format, usesStandardOutput: false),
        };
    }

    /// <summary>Writes results and, beside a file, the report.</summary>
    /// <returns>Where they are, for people; null when they went to standard output.</returns>
    public async Task<string?> WriteAsync(IFanOut fanOut, RunView run, CancellationToken cancellationToken)
    {
        if (UsesStandardOutput)
        {
            await using var output = _terminal.OpenOutput();
            await fanOut.ExportAsync(run.Run, _format, output, cancellationToken);
            return null;
        }

        if (_file is null) return run.ResultsLocation;
        await _file.WriteAsync(
            (output, cancellation) => fanOut.ExportAsync(run.Run, _format, output, cancellation), cancellationToken);
        if (_file.Report is not { } report) return _file.Path;
        await report.WriteAsync(
            (output, cancellation) => fanOut.WriteReportAsync(run.Run, output, cancellation), cancellationToken);
        return $"{_file.Path} (report: {report.Path})";
    }

    private static ResultFormat FromExtension(string? path) => Path.GetExtension(path)?.ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => ResultFormat.Jsonl,
        ".csv" => ResultFormat.Csv,
        _ => ResultFormat.Json,
    };
}
