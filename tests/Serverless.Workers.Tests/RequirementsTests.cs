using Serverless.TestKit;

namespace Serverless.Workers.Tests;

public sealed class RequirementsTests
{
    [Fact]
    public void Requirements_OfTheSampleWorker_LeaveOutLibrariesThatSendAllJobsToOneWorker()
    {
        var lines = File.ReadAllLines(RepositoryFile.Find("samples/worker/requirements.txt"));

        var runpod = lines.Single(line => line.StartsWith("runpod", StringComparison.Ordinal));

        // Those up to 1.10.0 do, and do not stop a job that was cancelled.
        runpod.ShouldStartWith("runpod>=");
        Version.Parse(runpod["runpod>=".Length..]).ShouldBeGreaterThanOrEqualTo(new Version(1, 10, 1));
    }
}
