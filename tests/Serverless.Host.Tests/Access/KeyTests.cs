using System.Net;
using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Access;

public sealed class KeyTests
{
    private const string Admin = "admin-key-0123456789";
    private const string Scheduler = "scheduler-key-0123456789==";
    private const string Reader = "reader-key-0123456789";

    public static TheoryData<string, string> Writes => new()
    {
        { "POST", "/api/runs" },
        { "POST", "/api/runs/any/cancel" },
        { "POST", "/api/runs/any/retry" },
        { "DELETE", "/api/runs/any" },
        { "POST", "/runtime/webhooks/durabletask/instances/any/terminate" },
        { "DELETE", "/runtime/webhooks/durabletask/instances/any" },
    };

    [Theory]
    [InlineData(Admin)]
    [InlineData(Scheduler)]
    public async Task Key_OfAWriter_OpensEverything(string key)
    {
        await using var host = await KeyedAsync();

        (await host.PostAsync("/api/runs", Calls.RunBody("by-header"), ("x-functions-key", key))).With(HttpStatusCode.Accepted);
        (await host.PostAsync($"/api/runs?code={Uri.EscapeDataString(key)}", Calls.RunBody("by-query"))).With(HttpStatusCode.Accepted);
        (await host.GetAsync($"/api/runs?code={Uri.EscapeDataString(key)}")).With(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/runs")]
    [InlineData("/api/endpoints")]
    [InlineData("/api/alerts")]
    [InlineData("/runtime/webhooks/durabletask/instances")]
    public async Task Key_OfAReader_LetsLook(string path)
    {
        await using var host = await KeyedAsync();

        (await host.GetAsync(path, ("x-functions-key", Reader))).With(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Key_OfAReader_LetsChangeNothing(string method, string path)
    {
        await using var host = await KeyedAsync();

        var answer = await host.SendAsync(new HttpMethod(method), path, null, ("x-functions-key", Reader));

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Problem.ShouldBe("forbidden");
        answer.Detail.ShouldBe("The key \"dashboard\" may only look.");
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Key_Missing_IsUnauthorized(string method, string path)
    {
        await using var host = await KeyedAsync();

        var answer = await host.SendAsync(new HttpMethod(method), path, null);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Problem.ShouldBe("unauthorized");
        answer.Detail.ShouldBe("No key was sent. Send one in the header x-functions-key or as ?code=.");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("admin-key-012345678")]
    [InlineData("admin-key-01234567890")]
    [InlineData("admin=admin-key-0123456789")]
    [InlineData("ADMIN-KEY-0123456789")]
    public async Task Key_ThatIsWrong_IsUnauthorizedAndLoggedWithoutIt(string key)
    {
        await using var host = await KeyedAsync();

        var answers = new[]
        {
            await host.GetAsync("/api/runs", ("x-functions-key", key)),
            await host.GetAsync($"/api/runs?code={key}"),
        };

        answers.ShouldAllBe(answer => answer.Problem == "unauthorized" && answer.Code == 401);
        host.Log.Lines.Count(line => line == "Warning: A wrong key was sent from 127.0.0.1 to GET /api/runs").ShouldBe(2);
        if (key.Length > 1) host.Log.Lines.ShouldAllBe(line => !line.Contains(key, StringComparison.Ordinal));
        if (key.Length > 1) answers.ShouldAllBe(answer => !answer.Text.Contains(key, StringComparison.Ordinal));
    }

    /// <summary>Only those who are let in learn which paths there are.</summary>
    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api/runs/nobody")]
    [InlineData("/nothing")]
    public async Task Path_WithoutAKey_SaysNothingOfWhatIsThere(string path)
    {
        await using var host = await KeyedAsync();

        (await host.GetAsync(path)).Problem.ShouldBe("unauthorized");
        (await host.GetAsync(path, ("x-functions-key", Reader))).Problem.ShouldBe("not-found");
    }

    [Theory]
    [InlineData("/alive")]
    [InlineData("/ready")]
    [InlineData("/api/health")]
    public async Task Health_WithoutAKey_Answers(string path)
    {
        await using var host = await KeyedAsync();

        (await host.GetAsync(path)).With(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_OfEveryCall_ComeIntoNoLogAndNoFile()
    {
        await using var host = await KeyedAsync();
        await host.PostAsync("/api/runs?wait=60", Calls.RunBody("one"), ("x-functions-key", Admin));
        await host.PostAsync($"/api/runs?code={Admin}", "{", ("Idempotency-Key", "k"));
        await host.GetAsync($"/api/runs/one?code={Uri.EscapeDataString(Scheduler)}");
        await host.GetAsync($"/nothing?code={Admin}");
        await host.DeleteAsync($"/api/runs/one?code={Reader}");
        await host.StopAsync();

        foreach (var secret in new[] { Admin, Scheduler, Reader })
        {
            host.Log.Lines.ShouldAllBe(line => !line.Contains(secret, StringComparison.Ordinal));
            foreach (var file in Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories))
                File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, file);
        }
    }

    private static Task<HostHarness> KeyedAsync() => HostHarness.StartAsync(new()
    {
        Settings = new FanOutSettings { ApiKey = new Secret($"{Admin},scheduler={Scheduler},dashboard:read={Reader}") },
    });
}
