using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Serverless.Host.OpenApi;

/// <summary>Puts what is told of the calls on their endpoints, where the OpenAPI document finds it.</summary>
internal static class ApiDescription
{
    private static readonly FrozenDictionary<string, ApiCall> Calls =
        new[] { RunCalls.All, ServiceCalls.All, WorkCalls.All, DurableCalls.All }.SelectMany(calls => calls)
            .ToFrozenDictionary(call => call.Route, StringComparer.Ordinal);

    /// <summary>Every call that is described.</summary>
    public static IEnumerable<ApiCall> All => Calls.Values;

    /// <summary>The description of a call; null when there is none.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, with parameters in braces.</param>
    public static ApiCall? Find(string method, string path) =>
        Calls.GetValueOrDefault($"{method} /{path.Trim('/').Replace("?}", "}", StringComparison.Ordinal)}");

    /// <summary>Describes all endpoints of a group.</summary>
    public static void Describe(IEndpointConventionBuilder routes) => routes.Finally(endpoint =>
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern: var pattern }) return;
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        var path = PathOf(pattern);
        if (methods.Select(method => Find(method, path)).FirstOrDefault(call => call is not null) is { } found)
            Describe(endpoint.Metadata, found);
    });

    private static void Describe(IList<object> metadata, ApiCall call)
    {
        metadata.Add(new TagsAttribute(call.Tag));
        foreach (var answer in call.Answers)
        {
            metadata.Add(answer.Type is { } type
                ? new ProducesResponseTypeMetadata(answer.Status, type, [.. answer.ContentTypes])
                : new ProducesResponseTypeMetadata(answer.Status, typeof(void)));
        }

        foreach (var status in call.Refusals.Select(problem => problem.Status).Distinct())
            metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
    }

    private static string PathOf(RoutePattern pattern) =>
        string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => "",
        }))));
}
