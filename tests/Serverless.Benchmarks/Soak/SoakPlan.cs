using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Serverless.Benchmarks.Soak;

/// <summary>What a soak does: all of it follows from its numbers, the seed among them.</summary>
internal sealed record SoakPlan(int Chunks, int Flashpoints, int Kills, int Seed, int Workers)
{
    public const string RunId = "soak";

    /// <summary>One flashpoint in so many kills every worker that takes it.</summary>
    private const int FlashpointsPerPoison = 4_000;

    private static readonly string[] Subjects = ["harbour", "ferry", "sea wall", "lighthouse", "market", "railway", "bridge"];

    private static readonly string[] Deeds = ["was repaired", "will be sold", "lost its roof", "opened again", "was surveyed"];

    public int ChunkSize => (Flashpoints + Chunks - 1) / Chunks;

    /// <summary>The indexes of those that nobody survives.</summary>
    public IReadOnlySet<int> Poison { get; } = Enumerable.Range(0, Math.Max(1, Flashpoints / FlashpointsPerPoison))
        .Select(i => new Random(Seed * 1_000 + i).Next(Flashpoints))
        .ToHashSet();

    public static string IdOf(int index) => string.Create(CultureInfo.InvariantCulture, $"fp-{index}");

    /// <summary>How many jobs have been submitted when the host is killed, each time; the last few come when all are on
    /// their way, by the clock.</summary>
    public IReadOnlyList<int> KillsBySubmissions()
    {
        var chance = new Random(Seed);
        var count = Kills - KillsInTheEnd;
        return [.. Enumerable.Range(0, count).Select(_ => chance.Next((int)(Chunks * 0.95))).Order()];
    }

    public int KillsInTheEnd => Kills / 7;

    /// <summary>What a flashpoint is about. No two are the same.</summary>
    public static JsonObject FlashpointOf(int index)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"The {Subjects[index % 7]} of town {index} {Deeds[index / 7 % 5]}. {index % 97} people came to see it.");
        return new JsonObject
        {
            ["id"] = IdOf(index),
            ["feeds"] = new JsonArray(new JsonObject { ["text"] = text }),
        };
    }

    /// <summary>Every fault that the emulator knows and an endpoint gets over by itself, at rates as the cloud has them on a
    /// bad day. A key that is taken back now and then is among them (402, 403); one that stays away would end the run.
    /// </summary>
    public string Faults()
    {
        var ids = string.Join(',', Poison.Order().Select(index => $"\"{IdOf(index)}\""));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""{"seed":{{Seed}},"faults":[{"kind":"poison","flashpoints":[{{ids}}]},""");
        text.AppendJoin(',', Rates.Select(rate => $$"""{"kind":{{rate}}}"""));
        return text.Append("]}").ToString();
    }

    private static readonly string[] Rates =
    [
        "\"status_429\",\"rate\":0.005,\"retry_after_s\":1",
        "\"http_402\",\"operation\":\"run\",\"times\":1",
        "\"http_403\",\"operation\":\"status\",\"times\":1",
        "\"http_401\",\"operation\":\"status\",\"rate\":0.001",
        "\"http_500\",\"rate\":0.005",
        "\"http_502_html\",\"rate\":0.01",
        "\"http_503_html\",\"rate\":0.005",
        "\"connection_reset\",\"rate\":0.005",
        "\"lost_answer\",\"operation\":\"run\",\"rate\":0.01",
        "\"lost_answer\",\"operation\":\"stream\",\"rate\":0.02",
        "\"lost_answer\",\"operation\":\"cancel\",\"rate\":0.05",
        "\"slow\",\"rate\":0.01,\"delay_s\":1",
        "\"invisible_at_first\",\"rate\":0.05,\"delay_s\":3",
        "\"worker_crash\",\"rate\":0.01,\"delay_s\":0.3",
        "\"worker_crash\",\"rate\":0.02,\"after_entries\":7",
        "\"handler_error\",\"rate\":0.005",
        "\"no_output\",\"rate\":0.005",
        "\"vanish\",\"rate\":0.005",
        "\"progress\",\"rate\":0.1",
        "\"late_progress\",\"rate\":0.003",
        "\"webhook_never\",\"rate\":0.05",
        "\"webhook_twice\",\"rate\":0.05",
        "\"webhook_late\",\"rate\":0.05,\"delay_s\":5",
        "\"worker_throttled\",\"rate\":0.05,\"delay_s\":3",
        "\"worker_unhealthy\",\"rate\":0.02,\"delay_s\":3",
    ];
}
