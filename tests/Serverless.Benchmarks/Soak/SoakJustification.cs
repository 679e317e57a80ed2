using System.Text.Json;
using Serverless.Core.Runs;

namespace Serverless.Benchmarks.Soak;

/// <summary>Accounts for every job: the first of its chunk, or one that a reason in the report or a lost answer calls for.
/// </summary>
/// <param name="Submitted">All jobs.</param>
/// <param name="Attempts">Those that a failed attempt before them is the reason of.</param>
/// <param name="LostAnswers">Those whose attempt had a job already, whose answer a fault kept back.</param>
/// <param name="Kills">Those whose attempt had a job already, whose answer a kill came between.</param>
internal sealed record SoakJustification(int Submitted, int Attempts, int LostAnswers, int Kills)
{
    /// <exception cref="WrongResultException">A job has no reason.</exception>
    public static SoakJustification Of(string runFolder, IReadOnlyList<SoakJob> jobs, SoakLedger ledger, SoakPlan plan)
    {
        using var file = File.OpenRead(Path.Combine(runFolder, "report.json"));
        var report = JsonSerializer.Deserialize(file, RunJson.Default.RunReport)!;
        if (report.Chunks.Count != plan.Chunks)
            throw new WrongResultException($"{plan.Chunks} chunks were due; the report has {report.Chunks.Count}.");
        var ofChunk = jobs.ToLookup(job => job.Chunk);
        var (attempts, lost, kills) = (0, 0, 0);
        foreach (var chunk in report.Chunks)
        {
            var log = chunk.AttemptLog.Where(attempt => attempt.JobId is not null).ToDictionary(attempt => attempt.Attempt);
            foreach (var attempt in ofChunk[chunk.Chunk].GroupBy(job => job.Attempt))
            {
                if (attempt.Key != FirstAttempt(ofChunk[chunk.Chunk]))
                {
                    attempts++;
                    CheckReason(chunk, attempt.Key);
                }

                if (!log.ContainsKey(attempt.Key)) throw Bad(chunk, attempt.Key, "is not in the report");
                foreach (var repeated in attempt.SkipLast(1))
                {
                    if (!ledger.MayBeRepeated(repeated))
                        throw Bad(chunk, attempt.Key, $"was submitted again though {repeated.Id} was known");
                    if (repeated.AnswerLost) lost++;
                    else kills++;
                }
            }
        }

        var accounted = plan.Chunks + attempts + lost + kills;
        if (jobs.Count > accounted) throw new WrongResultException($"{jobs.Count} jobs were submitted; reasons are there for {accounted}.");
        return new SoakJustification(jobs.Count, attempts, lost, kills);
    }

    private static int FirstAttempt(IEnumerable<SoakJob> jobs) => jobs.Min(job => job.Attempt);

    /// <summary>An attempt follows a failed one, or, when a chunk was split because workers died under it, another part.</summary>
    private static void CheckReason(ChunkOutcome chunk, int attempt)
    {
        var before = chunk.AttemptLog.Where(record => record.Attempt < attempt).ToList();
        if (before is [.., { Error: not null }]) return;
        if (before.Count(record => record.Error?.Contains("job timed out after", StringComparison.Ordinal) == true) >= 2) return;
        throw Bad(chunk, attempt, "follows an attempt that did not fail");
    }

    private static WrongResultException Bad(ChunkOutcome chunk, int attempt, string what) =>
        new($"Attempt {attempt} of chunk {chunk.Chunk} {what}. Its log: {JsonSerializer.Serialize(chunk, RunJson.Default.ChunkOutcome)}");
}
