using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Serverless.Core.Runs;
using Serverless.Host.Schedule;
using Serverless.Protocol;

namespace Serverless.Host.Http;

/// <summary>The bodies of the HTTP API that are not Core's: snake_case, by source-generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HealthStatus))]
[JsonSerializable(typeof(EndpointList))]
[JsonSerializable(typeof(string))]
internal sealed partial class HostJson : JsonSerializerContext
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolverChain.Insert(0, Default);
        options.TypeInfoResolverChain.Insert(1, RunJson.Default);
        options.TypeInfoResolverChain.Insert(2, ScheduleJson.Default);
        options.TypeInfoResolverChain.Insert(3, WorkJson.Default);
    }
}
