using System.Text;

namespace Serverless.Simulation.Programs;

/// <summary>A program as a reader sees it.</summary>
internal static class ProgramText
{
    public static string Of(ProgramTree program)
    {
        var text = new StringBuilder();
        text.Append($"run, {program.Slots} activities at once");
        if (program.Root.IsEndless) text.Append(program.KillsChildrenToo ? ", killed with its children" : ", killed alone");
        if (program.IsReplaced) text.Append(", replaced");
        text.Append(Executions(program.Root)).AppendLine();
        foreach (var op in program.Root.Ops) Append(text, op, 1);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Op op, int depth)
    {
        text.Append(' ', depth * 2).AppendLine($"{op.Id}: {Line(op)}");
        foreach (var below in op.Below()) Append(text, below, depth + 1);
    }

    private static string Line(Op op) => op switch
    {
        Call call => $"call {call.Outcome}",
        Wait wait => $"wait {wait.Seconds} s",
        Event => "event",
        Race race => $"race {race.Runners}",
        All => "all",
        Sequence => "sequence",
        Child child => $"child{(child.IsCaught ? "" : ", uncaught")}{(child.IsTwice ? ", twice" : "")}" +
            Executions(child.Body),
        Throw => "throw",
        Endless endless => $"endless {(endless.OnActivity ? "activity" : "event")}",
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "No such op."),
    };

    private static string Executions(Block block) =>
        block.Generations == 1
            ? ""
            : $", {block.Generations} executions leaving open {block.LeavesOpen}{(block.LeavesStarted ? ", started" : "")}";
}
