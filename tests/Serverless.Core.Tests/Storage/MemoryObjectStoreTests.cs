using Serverless.Core.Storage;
using Serverless.TestKit;

namespace Serverless.Core.Tests.Storage;

public sealed class MemoryObjectStoreTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } = new MemoryObjectStore();
}
