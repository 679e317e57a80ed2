using System.Net;
using System.Text.Json;

namespace Serverless.Host.Tests.Harness;

/// <summary>An answer of the host's, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private const string ProblemPrefix = "urn:fanout:problem:";

    public int Code => (int)Status;

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The kind of problem; fails when the answer is none.</summary>
    public string Problem
    {
        get
        {
            Headers.GetValueOrDefault("Content-Type").ShouldBe("application/problem+json", $"{Code} {Text}");
            Json.GetProperty("status").GetInt32().ShouldBe(Code);
            return Json.GetProperty("type").GetString()!.ShouldStartWithPrefix(ProblemPrefix);
        }
    }

    public string Detail => Json.GetProperty("detail").GetString()!;

    /// <summary>The field that a problem names; null when it names none.</summary>
    public string? Field => Json.TryGetProperty("field", out var named) ? named.GetString() : null;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Checks a code, and shows the body when it is another.</summary>
    public Answer With(HttpStatusCode expected)
    {
        Status.ShouldBe(expected, Text);
        return this;
    }
}

internal static class Prefixes
{
    /// <summary>What follows a prefix, which has to be there.</summary>
    public static string ShouldStartWithPrefix(this string text, string prefix)
    {
        text.ShouldStartWith(prefix);
        return text[prefix.Length..];
    }
}
