using Serverless.Cli.Delivery;
using OpenJob = Serverless.Core.Runs.OpenJob;

namespace Serverless.Cli.Head;

/// <summary>
/// The embedded head over one state folder. Disposing it stops the engine cleanly: what is done is stored, jobs under
/// way are found again by the next process. Methods that take a run's id throw <see cref="CommandFailedException"/>
/// with exit code 2 for one that is not known.
/// </summary>
internal interface IFanOut : IAsyncDisposable
{
    /// <summary>One line about where jobs run, worth saying once; or null. Of the run that was started or resumed, before
    /// that of a new one.</summary>
    string? Notice { get; }

    /// <summary>Where jobs of new runs go.</summary>
    string Backend { get; }

    /// <summary>Validates the flashpoints, stores the manifest and schedules the run. The same flashpoints, date and id
    /// are the same run.</summary>
    Task<RunStart> StartAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>Lets a run that has not ended, or has failed, go on; no error when it does already.</summary>
    Task ResumeAsync(string run, CancellationToken cancellationToken);

    /// <summary>Runs what is null in an ended run again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="maxCost">What this retry may cost; null: as much as the run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many flashpoints that are; 0 means that nothing was started.</returns>
    Task<int> RetryAsync(string run, decimal? maxCost, CancellationToken cancellationToken);

    /// <summary>Cancels the jobs of a run and ends it. Results that are stored stay.</summary>
    Task CancelAsync(string run, CancellationToken cancellationToken);

    /// <summary>
    /// The run as it changes; the last view shows it ended. Cancelling the token ends the watching with
    /// <see cref="OperationCanceledException"/>, never the run.
    /// </summary>
    IAsyncEnumerable<RunView> WatchAsync(string run, CancellationToken cancellationToken);

    /// <summary>All runs without their chunks, newest first.</summary>
    Task<IReadOnlyList<RunView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One run with its chunks in order.</summary>
    Task<RunView> ShowAsync(string run, CancellationToken cancellationToken);

    /// <summary>Writes the ordered results of an ended run, null where there is none.</summary>
    Task ExportAsync(string run, ResultFormat format, Stream output, CancellationToken cancellationToken);

    /// <summary>Writes the report of an ended run: one JSON object.</summary>
    Task WriteReportAsync(string run, Stream output, CancellationToken cancellationToken);

    /// <summary>The jobs that were submitted and have not been seen to end, of one run or of all.</summary>
    Task<IReadOnlyList<OpenJob>> ListJobsAsync(string? run, CancellationToken cancellationToken);

    /// <summary>Cancels those of them that nobody watches, and waits a while until that is confirmed.</summary>
    /// <returns>Those that are still open.</returns>
    Task<IReadOnlyList<OpenJob>> CancelJobsAsync(string? run, CancellationToken cancellationToken);

    /// <summary>Deletes an ended run: its history, manifest, checkpoints and results.</summary>
    Task PurgeAsync(string run, CancellationToken cancellationToken);
}
