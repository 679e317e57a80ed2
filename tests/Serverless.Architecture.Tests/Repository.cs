namespace Serverless.Architecture.Tests;

/// <summary>The files that these tests are compiled from, and all others beside them.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", "bin", "obj", ".fanout", ".vs", ".idea", "TestResults", "node_modules"];

    private static readonly string[] TextExtensions =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".txt", ".py", ".mjs", ".yml", ".yaml", ".sh", ".bicep",
        ".example", ".editorconfig", ".gitignore", ".gitattributes", "",
    ];

    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every text file, as a path from the root with forward slashes.</summary>
    public static IReadOnlyList<string> TextFiles { get; } =
        [.. Walk(Root).Where(path => TextExtensions.Contains(Path.GetExtension(path))).Select(Relative).Order(StringComparer.Ordinal)];

    public static string FullPath(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(FullPath(path));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>A file named .git marks a work tree.</summary>
    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Path.GetFileName(file) != ".git")
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(child => !NotOurs.Contains(Path.GetFileName(child)))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("These tests look at the repository's files, but are not run inside it.");
    }
}
