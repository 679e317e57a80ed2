namespace Serverless.Host.Tests.Memory;

/// <summary>Tests that read the size of the heap, so nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = nameof(MeasuresMemory);
}
