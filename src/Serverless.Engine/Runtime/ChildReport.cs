using Serverless.Engine.Storage;
using Serverless.Sqlite;

namespace Serverless.Engine.Runtime;

/// <summary>Sees to it that a child's end is noted as told even when its parent has no use for it any more.</summary>
internal sealed class ChildReport(EngineCore engine, long childKey) : IDeliveryListener
{
    public void Settled(bool accepted)
    {
        if (!accepted) _ = engine.Commits.WriteAsync(new MarkReportedWrite(childKey));
    }

    public void Failed(Exception exception)
    {
        // The row still says that nobody was told, and the next start tells the parent.
    }

    private sealed class MarkReportedWrite(long key) : Write<WriteStatements>
    {
        public override void Apply(WriteStatements db) => db.MarkReported.Execute(key);
    }
}
