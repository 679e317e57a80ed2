using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Http;

namespace Serverless.Functions.Tests.Wire;

/// <summary>
/// Does to HTTP triggers what the Functions host and its worker do: matches their routes, asks for keys by their levels, and
/// calls them with the request and a client.
/// </summary>
internal static class FunctionsStandIn
{
    public const string KeyHeader = "x-functions-key";

    /// <summary>Maps every HTTP trigger.</summary>
    /// <param name="app">Where.</param>
    /// <param name="client">What <c>[DurableClient]</c> binds.</param>
    /// <param name="key">The function key; null asks for none.</param>
    public static void MapTriggers(this WebApplication app, Func<DurableTaskClient> client, string? key = null)
    {
        foreach (var method in typeof(HttpTriggers).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            var trigger = method.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!;
            app.MapMethods("/" + trigger.Route, trigger.Methods!.Select(name => name.ToUpperInvariant()), async context =>
            {
                if (trigger.AuthLevel != AuthorizationLevel.Anonymous && key is not null && context.Request.Headers[KeyHeader] != key)
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }

                var triggers = ActivatorUtilities.CreateInstance<HttpTriggers>(context.RequestServices);
                var result = await (Task<IActionResult>)method.Invoke(triggers, [context.Request, client()])!;
                await result.ExecuteResultAsync(new ActionContext { HttpContext = context });
            });
        }
    }
}
