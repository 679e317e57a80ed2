using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Host.Http;
using Serverless.Protocol;

namespace Serverless.Host.Work;

/// <summary>Reads what a pod says.</summary>
internal static class WorkBody
{
    /// <exception cref="ProblemException">It is no such call; the message says where, and what is allowed.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = WorkLimits.MaxBodyBytes;
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        try
        {
            return Parse(read.Buffer.IsSingleSegment ? read.Buffer.First : read.Buffer.ToArray(), type);
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }
    }

    private static T Parse<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, type) is { } call) return call;
            throw new ProblemException(Problem.InvalidJson, "The body is null; allowed is an object.");
        }
        catch (JsonException e)
        {
            throw WhatIsWrong(body, type, e);
        }
    }

    private static ProblemException WhatIsWrong(ReadOnlyMemory<byte> body, JsonTypeInfo type, JsonException exception)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return BodyFault.Find(json.RootElement, type) is not { } fault
                ? new ProblemException(Problem.InvalidRequest, "The body is no such call.", inner: exception)
                : fault.Field.Length == 0
                    ? new ProblemException(Problem.InvalidJson, $"The body is {fault.Value}; allowed is {fault.Allowed}.", inner: exception)
                    : WorkChecks.Wrong(fault.Field, fault.Value, fault.Allowed, exception);
        }
        catch (JsonException e)
        {
            return new ProblemException(Problem.InvalidJson, $"The body is not JSON: {e.Message}", inner: e);
        }
    }
}
