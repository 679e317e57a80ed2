using System.Text;
using Serverless.Emulator.Faults;

namespace Serverless.Emulator.Tests;

public sealed class FaultPlanTests
{
    [Fact]
    public void Parse_EveryKind_IsUnderstood()
    {
        const string Json = """
            {
              // what a test wants
              "seed": 7,
              "faults": [
                {"operation":"status","kind":"status_429","rate":0.1,"retry_after_s":1},
                {"operation":"*","kind":"http_502_html","rate":0.05},
                {"kind":"http_500","times":3}, {"kind":"http_503_html"},
                {"operation":"run","kind":"lost_answer","rate":0.02},
                {"operation":"status-sync","kind":"connection_reset"},
                {"operation":"purge-queue","kind":"slow","delay_s":0.5},
                {"kind":"invisible_at_first","delay_s":2},
                {"kind":"worker_crash","match":{"chunk":2,"attempt":1},"times":1,"delay_s":4},
                {"kind":"handler_error","match":{"run_id":"r","flashpoint":"fp-1","cleanup":true}},
                {"kind":"no_output"}, {"kind":"vanish"}, {"kind":"webhook_never"}, {"kind":"webhook_twice"},
                {"kind":"http_401"}, {"kind":"http_402"}, {"kind":"http_403","operation":"run"},
                {"kind":"poison","flashpoints":["fp-1","fp-2"],"after_entries":1},
                {"kind":"progress"}, {"kind":"late_progress","delay_s":1}, {"kind":"webhook_late","delay_s":60},
                {"kind":"worker_throttled","delay_s":9,"rate":0.5}, {"kind":"worker_unhealthy","delay_s":9,"times":2},
              ],
            }
            """;

        var plan = FaultPlan.Parse(new MemoryStream(Encoding.UTF8.GetBytes(Json)));

        plan.Seed.ShouldBe(7);
        plan.Rules.Select(rule => rule.Kind.Kind).Order().ShouldBe(Enum.GetValues<FaultKind>());
    }

    [Theory]
    [InlineData("{", "The fault file is not valid JSON")]
    [InlineData("[]", "the fault file: [] is not allowed; allowed: a JSON object")]
    [InlineData("""{"sede":1}""", "sede: not a known field; allowed: seed, faults")]
    [InlineData("""{"seed":1.5}""", "seed: 1.5 is not allowed; allowed: a whole number from")]
    [InlineData("""{"faults":{}}""", "faults: {} is not allowed; allowed: an array of faults")]
    [InlineData("""{"faults":[5]}""", "faults[0]: 5 is not allowed; allowed: a JSON object")]
    [InlineData("""{"faults":[{}]}""", "faults[0].kind: missing; allowed: status_429, http_401,")]
    [InlineData("""{"faults":[{"kind":"boom"}]}""", "faults[0].kind: \"boom\" is not allowed; allowed: status_429,")]
    [InlineData(
        """{"faults":[{"kind":"vanish"},{"kind":"vanish","rate":1.5}]}""",
        "faults[1].rate: 1.5 is not allowed; allowed: a number from 0 to 1")]
    [InlineData("""{"faults":[{"kind":"vanish","times":0}]}""", "faults[0].times: 0 is not allowed; allowed: a whole")]
    [InlineData(
        """{"faults":[{"kind":"http_500","operation":"walk"}]}""",
        "faults[0].operation: \"walk\" is not allowed; allowed: *, run, runsync, status,")]
    [InlineData(
        """{"faults":[{"kind":"http_500","match":{}}]}""",
        "faults[0].match: not a known field; allowed: kind, rate, times, operation for http_500")]
    [InlineData(
        """{"faults":[{"kind":"worker_crash","operation":"run"}]}""",
        "faults[0].operation: not a known field; allowed: kind, rate, times, match, delay_s, after_entries for worker_crash")]
    [InlineData(
        """{"faults":[{"kind":"status_429","delay_s":1}]}""",
        "faults[0].delay_s: not a known field; allowed: kind, rate, times, operation, retry_after_s for status_429")]
    [InlineData("""{"faults":[{"kind":"slow"}]}""", "faults[0].delay_s: missing; slow needs it, in seconds")]
    [InlineData("""{"faults":[{"kind":"poison"}]}""", "faults[0].flashpoints: missing; poison needs it, a list of ids")]
    [InlineData(
        """{"faults":[{"kind":"poison","flashpoints":[]}]}""",
        "faults[0].flashpoints: [] is not allowed; allowed: an array of at least one flashpoint's id")]
    [InlineData(
        """{"faults":[{"kind":"poison","flashpoints":[1]}]}""",
        "faults[0].flashpoints: [1] is not allowed; allowed: an array of at least one flashpoint's id")]
    [InlineData(
        """{"faults":[{"kind":"worker_throttled","delay_s":1,"match":{}}]}""",
        "faults[0].match: not a known field; allowed: kind, rate, times, delay_s for worker_throttled")]
    [InlineData(
        """{"faults":[{"kind":"slow","delay_s":-1}]}""",
        "faults[0].delay_s: -1 is not allowed; allowed: a number from 0 to 604800")]
    [InlineData(
        """{"faults":[{"kind":"vanish","match":{"chunk":[1]}}]}""",
        "faults[0].match.chunk: [1] is not allowed; allowed: a number, a text, true, false or null")]
    [InlineData(
        """{"faults":[{"kind":"vanish","match":{"flashpoint":1}}]}""",
        "faults[0].match.flashpoint: 1 is not allowed; allowed: a flashpoint's id")]
    public void Parse_FileWrong_NamesFieldValueAndWhatIsAllowed(string json, string message) =>
        Should.Throw<FormatException>(() => FaultPlan.Parse(json)).Message.ShouldStartWith(message);
}
