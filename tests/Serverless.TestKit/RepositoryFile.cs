namespace Serverless.TestKit;

/// <summary>Files of the repository that tests read where they lie.</summary>
public static class RepositoryFile
{
    /// <summary>A file or folder, looked for upwards from where the tests run.</summary>
    /// <exception cref="FileNotFoundException">The tests are not run from inside the repository.</exception>
    public static string Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relativePath);
            if (Path.Exists(path)) return path;
        }

        throw new FileNotFoundException($"{relativePath} is nowhere above {AppContext.BaseDirectory}");
    }
}
