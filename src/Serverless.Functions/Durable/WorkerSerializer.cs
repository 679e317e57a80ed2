using System.Text.Json;
using Azure.Core.Serialization;
using Serverless.Durable;

namespace Serverless.Functions.Durable;

/// <summary>What the Functions worker writes and reads everything with: payloads as the registry says, anything else as the
/// worker does it by itself.</summary>
public sealed class WorkerSerializer(DurableRegistry registry) : ObjectSerializer
{
    private readonly JsonSerializerOptions _payloads = DurableJson.OptionsOf(registry);
    private readonly JsonObjectSerializer _ours = new(DurableJson.OptionsOf(registry));
    private readonly JsonObjectSerializer _others = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });

    /// <inheritdoc/>
    public override void Serialize(Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
        For(inputType).Serialize(stream, value, inputType, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask SerializeAsync(
        Stream stream, object? value, Type inputType, CancellationToken cancellationToken) =>
        For(inputType).SerializeAsync(stream, value, inputType, cancellationToken);

    /// <inheritdoc/>
    public override object? Deserialize(Stream stream, Type returnType, CancellationToken cancellationToken) =>
        For(returnType).Deserialize(stream, returnType, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<object?> DeserializeAsync(Stream stream, Type returnType, CancellationToken cancellationToken) =>
        For(returnType).DeserializeAsync(stream, returnType, cancellationToken);

    private JsonObjectSerializer For(Type type) => _payloads.TryGetTypeInfo(type, out _) ? _ours : _others;
}
