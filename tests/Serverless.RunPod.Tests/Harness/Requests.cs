using System.Text;
using Serverless.Core.Jobs;

namespace Serverless.RunPod.Tests.Harness;

internal static class Requests
{
    public static JobRequest Small() => WithInput("""{"chunk":0}""");

    public static JobRequest WithInput(string input) => new()
    {
        AttemptId = "etl:0:1",
        Input = Encoding.UTF8.GetBytes(input),
        ExecutionTimeout = TimeSpan.FromHours(2),
        TimeToLive = TimeSpan.FromHours(24),
    };
}
