using Serverless.Core.Flashpoints;
using Serverless.Core.Results;

namespace Serverless.Core.Storage;

/// <summary>Writes one entry of the results for each flashpoint, and a line for each that is null.</summary>
internal sealed class ResultRows(ObjectWriter results, ObjectWriter failures, Dictionary<int, int> tooLarge, string? notRun)
{
    private readonly List<FailedFlashpoint> _listed = [];
    private int _count;
    private int _failed;

    public void Add(LineReader manifest, Checkpoint? checkpoint)
    {
        results.Write(_count++ == 0 ? "[\n"u8 : ",\n"u8);
        if (checkpoint is { Result: { } result })
        {
            results.Write(result.Span);
            return;
        }

        results.Write("null"u8);
        _failed++;
        var id = manifest.Parse(FlashpointJson.Read).Id;
        var failure = new FailedFlashpoint(manifest.Index, id, Reason(manifest.Index, checkpoint));
        StoredLines.WriteFailure(failures.Buffer, failure);
        if (_listed.Count < Limits.MaxFailuresListed) _listed.Add(failure);
    }

    public async ValueTask FlushIfFullAsync(CancellationToken cancellationToken)
    {
        await results.FlushIfFullAsync(cancellationToken);
        await failures.FlushIfFullAsync(cancellationToken);
    }

    public async Task<AggregateInfo> FinishAsync(string name, CancellationToken cancellationToken)
    {
        results.Write(_count == 0 ? "[\n]\n"u8 : "\n]\n"u8);
        await failures.FinishAsync("", cancellationToken);
        return new AggregateInfo
        {
            Flashpoints = _count,
            Done = _count - _failed,
            Failed = _failed,
            Failures = _listed,
            Results = await results.FinishAsync(name, cancellationToken),
        };
    }

    private string Reason(int index, Checkpoint? checkpoint)
    {
        if (tooLarge.TryGetValue(index, out var bytes))
            return $"The flashpoint has {bytes:N0} bytes; a job has room for {Limits.MaxChunkBytes:N0}. "
                + "Keep results in a store that speaks S3 (RESULT_STORE=s3://…), and larger ones are handed over by reference.";
        return checkpoint is null ? notRun ?? "No result was stored." : checkpoint.Value.Error ?? "The worker gave no result.";
    }
}
