using Serverless.Cli.Hosting;
using Serverless.TestKit;

namespace Serverless.Cli.Tests.Hosting;

public sealed class OpenSslTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [LinuxFact]
    public void Require_NoneInstalled_SaysWhatToInstall()
    {
        var failure = Should.Throw<CommandFailedException>(() => OpenSsl.Require(Nothing, ["libnone.so.1", "libnone.so.2"]));

        failure.Message.ShouldBe("OpenSSL is not installed: neither libnone.so.1 nor libnone.so.2 was found");
        failure.Hint.ShouldBe("On Debian and Ubuntu: apt-get install openssl ca-certificates");
        failure.ExitCode.ShouldBe(1);
    }

    [Fact]
    public void Require_OnThisMachine_LetsCommandsRun() => Should.NotThrow(() => OpenSsl.Require(Nothing));
}
