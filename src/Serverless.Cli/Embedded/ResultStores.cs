using Serverless.Core.Settings;
using Serverless.Core.Storage;
using Serverless.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>Where results are kept by the settings.</summary>
internal static class ResultStores
{
    /// <summary>The place, as people are told it and as stores are opened.</summary>
    /// <exception cref="CommandFailedException">Only the Azure head keeps results there.</exception>
    public static string PlaceOf(FanOutSettings settings)
    {
        if (settings.ResultStore is not { } place) return Path.Combine(settings.StateFolder, "results");
        if (!BlobAddress.IsOne(place)) return place;
        throw CommandFailedException.Usage(
            $"RESULT_STORE is {Secret.Quote(place)}, in Azure Blobs, which Azure Functions alone keeps results in (docs/azure.md)",
            "Allowed here: a folder's path, or s3://bucket/prefix of a store that speaks S3.");
    }

    /// <summary>Where one of a run's objects lies.</summary>
    public static string Locate(string place, string name) =>
        S3Address.Parse(place) is { } address ? address.Url + name : Path.Combine([place, .. name.Split('/')]);

    /// <summary>Opens the store of the settings.</summary>
    public static IObjectStore Open(FanOutSettings settings) => S3Address.Parse(PlaceOf(settings)) is { } address
        ? new S3ObjectStore(address, S3Options.Of(settings))
        : new FileObjectStore(PlaceOf(settings));

    /// <summary>Fetches outputs that handlers have put into the store, or to where else the settings allow.</summary>
    public static ReferenceReader References(FanOutSettings settings)
    {
        var own = S3Address.Parse(PlaceOf(settings));
        return new ReferenceReader(own is null ? settings.ResultRefAllow : [own.Url, .. settings.ResultRefAllow], S3Options.Of(settings));
    }
}
