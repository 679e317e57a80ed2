namespace Serverless.Simulation.Programs;

/// <summary>Looks at programs.</summary>
internal static class Tree
{
    /// <summary>The parts directly below an op.</summary>
    public static IReadOnlyList<Op> Below(this Op op) => op switch
    {
        All all => all.Ops,
        Sequence sequence => sequence.Ops,
        Child child => child.Body.Ops,
        _ => [],
    };

    /// <summary>All ops of a block, those of children included.</summary>
    public static IEnumerable<Op> Everything(this Block block) => block.Ops.SelectMany(Everything);

    public static IEnumerable<Op> Everything(this Op op) => op.Below().SelectMany(Everything).Prepend(op);

    /// <summary>All ops of one instance, those of its children not included.</summary>
    public static IEnumerable<Op> Own(this Block block) => block.Ops.SelectMany(Own);

    /// <summary>Whether it never goes on.</summary>
    public static bool IsEndless(this Op op) => op is Endless || (op is All && op.Below().Any(below => below is Endless));

    public static bool Has(this Block block, Outcome outcome) =>
        block.Everything().Any(op => op is Call call && call.Outcome == outcome);

    private static IEnumerable<Op> Own(Op op) => (op is Child ? [] : op.Below()).SelectMany(Own).Prepend(op);
}
