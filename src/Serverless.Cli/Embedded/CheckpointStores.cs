using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>Where checkpoints are kept by the settings.</summary>
internal static class CheckpointStores
{
    /// <param name="settings">How stores that speak S3 are reached.</param>
    /// <param name="place">A folder, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="directory">What a folder is relative to.</param>
    public static IObjectStore Open(FanOutSettings settings, string place, string directory) => S3Address.Parse(place) is { } address
        ? new S3ObjectStore(address, S3Options.Of(settings))
        : new FileObjectStore(Path.GetFullPath(place, directory));
}
