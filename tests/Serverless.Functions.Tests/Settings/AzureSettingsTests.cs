using Serverless.Core.Settings;
using Serverless.Functions.Settings;

namespace Serverless.Functions.Tests.Settings;

public sealed class AzureSettingsTests
{
    private static readonly Dictionary<string, string> Least = new()
    {
        ["RUNPOD_ENDPOINT"] = "endpoint1",
        ["RUNPOD_API_KEY"] = "rpa_KEY",
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
    };

    [Fact]
    public void Read_TheLeast_HasTheAzureDefaults()
    {
        var settings = Read();

        settings.ResultStore.ShouldBe("azure://fanout-results");
        settings.PublicUrl.ShouldBeNull();
        settings.DailySchedule.ShouldBe("0 0 2 * * *");
    }

    [Theory]
    [InlineData("fanout-x.azurewebsites.net", null, "https://fanout-x.azurewebsites.net/")]
    [InlineData("fanout-x.azurewebsites.net", "https://own.example/base", "https://own.example/base")]
    [InlineData("localhost:7071", null, null)]
    public void Read_HostName_IsWhereWebhooksGoUnlessSaidOtherwise(string host, string? said, string? expected) =>
        Read(("WEBSITE_HOSTNAME", host), ("PUBLIC_URL", said ?? "")).PublicUrl?.AbsoluteUri.ShouldBe(expected);

    [Theory]
    [InlineData("RUNPOD_ENDPOINT", "", "RUNPOD_ENDPOINT is not set (on Azure Functions). Allowed there: an endpoint id (letters, digits, "
        + "-) or an http:// or https:// URL.")]
    [InlineData("RUNPOD_WORKERS", "1", "RUNPOD_WORKERS is \"1\" (on Azure Functions). Allowed there: 2 to 10000; an app that comes and "
        + "goes has no worker of its own. A run's own \"workers\" may be 1.")]
    [InlineData("RESULT_STORE", "/data/results", "RESULT_STORE is \"/data/results\" (on Azure Functions). Allowed there: "
        + BlobAddress.Allowed + ", or s3://bucket/prefix; a folder would be that of one instance alone.")]
    [InlineData("AzureWebJobsStorage", "", "AzureWebJobsStorage is not set (on Azure Functions). Allowed there: a connection string, or "
        + "none and AzureWebJobsStorage__accountName for an identity; UseDevelopmentStorage=true is Azurite.")]
    [InlineData("POLL_SECONDS", "soon", "POLL_SECONDS is \"soon\" (environment). Allowed: a number from 0.001 to 300.")]
    [InlineData("RESULT_STORE", "azure://A", "RESULT_STORE is \"azure://A\" (environment). Allowed: a folder's path, or s3://bucket/prefix "
        + "of a store that speaks S3; on Azure Functions the latter, " + BlobAddress.Allowed + ".")]
    public void Read_WhatIsNotAllowed_SaysWhatIs(string name, string value, string message) =>
        Should.Throw<AzureSettingsException>(() => Read((name, value))).Message.ShouldBe(message);

    [Fact]
    public void Read_UnknownGpu_IsRefused() =>
        Should.Throw<AzureSettingsException>(() => Read(("GPU", "none such"))).Message.ShouldStartWith("GPU is \"none such\"");

    /// <summary>The example is for both heads.</summary>
    [Fact]
    public void Example_WithAnEndpoint_StartsThisHead()
    {
        var example = LocalSettingsJson.Read("local.settings.json", File.ReadAllText(ExamplePath()));
        var values = example.Values.ToDictionary(value => value.Key, value => value.Value.Value);
        values["RUNPOD_ENDPOINT"] = "http://127.0.0.1:8080/v2/local";

        example.Errors.ShouldBeEmpty();
        AzureSettings.Read(values, AppContext.BaseDirectory).ResultStore.ShouldBe(BlobAddress.Default);
        values["FUNCTIONS_WORKER_RUNTIME"].ShouldBe("dotnet-isolated");
        values["DAILY_SCHEDULE"].ShouldNotBeEmpty("the timer trigger needs it");
    }

    [Theory]
    [InlineData("azure://results", null, "results", "")]
    [InlineData("azure://results/a/b/", null, "results", "a/b/")]
    [InlineData("https://acc.blob.core.windows.net/results", "https://acc.blob.core.windows.net/", "results", "")]
    [InlineData("https://acc.blob.core.usgovcloudapi.net/results/x", "https://acc.blob.core.usgovcloudapi.net/", "results", "x/")]
    [InlineData("https://acc.z12.blob.storage.azure.net/results", "https://acc.z12.blob.storage.azure.net/", "results", "")]
    public void Address_WellFormed_IsRead(string text, string? account, string container, string prefix) =>
        BlobAddress.Parse(text).ShouldBe(new BlobAddress(account is null ? null : new Uri(account), container, prefix));

    [Theory]
    [InlineData("azure://")]
    [InlineData("azure://ab")]
    [InlineData("azure://Results")]
    [InlineData("azure://re--sults")]
    [InlineData("azure://results/../x")]
    [InlineData("https://acc.blob.core.windows.net/")]
    [InlineData("https://acc.blob.core.windows.net/results?sig=secret")]
    [InlineData("http://acc.blob.core.windows.net/results")]
    [InlineData("https://blob.example/results")]
    [InlineData("s3://results")]
    public void Address_IllFormed_IsRefused(string text) => BlobAddress.Parse(text).ShouldBeNull();

    private static FanOutSettings Read(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>(Least);
        foreach (var (name, value) in more) environment[name] = value;
        return AzureSettings.Read(environment, AppContext.BaseDirectory);
    }

    private static string ExamplePath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "local.settings.json.example"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "local.settings.json.example");
    }
}
