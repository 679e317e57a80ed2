using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;
using Serverless.Functions.Durable;
using Serverless.Host;

namespace Serverless.Functions.Http;

/// <summary>Has requests answered by the host's own pipeline.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="bound">Where the pipeline finds the client.</param>
public sealed class HttpAnswers(HostPipeline pipeline, BoundDurableClient bound)
{
    /// <summary>Answers a request; the result has nothing left to do.</summary>
    public async Task<IActionResult> AnswerAsync(HttpRequest request, DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(request);
        bound.Use(client);
        ManagementLinks.Keep(request.HttpContext, client);
        await pipeline.AnswerAsync(request.HttpContext);
        return new EmptyResult();
    }
}
