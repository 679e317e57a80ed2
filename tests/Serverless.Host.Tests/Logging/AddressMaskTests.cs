using Microsoft.Extensions.Logging;
using Serverless.Host.Logging;
using Serverless.TestKit;

namespace Serverless.Host.Tests.Logging;

public sealed class AddressMaskTests
{
    [Theory]
    [InlineData("GET http://h/api/runs?code=abc]'x - 200", "GET http://h/api/runs?*** - 200")]
    [InlineData("?limit=1&x=abc", "?***")]
    [InlineData("path '/api/runpod/webhook/Ab-_9%3D'", "path '/api/runpod/webhook/***'")]
    [InlineData("/api/runs/code", "/api/runs/code")]
    public void Text_WithOrWithoutSecrets_LosesJustThose(string text, string masked) => AddressMask.Apply(text).ShouldBe(masked);

    [Fact]
    public void WebServer_LoggingAnAddress_LogsItMasked()
    {
        using var log = new RecordedLogs();
        using var loggers = new MaskedLoggers(log);

        loggers.CreateLogger("Microsoft.AspNetCore.Any").LogInformation("{Path}", "/x?code=abc");
        loggers.CreateLogger("Serverless.Any").LogInformation("{Path}", "/x?code=abc");

        log.Lines.Order(StringComparer.Ordinal).ShouldBe(["Information: /x?***", "Information: /x?code=abc"]);
    }
}
