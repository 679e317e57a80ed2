using System.Net;
using System.Text.Json;

namespace Serverless.Emulator.Tests.Support;

/// <summary>What the emulator answered to one call.</summary>
internal sealed record Answer(HttpStatusCode Code, string? ContentType, string Text, TimeSpan? RetryAfter)
{
    public JsonElement Body => JsonElement.Parse(Text);

    public string? Status => this["status"].GetString();

    public JsonElement this[string member] => Body.GetProperty(member);

    /// <summary>Names of the body's members, in their order.</summary>
    public string[] Members => [.. Body.EnumerateObject().Select(member => member.Name)];

    public static async Task<Answer> FromAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                await response.Content.ReadAsStringAsync(),
                response.Headers.RetryAfter?.Delta);
        }
    }

    public void ShouldBe(HttpStatusCode code)
    {
        if (Code != code) throw new ShouldAssertException($"expected {code}, got {Code}: {Text}");
    }

    public void ShouldBeProblem(HttpStatusCode code, string detail)
    {
        ShouldBe(code);
        ContentType.ShouldBe("application/problem+json");
        this["status"].GetInt32().ShouldBe((int)code);
        this["detail"].GetString().ShouldBe(detail);
    }
}
