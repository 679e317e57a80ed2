using FsCheck;
using FsCheck.Fluent;
using Serverless.Core.Planning;

namespace Serverless.Core.Tests.Planning;

/// <summary>One thing to plan, small enough that its limits are met often.</summary>
public sealed record PlanCase(FlashpointSize[] Sizes, PlanOptions Options, int[]? Only)
{
    public static Gen<PlanCase> Any { get; } =
        from count in Gen.Choose(0, 60)
        from sizes in Size.ArrayOf(count)
        from workers in Gen.Choose(1, 20)
        from chunkSize in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 12).Select(size => (int?)size))
        from strategy in Gen.Elements(PlanStrategy.Even, PlanStrategy.Weight)
        from maxBytes in Gen.OneOf(Gen.Constant(Limits.MaxChunkBytes), Gen.Choose(2, 400))
        from kept in Gen.Elements(true, false).ArrayOf(count)
        from all in Gen.Elements(true, false)
        select new PlanCase(
            sizes,
            new PlanOptions { Workers = workers, ChunkSize = chunkSize, Strategy = strategy, MaxChunkBytes = maxBytes },
            all ? null : [.. Enumerable.Range(0, count).Where(index => kept[index])]);

    public static Gen<PlanCase> WithoutByteLimit { get; } =
        Any.Select(one => one with { Options = one.Options with { MaxChunkBytes = Limits.MaxChunkBytes } });

    private static Gen<FlashpointSize> Size =>
        from bytes in Gen.Choose(2, 200)
        from weight in Gen.Choose(1, 30)
        select new FlashpointSize(bytes, weight);

    public IEnumerable<int> Wanted => Only ?? Enumerable.Range(0, Sizes.Length);

    public ChunkPlan Plan() => Planner.Plan(Sizes, Options, Only);

    public override string ToString()
        => $"{Options} sizes [{string.Join(' ', Sizes.Select(size => $"{size.Bytes}x{size.Weight}"))}] "
            + $"only [{(Only is null ? "all" : string.Join(' ', Only))}]";
}
