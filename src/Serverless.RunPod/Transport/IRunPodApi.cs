namespace Serverless.RunPod;

/// <summary>
/// RunPod's job API as it is on the wire, for one endpoint: one method per operation, each returning the HTTP response
/// whatever its status. Adds the API key; adds no meaning, no retry and no limit. Paths are relative to
/// <see cref="RunPodEndpoint.BaseUri"/>. The caller disposes the response.
/// </summary>
public interface IRunPodApi
{
    /// <summary>POST /run: hands a job over.</summary>
    /// <param name="body">The job as JSON. A content is sent once.</param>
    /// <param name="cancellationToken">Abandons the call; the job may have been taken all the same.</param>
    Task<HttpResponseMessage> RunAsync(HttpContent body, CancellationToken cancellationToken);

    /// <summary>GET /status/{id}: a job's state, and its output once it has ended.</summary>
    Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken);

    /// <summary>GET /stream/{id}: what a generator has yielded since the last call. Each part is delivered
    /// once.</summary>
    Task<HttpResponseMessage> StreamAsync(string id, CancellationToken cancellationToken);

    /// <summary>POST /cancel/{id}: ends a job.</summary>
    Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken);

    /// <summary>POST /retry/{id}: queues a failed or timed out job again under its id.</summary>
    Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken);

    /// <summary>POST /purge-queue: removes every job that no worker holds.</summary>
    Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken);

    /// <summary>GET /health: counts of jobs and workers.</summary>
    Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken);
}
