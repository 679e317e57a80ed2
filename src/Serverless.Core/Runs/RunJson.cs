using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Core.Alerts;
using Serverless.Core.Jobs;
using Serverless.Core.Storage;

namespace Serverless.Core.Runs;

/// <summary>How everything that crosses a history or lies in the store is written: snake_case, by source-generated
/// code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeCase<ChunkState>), typeof(SnakeCase<JobState>), typeof(SnakeCase<JobErrorKind>), typeof(SnakeCase<JobFault>),
        typeof(SnakeCase<BackendKind>),
        typeof(SnakeCase<RunState>), typeof(SnakeCase<ChunkPhase>), typeof(SnakeCase<StopKind>), typeof(SnakeCase<OpenJobReason>),
        typeof(SnakeCase<AlertEvent>), typeof(SnakeCase<AlertOutcome>), typeof(SnakeCase<AlertState>),
    ])]
[JsonSerializable(typeof(RunInput))]
[JsonSerializable(typeof(PlannedRun))]
[JsonSerializable(typeof(SectionInput))]
[JsonSerializable(typeof(GroupInput))]
[JsonSerializable(typeof(GroupRange))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(GroupOutcome))]
[JsonSerializable(typeof(ChunkInput))]
[JsonSerializable(typeof(ChunkOutcome))]
[JsonSerializable(typeof(AttemptInput))]
[JsonSerializable(typeof(SubmitResult))]
[JsonSerializable(typeof(CheckResult))]
[JsonSerializable(typeof(GiveUpInput))]
[JsonSerializable(typeof(TellInput))]
[JsonSerializable(typeof(GroupReport))]
[JsonSerializable(typeof(SpentReport))]
[JsonSerializable(typeof(CancelProgress))]
[JsonSerializable(typeof(IReadOnlyList<OpenJob>))]
[JsonSerializable(typeof(ChunkProgress))]
[JsonSerializable(typeof(RunDetail))]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(RunEnd))]
[JsonSerializable(typeof(ChunkSnapshot))]
[JsonSerializable(typeof(FlashpointPage))]
[JsonSerializable(typeof(RecordInput))]
[JsonSerializable(typeof(AggregateInput))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(RunEndInput))]
[JsonSerializable(typeof(AlertDelivery))]
[JsonSerializable(typeof(AlertAnswer))]
[JsonSerializable(typeof(AlertReceipt))]
[JsonSerializable(typeof(AlertPage))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RunProgress))]
[JsonSerializable(typeof(JobErrorKind))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(object))]
public sealed partial class RunJson : JsonSerializerContext;

/// <summary>An enum as the text of its name, such as <c>timed_out</c>.</summary>
internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
