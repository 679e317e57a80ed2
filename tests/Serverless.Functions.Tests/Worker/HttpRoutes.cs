using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Serverless.Functions.Tests.Worker;

/// <summary>How requests come to HTTP triggers.</summary>
internal static class HttpRoutes
{
    /// <summary>The function whose route matches a request; null when none does.</summary>
    /// <exception cref="InvalidOperationException">More than one does.</exception>
    public static string? Match(IEnumerable<WorkerFunctions.Function> functions, HttpRequest request) => functions
        .SingleOrDefault(function => function.Binding("httpTrigger") is { } trigger
            && new TemplateMatcher(TemplateParser.Parse(trigger.GetProperty("route").GetString()!), [])
                .TryMatch(request.Path, new RouteValueDictionary()))?.Name;

    public static HttpRequestMessage Copy(HttpRequest request, Uri address)
    {
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(address, request.Path + request.QueryString));
        if (request.ContentType is not null || request.ContentLength > 0) copy.Content = new StreamContent(request.Body);
        foreach (var (name, values) in request.Headers)
        {
            if (name is "Host" or "Transfer-Encoding") continue;
            if (!copy.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                copy.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        // As the Functions host's proxy does.
        copy.Headers.Add("X-Forwarded-Host", request.Host.Value);
        copy.Headers.Add("X-Forwarded-Proto", request.Scheme);
        return copy;
    }

    public static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name != "Transfer-Encoding") response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(response.Body);
    }
}
