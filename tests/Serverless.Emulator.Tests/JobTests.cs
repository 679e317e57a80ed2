using Serverless.Emulator.Jobs;

namespace Serverless.Emulator.Tests;

public sealed class JobTests
{
    [Theory]
    [InlineData(JobStatus.Completed, false)]
    [InlineData(JobStatus.Cancelled, false)]
    [InlineData(JobStatus.Failed, true)]
    [InlineData(JobStatus.TimedOut, true)]
    internal void Finish_AnyWay_KeepsInputOnlyForARetry(JobStatus status, bool keepsInput)
    {
        var job = NewJob();

        job.Finish(TimeSpan.FromSeconds(1), known => known with { Status = status });

        (job.Input is not null).ShouldBe(keepsInput);
    }

    [Fact]
    public void Forget_Job_LetsGoOfInputOutputAndStream()
    {
        var job = NewJob();
        job.AddToStream([new byte[10]]);
        job.Finish(TimeSpan.FromSeconds(1), known => known with { Status = JobStatus.Failed, Output = new byte[10] });

        job.Forget();

        job.Input.ShouldBeNull();
        job.View().Output.ShouldBeNull();
        job.DrainStream().ShouldBeEmpty();
    }

    private static Job NewJob()
    {
        var submission = new JobSubmission { Input = new byte[10], Traits = JobTraits.None };
        return new Job("id", isSync: false, submission, TimeSpan.Zero, new JobTally())
        {
            ExecutionTimeout = TimeSpan.FromSeconds(5),
        };
    }
}
