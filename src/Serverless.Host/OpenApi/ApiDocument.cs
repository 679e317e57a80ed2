using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Serverless.Host.Auth;
using Serverless.Host.Http;

namespace Serverless.Host.OpenApi;

/// <summary>The OpenAPI document of the HTTP API, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    private const string Path = "/openapi/{documentName}.json";
    private const string Key = "key";
    private const string CodeKey = "code";

    /// <summary>How any call that needs a key may refuse.</summary>
    private static readonly Problem[] OfEveryCall = [Problem.Unauthorized, Problem.Forbidden, Problem.TooManyRequests];

    public static void Add(IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(static (document, context, _) =>
        {
            Describe(document, context.ApplicationServices.GetRequiredService<HostParts>().Version);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            var description = context.Description;
            if (ApiDescription.Find(description.HttpMethod ?? "", description.RelativePath ?? "") is { } call)
                Describe(operation, call, context.Document!);
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi(Path).WithMetadata(Access.Open);

    private static void Describe(OpenApiDocument document, string version)
    {
        document.Info = new OpenApiInfo
        {
            Title = "fanout",
            Version = version,
            Description = "Splits lists of flashpoints into chunks, runs each as a job on RunPod, and gives back one ordered list.",
        };

        // The caller knows where it got this from; a server's own idea of its address is often wrong behind proxies.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.AddComponent<IOpenApiSecurityScheme>(Key, SchemeOf("x-functions-key", ParameterLocation.Header));
        document.AddComponent<IOpenApiSecurityScheme>(CodeKey, SchemeOf("code", ParameterLocation.Query));
        ApiSchemas.AddTo(document);
    }

    private static OpenApiSecurityScheme SchemeOf(string name, ParameterLocation location) => new()
    {
        Type = SecuritySchemeType.ApiKey,
        Name = name,
        In = location,
        Description = "One of API_KEY. Not needed where none is set.",
    };

    private static void Describe(OpenApiOperation operation, ApiCall call, OpenApiDocument document)
    {
        operation.OperationId = IdOf(call.Route);
        operation.Summary = call.Summary;
        operation.Description = call.Details;
        operation.Parameters = [.. ParametersOf(operation, call)];
        operation.RequestBody = call.Body is { } body ? BodyOf(body, document) : null;
        operation.Responses ??= [];
        foreach (var answer in call.Answers) Describe(operation.Responses, answer, document);
        Refuse(operation.Responses, call);
        operation.Security = call.IsOpen ? [] :
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(CodeKey, document)] = [] },
        ];
    }

    private static IEnumerable<IOpenApiParameter> ParametersOf(OpenApiOperation operation, ApiCall call)
    {
        foreach (var inPath in (operation.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path)) yield return inPath;
        foreach (var parameter in call.Parameters)
        {
            yield return new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.In,
                Description = parameter.Description,
                Schema = parameter.Schema(),
            };
        }
    }

    private static OpenApiRequestBody BodyOf(ApiBody body, OpenApiDocument document) => new()
    {
        Description = body.Description,
        Required = body.IsRequired,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new()
            {
                Schema = body.Schema is { } name ? new OpenApiSchemaReference(name, document) : new OpenApiSchema(),
            },
        },
    };

    private static void Describe(OpenApiResponses responses, ApiAnswer answer, OpenApiDocument document)
    {
        var response = ResponseOf(responses, answer.Status);
        response.Description = answer.Description;
        if (answer.Schema is null) return;
        response.Content = answer.ContentTypes.ToDictionary(
            type => type,
            type => new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(
                    type is "application/json" or "text/event-stream" ? answer.Schema : ApiSchemas.Lines, document),
            },
            StringComparer.Ordinal);
    }

    private static void Refuse(OpenApiResponses responses, ApiCall call)
    {
        var problems = call.IsOpen ? call.Refusals : call.Refusals.Concat(OfEveryCall);
        foreach (var group in problems.GroupBy(problem => problem.Status))
            ResponseOf(responses, group.Key).Description = string.Join(" ", group.Select(problem => $"{problem.Title} ({problem.Type})."));
    }

    private static OpenApiResponse ResponseOf(OpenApiResponses responses, int status)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        if (responses.TryGetValue(code, out var known) && known is OpenApiResponse response) return response;
        var added = new OpenApiResponse();
        responses[code] = added;
        return added;
    }

    /// <summary>Such as <c>postRunsIdCancel</c>: the method and the path's words.</summary>
    private static string IdOf(string route)
    {
        var words = route.Replace("/api/", "/", StringComparison.Ordinal).Replace("/runtime/webhooks/", "/", StringComparison.Ordinal)
            .Split([' ', '/', '{', '}'], StringSplitOptions.RemoveEmptyEntries);
        return words[0].ToLowerInvariant() + string.Concat(words[1..].Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
