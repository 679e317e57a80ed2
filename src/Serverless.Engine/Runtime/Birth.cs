using Serverless.Engine.Storage;

namespace Serverless.Engine.Runtime;

/// <summary>What an instance needs to begin without reading anything.</summary>
/// <param name="Keys">Its place in the tree.</param>
/// <param name="Name">Its orchestrator.</param>
/// <param name="Input">Its input.</param>
/// <param name="Creation">Makes its row, together with its first turn; null when its parent has made it.</param>
/// <param name="Begun">Told true once the first turn is committed, false when the id turned out to be taken.</param>
internal sealed record Birth(
    InstanceKeys Keys,
    string Name,
    ReadOnlyMemory<byte> Input,
    ScheduleWrite? Creation = null,
    IDeliveryListener? Begun = null);
