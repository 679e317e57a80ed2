using System.Text.Json;
using Serverless.Core.Flashpoints;
using Serverless.Core.Jobs;
using Serverless.Core.Planning;
using Serverless.Core.Runs;
using Serverless.Core.Storage;
using Serverless.Engine;
using Serverless.Host;
using Serverless.Pods;
using Serverless.Sqlite;

namespace Serverless.Cli.Embedded;

/// <summary>What the parts throw, as what a person is told.</summary>
internal static class Failures
{
    public static async Task<T> TranslateAsync<T>(string what, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (ToFailure(e, what) is { } failure)
        {
            throw failure;
        }
    }

    public static Task TranslateAsync(string what, Func<Task> work) =>
        TranslateAsync(what, async () =>
        {
            await work();
            return true;
        });

    public static T Translate<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (ToFailure(e, what) is { } failure)
        {
            throw failure;
        }
    }

    private static CommandFailedException? ToFailure(Exception e, string what) => e switch
    {
        FlashpointFormatException or JsonException or FormatException =>
            CommandFailedException.Usage($"{what}: {e.Message}", inner: e),
        RunConflictException or PlanException => CommandFailedException.Usage(e.Message, inner: e),
        JobBackendException or HostSettingsException => CommandFailedException.Usage(e.Message, inner: e),
        RunStoreException => CommandFailedException.Failed(e.Message, inner: e),
        EngineException engine => OfEngine(engine),
        QueueException { Kind: SqliteFileErrorKind.InUse or SqliteFileErrorKind.NewerVersion or SqliteFileErrorKind.Corrupt } =>
            CommandFailedException.Usage(e.Message, inner: e),
        QueueException => CommandFailedException.Failed(e.Message, "What is done is stored; fanout resume goes on with it.", e),
        IOException or UnauthorizedAccessException =>
            CommandFailedException.Failed($"{what}: {e.Message}", inner: e),
        _ => null,
    };

    private static CommandFailedException OfEngine(EngineException e) => e.Kind switch
    {
        EngineErrorKind.InUse or EngineErrorKind.NewerVersion or EngineErrorKind.Corrupt =>
            CommandFailedException.Usage(e.Message, inner: e),
        _ => CommandFailedException.Failed(e.Message, "What is done is stored; fanout resume goes on with it.", e),
    };
}
