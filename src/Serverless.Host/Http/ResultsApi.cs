using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Serverless.Core;
using Serverless.Core.Runs;
using Serverless.Core.Storage;

namespace Serverless.Host.Http;

/// <summary>The ordered results of a run, streamed: memory does not grow with them.</summary>
internal static class ResultsApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/runs/{id}/results", [HttpMethods.Get, HttpMethods.Head], GetAsync);

    private static async Task<IResult> GetAsync(string id, HttpRequest request, HostParts parts, CancellationToken cancellationToken)
    {
        var format = Format(request);
        var isPartial = QueryValues.Flag(request, "partial");
        var rows = Rows(request, format);
        var run = await RunsApi.GetAsync(id, parts, cancellationToken);
        var store = new RunStore(parts.Objects, RunId.Parse(id));
        if (run.EndedAt is null)
        {
            if (isPartial) return await PartialAsync(store, run, format, cancellationToken);
            throw new ProblemException(
                Problem.NotEnded,
                $"The run '{id}' has not ended: it is {run.State}, {run.Done} of {run.Flashpoints} done. "
                + "?partial=true gives what is there.");
        }

        var name = $"{id}.{Extension(format)}";
        if (QueryValues.Flag(request, "download"))
            request.HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        var tag = TagOf(run, format, rows);
        if (format != ResultFormat.Json) return new Exported(store, format, rows, tag);
        var results = await store.OpenResultsAsync(cancellationToken);
        return TypedResults.Stream(results, "application/json", entityTag: tag, enableRangeProcessing: results.CanSeek);
    }

    /// <summary>Results change only when a retry ends, which is then the run's end.</summary>
    private static EntityTagHeaderValue TagOf(RunSnapshot run, ResultFormat format, RowRange? rows)
    {
        var part = rows is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-{rows.Offset}-{rows.Limit}");
        return new EntityTagHeaderValue($"\"{run.EndedAt!.Value.ToUnixTimeMilliseconds():x}-{Extension(format)}{part}\"");
    }

    private static async Task<IResult> PartialAsync(
        RunStore store, RunSnapshot run, ResultFormat format, CancellationToken cancellationToken)
    {
        if (format != ResultFormat.Json)
            throw QueryValues.Wrong("partial", "true", "partial results as JSON only");
        if (await store.ReadPlanAsync(cancellationToken) is null)
            throw new ProblemException(Problem.NotEnded, $"The run '{run.Id}' is not planned yet; nothing is there.");
        var scratch = $"partial-{Path.GetRandomFileName()}";
        return TypedResults.Stream(target => store.WritePartialAsync(target, scratch, cancellationToken), "application/json");
    }

    private static ResultFormat Format(HttpRequest request)
    {
        if (QueryValues.Text(request, "format") is { } text)
        {
            return text switch
            {
                "json" => ResultFormat.Json,
                "jsonl" => ResultFormat.JsonLines,
                "csv" => ResultFormat.Csv,
                _ => throw QueryValues.Wrong("format", text, "json, jsonl or csv"),
            };
        }

        foreach (var accepted in request.GetTypedHeaders().Accept.OrderByDescending(accepted => accepted.Quality ?? 1))
        {
            switch (accepted.MediaType.Value)
            {
                case "application/x-ndjson" or "application/jsonl":
                    return ResultFormat.JsonLines;
                case "text/csv":
                    return ResultFormat.Csv;
                case "application/json" or "*/*" or "application/*":
                    return ResultFormat.Json;
            }
        }

        return ResultFormat.Json;
    }

    private static RowRange? Rows(HttpRequest request, ResultFormat format)
    {
        var offset = QueryValues.Whole(request, "offset", 0, Limits.MaxFlashpoints);
        var limit = QueryValues.Whole(request, "limit", 1, Limits.MaxFlashpoints);
        if (offset is null && limit is null) return null;
        if (format == ResultFormat.Json)
        {
            throw new ProblemException(
                Problem.InvalidRequest, "\"offset\" and \"limit\" count lines: allowed with format=jsonl or csv.", "offset");
        }

        return new RowRange(offset ?? 0, limit ?? Limits.MaxFlashpoints);
    }

    private static string Extension(ResultFormat format) => format switch
    {
        ResultFormat.JsonLines => "jsonl",
        ResultFormat.Csv => "csv",
        _ => "json",
    };

    /// <summary>Results that are written row by row as they go out.</summary>
    private sealed class Exported(RunStore store, ResultFormat format, RowRange? rows, EntityTagHeaderValue tag) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            response.Headers.ETag = tag.ToString();
            response.Headers.AcceptRanges = "none";
            if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = format == ResultFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
            if (HttpMethods.IsHead(request.Method)) return;
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await store.ExportAsync(response.Body, format, rows, httpContext.RequestAborted);
        }
    }
}
