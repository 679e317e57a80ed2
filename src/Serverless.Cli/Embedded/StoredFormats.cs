using Serverless.Core.Storage;

namespace Serverless.Cli.Embedded;

/// <summary>The forms that people ask for, as the store knows them.</summary>
internal static class StoredFormats
{
    public static ResultFormat Of(Delivery.ResultFormat format) => format switch
    {
        Delivery.ResultFormat.Jsonl => ResultFormat.JsonLines,
        Delivery.ResultFormat.Csv => ResultFormat.Csv,
        _ => ResultFormat.Json,
    };
}
