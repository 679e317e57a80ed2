using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Serverless.Host.Http;

/// <summary>Reads query parameters, each of which says what is allowed when it is wrong.</summary>
internal static class QueryValues
{
    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw new ProblemException(Problem.InvalidRequest, $"\"{name}\" is there {values.Count} times; allowed is once.", name);
        return values.Count == 0 ? null : values[0];
    }

    public static int? Whole(HttpRequest request, string name, int min, int max)
    {
        if (Text(request, name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Wrong(name, text, $"a whole number from {min} to {max}");
    }

    public static bool Flag(HttpRequest request, string name) => Text(request, name) switch
    {
        null or "false" => false,
        "true" or "" => true,
        var text => throw Wrong(name, text, "true or false"),
    };

    public static ProblemException Wrong(string name, string? value, string allowed) =>
        new(Problem.InvalidRequest, $"\"{name}\" is {Shown.Text(value)}; allowed is {allowed}.", name);
}
