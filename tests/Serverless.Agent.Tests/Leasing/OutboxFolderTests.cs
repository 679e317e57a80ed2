using Serverless.Agent.Leasing;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

public sealed class OutboxFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_OfAJobThatBeganOnAFullDisk_AreReadByTheNextAgentOnceThereWasRoom()
    {
        var path = Path.Combine(_folder.File("outbox"), "job-1-1");
        var log = new SignalledLog();
        File.WriteAllText(_folder.File("outbox"), "stands in the way");
        var outbox = new OutboxFolder(path, log);
        outbox.TryBegin(new LeaseId("job-1", 1)).ShouldBeFalse();
        outbox.TryAdd(Entry("fp-0")).ShouldBeNull();

        File.Delete(_folder.File("outbox"));
        outbox.TryAdd(Entry("fp-1")).ShouldNotBeNull();

        var left = new OutboxFolder(path, log).Read().ShouldNotBeNull();
        left.Lease.ShouldBe(new LeaseId("job-1", 1));
        left.Entries.Select(entry => entry.Entry.Id).ShouldBe(["fp-1"]);
    }

    private static ResultEntry Entry(string id) => new(id, new RawJson("1"u8.ToArray()));
}
