using Serverless.Durable;

namespace Serverless.TestKit;

/// <summary>A running durable engine, as <see cref="DurableContract"/> sees it.</summary>
public interface IDurableHost : IAsyncDisposable
{
    /// <summary>The engine's client.</summary>
    DurableClient Client { get; }

    /// <summary>Lets so much time go by once the engine waits for it: drives a clock, or waits.</summary>
    Task PassAsync(TimeSpan time);

    /// <summary>Waits until something holds that the client can see.</summary>
    Task UntilAsync(Func<Task<bool>> condition);

    /// <summary>Has the engine forget what it holds in memory, so that whatever comes next replays the history. Nothing to
    /// do for an engine that always replays.</summary>
    Task ForgetAsync();
}
