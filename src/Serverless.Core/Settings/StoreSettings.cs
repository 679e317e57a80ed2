namespace Serverless.Core.Settings;

/// <summary>The settings of where results are kept and fetched from.</summary>
internal static class StoreSettings
{
    public static SettingDefinition ResultStore { get; } = new()
    {
        Name = "RESULT_STORE",
        Summary = "Where manifests, checkpoints and results are kept.",
        Unit = "path or URL",
        Allowed = $"a folder's path, or s3://bucket/prefix of a store that speaks S3; on Azure Functions the latter, {BlobAddress.Allowed}",
        WhenNotSet = $"results inside FANOUT_STATE; on Azure Functions {BlobAddress.Default}",
        Apply = (settings, text) => IsPlace(text) ? settings with { ResultStore = text } : null,
    };

    public static SettingDefinition Endpoint { get; } = new()
    {
        Name = "S3_ENDPOINT",
        Summary = "The server of an s3:// RESULT_STORE, such as that of Cloudflare R2, MinIO or a RunPod network volume.",
        Unit = "URL",
        Allowed = "an https:// URL without a path, or http:// on this machine",
        WhenNotSet = "Amazon's",
        Apply = (settings, text) => SettingValues.HttpUrl(text) is { PathAndQuery: "/" } url && (url.Scheme == "https" || url.IsLoopback)
            ? settings with { S3Endpoint = url }
            : null,
    };

    public static SettingDefinition Region { get; } = new()
    {
        Name = "S3_REGION",
        Summary = "The region that requests to the store are signed for.",
        Unit = "text",
        Allowed = "a region such as us-east-1, eu-central-1 or auto",
        Default = "us-east-1",
        Apply = (settings, text) => text.Length <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? settings with { S3Region = text }
            : null,
    };

    public static SettingDefinition AccessKey { get; } = Key(
        "S3_ACCESS_KEY_ID", "The access key of the store.", (settings, key) => settings with { S3AccessKeyId = key });

    public static SettingDefinition SecretKey { get; } = Key(
        "S3_SECRET_ACCESS_KEY", "The secret that belongs to S3_ACCESS_KEY_ID.",
        (settings, key) => settings with { S3SecretAccessKey = key });

    public static SettingDefinition ReferenceAllow { get; } = new()
    {
        Name = "RESULT_REF_ALLOW",
        Summary = "Where a job's output may lie when the handler answers with a reference, by how the URLs begin.",
        Unit = "URLs, comma-separated",
        Allowed = "https:// or s3:// URLs, or http:// on this machine, each with no user, query or fragment, such as s3://bucket/outputs/",
        WhenNotSet = "inside a RESULT_STORE that is no folder, only",
        Apply = (settings, text) => References(text) is { } urls ? settings with { ResultRefAllow = urls } : null,
    };

    /// <summary>Whether a text is a place that one of the heads keeps objects in.</summary>
    internal static bool IsPlace(string text)
    {
        if (S3Address.IsOne(text)) return S3Address.Parse(text) is not null;
        return BlobAddress.IsOne(text) ? BlobAddress.Parse(text) is not null : SettingValues.IsPath(text);
    }

    private static List<Uri>? References(string text)
    {
        var urls = new List<Uri>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out var url) || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
                return null;
            if (url.Scheme is not ("https" or "s3") && !(url.Scheme == "http" && url.IsLoopback)) return null;
            urls.Add(url);
        }

        return urls;
    }

    private static SettingDefinition Key(string name, string summary, Func<FanOutSettings, Secret, FanOutSettings> apply) => new()
    {
        Name = name,
        Summary = summary,
        Unit = "text",
        Allowed = SettingValues.VisibleText,
        WhenNotSet = "what the AWS SDK finds: environment, profile, instance",
        IsSecret = true,
        Apply = (settings, text) => SettingValues.IsVisibleText(text) ? apply(settings, new Secret(text)) : null,
    };
}
