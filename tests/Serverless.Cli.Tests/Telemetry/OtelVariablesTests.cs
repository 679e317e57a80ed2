using Serverless.Cli.Telemetry;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Telemetry;

public sealed class OtelVariablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Variables_WithoutAnEndpoint_MeanNoExport() =>
        Read(("OTEL_SERVICE_NAME", "etl"), ("OTEL_EXPORTER_OTLP_ENDPOINT", " ")).ShouldBeNull();

    [Fact]
    public void Variables_WithAnEndpoint_AreAllOfThem_AndTheEnvironmentIsStronger()
    {
        File.WriteAllText(_folder.File(".env"), "OTEL_EXPORTER_OTLP_ENDPOINT=http://file:4318\nOTEL_SERVICE_NAME=file\nPOLL_SECONDS=1\n");

        Read(("OTEL_SERVICE_NAME", "etl"), ("PATH", "x")).ShouldBe(
            new Dictionary<string, string> { ["OTEL_SERVICE_NAME"] = "etl", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://file:4318" },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Variables_WhereTheSdkIsDisabled_MeanNoExport(string disabled, bool isOff) =>
        (Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://here:4318"), ("OTEL_SDK_DISABLED", disabled)) is null).ShouldBe(isOff);

    [Fact]
    public void SettingsFile_WithOtelVariables_HasNoUnknownSetting()
    {
        var file = Core.Settings.DotEnv.Read(".env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://here:4318\nOTEL_LOG_LEVEL=debug\n");

        Core.Settings.SettingsParser.Parse([file]).Errors.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyDictionary<string, string>? Read(params (string Name, string Value)[] environment) =>
        OtelVariables.Read(environment.ToDictionary(pair => pair.Name, pair => pair.Value), _folder.Path);
}
