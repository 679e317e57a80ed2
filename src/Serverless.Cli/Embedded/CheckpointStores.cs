using Serverless.Cli.Hosting;
using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>Where checkpoints are kept by the settings.</summary>
internal static class CheckpointStores
{
    /// <param name="context">What the command has at hand.</param>
    /// <param name="settings">How stores that speak S3 are reached.</param>
    /// <param name="place">A folder, <c>s3://bucket/prefix</c>, or a place in Azure Blobs.</param>
    /// <exception cref="CommandFailedException">This build has no Azure Blobs, or no setting says how they are reached.</exception>
    public static IObjectStore Open(CommandContext context, FanOutSettings settings, string place)
    {
        if (S3Address.Parse(place) is { } bucket) return new S3ObjectStore(bucket, S3Options.Of(settings));
        return BlobAddress.Parse(place) is { } address
            ? OpenBlobs(context, address, place)
            : new FileObjectStore(Path.GetFullPath(place, context.Directory));
    }

    private static IObjectStore OpenBlobs(CommandContext context, BlobAddress address, string place)
    {
        if (context.Blobs is not { } open)
        {
            throw CommandFailedException.Usage(
                $"--store is {Secret.Quote(place)}, in Azure Blobs, which this build knows nothing of",
                "Allowed here: a folder's path, or s3://bucket/prefix of a store that speaks S3. The build that also takes Azure Blobs: "
                + "dotnet publish src/Serverless.Cli.Azure -p:PublishProfile=pod (docs/interruptible.md).");
        }

        try
        {
            return open(address, context.FindSetting);
        }
        catch (InvalidOperationException exception)
        {
            throw CommandFailedException.Usage($"--store is {Secret.Quote(place)}: {exception.Message}", inner: exception);
        }
    }
}
