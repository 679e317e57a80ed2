namespace Serverless.Simulation.Programs;

/// <summary>Names that both the program and the outside know.</summary>
internal static class Ids
{
    public const string Root = "run";

    /// <summary>In the place of an op's id: the child that an execution leaves open.</summary>
    public const int LeftBehind = -1;

    public static string OfChild(string parent, int op, int generation) => $"{parent}/{op}.{generation}";

    public static string OfEvent(int op, int generation) => $"event {op}.{generation}";
}
