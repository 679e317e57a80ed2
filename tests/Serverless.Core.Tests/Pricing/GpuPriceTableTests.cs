using System.Text;
using Serverless.Core.Pricing;
using Serverless.Core.Settings;

namespace Serverless.Core.Tests.Pricing;

public sealed class GpuPriceTableTests
{
    [Theory]
    [InlineData("RTX 4090", 0.00031)]
    [InlineData("rtx-4090", 0.00031)]
    [InlineData("4090", 0.00031)]
    [InlineData("h100", 0.00116)]
    [InlineData("L40S", 0.00053)]
    public void BuiltIn_ByAnySpelling_HasThePrice(string name, double perSecond) =>
        GpuPriceTable.BuiltIn.Find(name)!.PerSecond.ShouldBe((decimal)perSecond);

    [Fact]
    public void Price_OfAGpuThatNoTableHas_NamesThoseItHas()
    {
        var error = Should.Throw<FormatException>(
            () => WorkerPrice.Of(new FanOutSettings { Gpu = "RTX 5999" }, GpuPriceTable.BuiltIn));

        error.Message.ShouldStartWith("GPU is \"RTX 5999\", which the prices of 2026-08-20 do not have. Allowed: A4000, A4500, ");
    }

    [Fact]
    public void Price_GivenDirectly_IsStrongerThanTheTable() =>
        WorkerPrice.Of(new FanOutSettings { Gpu = "H100", GpuPricePerSecond = 0.001m }, GpuPriceTable.BuiltIn)
            .ShouldBe(new WorkerPrice("H100", 0.001m));

    [Fact]
    public void Price_OfNothing_IsNone() => WorkerPrice.Of(new FanOutSettings(), GpuPriceTable.BuiltIn).ShouldBeNull();

    [Fact]
    public void Read_OfATableWithAnInterruptiblePrice_HasBoth()
    {
        var table = Read("""{"name":"T4","per_second":0.0001,"interruptible_per_second":0.00004}""");

        WorkerPrice.Of(new FanOutSettings { Gpu = "t4" }, table).ShouldBe(new WorkerPrice("T4", 0.0001m, 0.00004m));
    }

    [Theory]
    [InlineData("""{"name":"T4","per_second":0}""", "\"per_second\" of T4 is 0; allowed are dollars per second, above 0")]
    [InlineData("""{"name":"T4","per_second":4.18}""", "\"per_second\" of T4 is 4.18; allowed are dollars per second, above 0")]
    [InlineData("""{"name":"T4","per_second":0.1},{"name":"t-4","per_second":0.1}""", "\"t-4\" is there twice; allowed is once")]
    [InlineData("""{"name":"-","per_second":0.1}""", "a \"name\" is blank")]
    [InlineData("""{"name":"T4","per_hour":0.1}""", "it is no price table")]
    [InlineData("", "\"gpus\" is empty")]
    [InlineData("null", "\"gpus\" has a null in it")]
    [InlineData("""{"name":"T4","also":[null],"per_second":0.1}""", "a \"name\" is blank")]
    [InlineData("""{"name":null,"per_second":0.1}""", "it is no price table")]
    public void Read_OfATableThatIsWrong_SaysWhere(string gpus, string message) =>
        Should.Throw<FormatException>(() => Read(gpus)).Message.ShouldStartWith(message);

    private static GpuPriceTable Read(string gpus) => GpuPriceTable.Read(
        Encoding.UTF8.GetBytes($$"""{"version":"1","source":"a test","currency":"USD","gpus":[{{gpus}}]}"""));
}
