namespace Serverless.Core.Watching;

/// <summary>When a job is looked at next: whichever comes first.</summary>
/// <param name="EndAt">When its end is expected; null when nothing is.</param>
/// <param name="BeforeAt">When it is looked at just in case; null when that would not be before the other.</param>
internal readonly record struct NextLook(DateTimeOffset? EndAt, DateTimeOffset? BeforeAt)
{
    /// <summary>The first of both.</summary>
    public DateTimeOffset DueAt => BeforeAt ?? EndAt ?? DateTimeOffset.MaxValue;

    public static NextLook ForEnd(DateTimeOffset at) => new(at, null);

    public static NextLook JustInCase(DateTimeOffset at) => new(null, at);
}
