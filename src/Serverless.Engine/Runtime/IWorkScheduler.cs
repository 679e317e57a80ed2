namespace Serverless.Engine.Runtime;

/// <summary>Says when and where the engine's work runs. A simulation puts its own in the place of the thread pool and then
/// also commits what is queued when it wants to: the engine starts no thread.</summary>
internal interface IWorkScheduler
{
    /// <summary>Has <paramref name="work"/> executed soon, but not from within this call.</summary>
    void Queue(IThreadPoolWorkItem work);
}

/// <summary>The thread pool.</summary>
internal sealed class PoolScheduler : IWorkScheduler
{
    public void Queue(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
}
