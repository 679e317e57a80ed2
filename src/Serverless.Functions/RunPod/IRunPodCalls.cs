using Refit;

namespace Serverless.Functions.RunPod;

/// <summary>RunPod's job API for Refit: paths and methods, and nothing else. See <see cref="Serverless.RunPod.IRunPodApi"/>.
/// </summary>
internal interface IRunPodCalls
{
    [Post("/run")]
    Task<HttpResponseMessage> RunAsync([Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/status/{id}")]
    Task<HttpResponseMessage> StatusAsync(string id, CancellationToken cancellationToken);

    [Get("/stream/{id}")]
    Task<HttpResponseMessage> StreamAsync(string id, [AliasAs("wait")] int waitMilliseconds, CancellationToken cancellationToken);

    [Post("/cancel/{id}")]
    Task<HttpResponseMessage> CancelAsync(string id, CancellationToken cancellationToken);

    [Post("/retry/{id}")]
    Task<HttpResponseMessage> RetryAsync(string id, CancellationToken cancellationToken);

    [Post("/purge-queue")]
    Task<HttpResponseMessage> PurgeQueueAsync(CancellationToken cancellationToken);

    [Get("/health")]
    Task<HttpResponseMessage> HealthAsync(CancellationToken cancellationToken);
}
