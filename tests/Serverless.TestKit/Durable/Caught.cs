using Shouldly;

namespace Serverless.TestKit;

/// <summary>For use within orchestrators, where Shouldly's own way would continue on another thread.</summary>
public static class Caught
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
