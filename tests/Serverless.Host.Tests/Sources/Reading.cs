using System.Text;
using Serverless.Host.Schedule;
using Serverless.Host.Sources;
using Serverless.Host.Tests.Harness;

namespace Serverless.Host.Tests.Sources;

/// <summary>Reads sources as a run does.</summary>
internal static class Reading
{
    public static DateOnly Day { get; } = new(2025, 6, 2);

    /// <summary>The flashpoints' JSON, one a line.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IFlashpointSource source, long maxBytes = 1024 * 1024)
    {
        using var patience = new CancellationTokenSource(HostHarness.Patience);
        await using var spool = await SourceSpool.FillAsync(source, Day, patience.Token, maxBytes);
        var first = await spool.ReadAsync(patience.Token).Select(Text).ToListAsync(patience.Token);
        (await spool.ReadAsync(patience.Token).Select(Text).ToListAsync(patience.Token)).ShouldBe(first, "it is read twice");
        return first;
    }

    /// <summary>The message of the error that reading ends in, which is one for people.</summary>
    public static async Task<string> FailAsync(IFlashpointSource source, long maxBytes = 1024 * 1024)
    {
        var failure = await Should.ThrowAsync<Exception>(() => ReadAsync(source, maxBytes));
        DailyErrors.IsExpected(failure).ShouldBeTrue(failure.ToString());
        return failure.Message;
    }

    private static string Text(Core.Flashpoints.Flashpoint flashpoint) => Encoding.UTF8.GetString(flashpoint.Json.Span);
}
