using Microsoft.OpenApi;
using Serverless.Host.Http;

namespace Serverless.Host.OpenApi;

/// <summary>What callers are told of one call. Handlers read queries and bodies themselves, so it cannot be told by their
/// parameters.</summary>
/// <param name="Route">Method and path, such as <c>GET /api/runs/{id}</c>.</param>
/// <param name="Tag">Its chapter.</param>
/// <param name="Summary">What it does, in one line.</param>
internal sealed record ApiCall(string Route, string Tag, string Summary)
{
    /// <summary>More than fits one line.</summary>
    public string? Details { get; init; }

    /// <summary>What may be in the query or the headers. Those of the path come from the route.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>What the body is to be; null when there is none.</summary>
    public ApiBody? Body { get; init; }

    /// <summary>What it answers when all is well.</summary>
    public required IReadOnlyList<ApiAnswer> Answers { get; init; }

    /// <summary>How it may refuse, besides what every call may.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Those whose status stands for nothing else.</summary>
    public IEnumerable<Problem> Refusals => Problems.Where(problem => Answers.All(answer => answer.Status != problem.Status));

    /// <summary>True when no key is needed.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Schema">What it may be.</param>
/// <param name="In">Where it stands.</param>
internal sealed record ApiParameter(
    string Name, string Description, Func<OpenApiSchema> Schema, ParameterLocation In = ParameterLocation.Query);

/// <summary>A request's body.</summary>
/// <param name="Description">What it is.</param>
/// <param name="Schema">The name of its schema; null when it may be any JSON.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record ApiBody(string Description, string? Schema = null, bool IsRequired = true);

/// <summary>An answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it comes.</param>
/// <param name="Type">What is in it, where a type says so.</param>
/// <param name="Schema">What is in it, where a schema of <see cref="ApiSchemas"/> says so.</param>
internal sealed record ApiAnswer(int Status, string Description, Type? Type = null, string? Schema = null)
{
    /// <summary>The kinds of body; each of them can be asked for.</summary>
    public IReadOnlyList<string> ContentTypes { get; init; } = ["application/json"];

    /// <summary>Whether there is a body.</summary>
    public bool HasBody => Type is not null || Schema is not null;
}
