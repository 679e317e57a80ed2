namespace Serverless.Simulation.Programs;

/// <summary>Programs that are one step smaller than a given one.</summary>
internal static class Shrinker
{
    public static IEnumerable<ProgramTree> Smaller(ProgramTree program) =>
        Smaller(program.Root).Select(root => program with { Root = root })
            .Concat(program.IsReplaced ? [program with { IsReplaced = false }] : []);

    private static IEnumerable<Block> Smaller(Block block)
    {
        foreach (var ops in Smaller(block.Ops)) yield return block with { Ops = ops };
        if (block.Generations > 1) yield return block with { Generations = block.Generations - 1 };
        if (block.LeavesOpen != LeftOpen.Nothing) yield return block with { LeavesOpen = LeftOpen.Nothing };
    }

    /// <summary>One op taken out, replaced by what lies below it, or made smaller itself. What makes a block endless stays,
    /// for somebody waits for its death.</summary>
    private static IEnumerable<IReadOnlyList<Op>> Smaller(IReadOnlyList<Op> ops)
    {
        for (var i = 0; i < ops.Count; i++)
        {
            Op[] before = [.. ops.Take(i)], after = [.. ops.Skip(i + 1)];
            if (!ops[i].IsEndless()) yield return [.. before, .. after];
            if (ops[i] is All or Sequence) yield return [.. before, .. ops[i].Below(), .. after];
            foreach (var op in Smaller(ops[i])) yield return [.. before, op, .. after];
        }
    }

    private static IEnumerable<Op> Smaller(Op op) => op switch
    {
        All all => Smaller(all.Ops).Select(ops => all with { Ops = ops }),
        Sequence sequence => Smaller(sequence.Ops).Select(ops => sequence with { Ops = ops }),
        Child { IsTwice: true } child => [child with { IsTwice = false }],
        Child child => Smaller(child.Body).Select(body => child with { Body = body }),
        Wait { Seconds: > 1 } wait => [wait with { Seconds = 1 }],
        Call { Outcome: not (Outcome.Ok or Outcome.Fragile) } call => [call with { Outcome = Outcome.Ok }],
        _ => [],
    };
}
