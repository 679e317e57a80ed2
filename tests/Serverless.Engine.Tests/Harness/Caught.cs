namespace Serverless.Engine.Tests;

/// <summary>For use within orchestrators, where Shouldly's own way would continue on another thread.</summary>
internal static class Caught
{
    /// <summary>Awaits a task that must throw.</summary>
    public static async Task<T> OfAsync<T>(Task task)
        where T : Exception
    {
        try
        {
            await task;
        }
        catch (T e)
        {
            return e;
        }

        throw new ShouldAssertException($"Nothing threw {typeof(T)}.");
    }
}
