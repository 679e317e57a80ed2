namespace Serverless.EndToEnd.Tests.Sdk;

/// <summary>Skipped where there is no node or no npm and nobody says that there should be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    /// <summary>The path of node; named, tests fail without it.</summary>
    public const string PathVariable = "FANOUT_NODE";

    public NodeFactAttribute()
    {
        if (Named is null && (!IsThere("node") || !IsThere("npm"))) Skip = "node and npm are not installed";
    }

    public static string Node => Named ?? "node";

    private static string? Named => Environment.GetEnvironmentVariable(PathVariable);

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
