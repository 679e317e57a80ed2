using Serverless.Core.Settings;
using Serverless.Host.Tests.Harness;
using Serverless.Host.Webhooks;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Webhooks;

public sealed class TwinJobTests
{
    /// <summary>The answer to <c>/run</c> was lost, the attempt was submitted again, and the first job is done first.</summary>
    [Fact]
    public async Task Webhook_OfAJobWhoseAnswerWasLost_EndsItsAttemptAndCancelsTheOtherJob()
    {
        var again = new TaskCompletionSource<ScriptedJob>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HostHarness.StartAsync(new()
        {
            Settings = new FanOutSettings { PublicUrl = new Uri("https://fanout.example.org"), RunPodApiKey = new Secret("rpa_test") },
            Script = job =>
            {
                if (job.Repetition == 0) return JobScript.AnswerLost(Look.Results("""{"id":"fp-0","value":"first"}"""));
                again.TrySetResult(job);
                return JobScript.Of(Look.Running);
            },
        });
        await host.StartAsync("twins");
        (await again.Task.WaitAsync(HostHarness.Patience)).Id.ShouldBe("job-2");
        var webhook = host.Backend.Submissions[0].Request.Webhook!;
        webhook.ShouldBe(host.Backend.Submissions[1].Request.Webhook);
        host.Parts.Webhooks.Read(webhook.Segments[^1]).ShouldBe(new WebhookTarget("twins", 0, 1));

        (await host.PostAsync(webhook.AbsolutePath, """{"id":"job-1","status":"COMPLETED"}""")).Code.ShouldBe(200);

        await host.EndOfAsync("twins");
        host.Backend.Cancels.ShouldBe(["job-2"]);
        (await host.GetAsync("/api/runs/twins/results")).Json[0].GetProperty("value").GetString().ShouldBe("first");
        var attempt = (await host.GetAsync("/api/runs/twins")).Json.GetProperty("chunks")[0].GetProperty("attempts")[0];
        attempt.GetProperty("job_id").GetString().ShouldBe("job-1");
    }
}
