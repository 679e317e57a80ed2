namespace Serverless.Simulation.Running;

/// <summary>The engine broke one of its promises.</summary>
internal sealed class SimulationFailure(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds) throw new SimulationFailure(message);
    }
}
