using Azure;
using Azure.Identity;

namespace Serverless.Blobs;

/// <summary>What goes wrong with Azure Blobs.</summary>
internal static class BlobErrors
{
    /// <summary>Whether it is the store, or the way to it, that failed.</summary>
    public static bool IsOfStore(Exception e) =>
        e is RequestFailedException or AuthenticationFailedException or HttpRequestException
        || (e is AggregateException { InnerExceptions: [.., var last] } && IsOfStore(last));

    /// <summary>One line. The SDK's own text goes on with headers.</summary>
    public static string InWords(Exception e) => e switch
    {
        RequestFailedException { ErrorCode: { } code } failed => $"{failed.Status} {code}",
        AggregateException { InnerExceptions: [.., var last] } => InWords(last),
        _ => e.Message.Split('\n')[0].Trim(),
    };
}
