using Serverless.Protocol.Hosting;
using Serverless.Sqlite;

namespace Serverless.Pods.Queueing;

/// <summary>A change of the queue with an answer. A refusal is an answer, too: it concerns nobody else in the commit.</summary>
/// <param name="change">Makes it.</param>
/// <param name="freesSpace">Whether pages may be freed that the file system should get back.</param>
internal sealed class QueueChange<T>(Func<QueueBook, T> change, bool freesSpace = false) : Write<QueueBook>
{
    public override bool FreesSpace => freesSpace;

    private T? _answer;
    private WorkRefusedException? _refusal;

    /// <summary>The answer, once it is committed.</summary>
    /// <exception cref="WorkRefusedException">It is a refusal.</exception>
    public T Answer => _refusal is null ? _answer! : throw _refusal;

    public override void Apply(QueueBook db)
    {
        try
        {
            _answer = change(db);
        }
        catch (WorkRefusedException refusal)
        {
            _refusal = refusal;
        }
    }
}
