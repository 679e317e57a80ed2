using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.Functions.Http;

/// <summary>
/// The routes of the HTTP API as functions, one for each of its parts: what is under a part, and what a path or a method that is
/// not there is answered with, the host's own routes say. No two of them match the same path. The Functions host asks for keys.
/// </summary>
public sealed class HttpTriggers(HttpAnswers answers)
{
    /// <summary>Runs.</summary>
    [Function("runs")]
    public Task<IActionResult> Runs(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/runs/{*rest}")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>All runs as they go on.</summary>
    [Function("events")]
    public Task<IActionResult> Events(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/events")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>Open jobs.</summary>
    [Function("jobs")]
    public Task<IActionResult> Jobs(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/jobs/{*rest}")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>What people were told.</summary>
    [Function("alert-list")]
    public Task<IActionResult> AlertList(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/alerts")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>The daily timer.</summary>
    [Function("schedule")]
    public Task<IActionResult> Schedule(
        [HttpTrigger(
            AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/schedule/{*rest}")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>Where jobs run.</summary>
    [Function("endpoints")]
    public Task<IActionResult> Endpoints(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/endpoints")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>Whether all is well. For anybody.</summary>
    [Function("health")]
    public Task<IActionResult> Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/health")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>RunPod's reports of ended jobs. The token in the path is the key.</summary>
    [Function("webhook")]
    public Task<IActionResult> Webhook(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "api/runpod/webhook/{token}")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>The OpenAPI document. For anybody.</summary>
    [Function("openapi")]
    public Task<IActionResult> OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi/{document}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);

    /// <summary>The dashboard's files, <c>/alive</c> and <c>/ready</c>. For anybody: what the dashboard shows it asks for with a
    /// key.</summary>
    [Function("page")]
    public Task<IActionResult> Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{file?}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => answers.AnswerAsync(request, client);
}
