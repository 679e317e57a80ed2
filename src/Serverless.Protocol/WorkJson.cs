using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Protocol.Hosting;

namespace Serverless.Protocol;

/// <summary>How calls and answers are written: snake_case, enums as words, members without a value left out. Unknown members are
/// passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(Words<WorkCommand>), typeof(Words<WorkFault>), typeof(Words<ReleaseReason>), typeof(Words<WorkState>),
        typeof(Words<PodState>), typeof(Words<PodEventKind>),
    ])]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseReply))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatReply))]
[JsonSerializable(typeof(ResultsRequest))]
[JsonSerializable(typeof(ResultsReply))]
[JsonSerializable(typeof(CompleteRequest))]
[JsonSerializable(typeof(FailRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(EndReply))]
[JsonSerializable(typeof(CheckpointClaim))]
[JsonSerializable(typeof(PodFacts))]
[JsonSerializable(typeof(InterruptionNotice))]
[JsonSerializable(typeof(QueueView))]
public sealed partial class WorkJson : JsonSerializerContext;

/// <summary>An enum as the text of its name, such as <c>time_limit</c>.</summary>
internal sealed class Words<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
