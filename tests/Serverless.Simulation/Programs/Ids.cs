namespace Serverless.Simulation.Programs;

/// <summary>Names that both the program and the outside know.</summary>
internal static class Ids
{
    public const string Root = "run";

    public static string OfChild(string parent, int op, int generation) => $"{parent}/{op}.{generation}";

    public static string OfEvent(int op, int generation) => $"event {op}.{generation}";
}
