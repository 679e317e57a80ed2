using System.Net.Sockets;
using System.Text.Json;
using Google.Protobuf;

namespace Serverless.Functions.Tests.Worker;

/// <summary>The functions of one worker, as it has told of them, and the means to call them.</summary>
internal sealed class WorkerFunctions
{
    // Fields of StreamingMessage.
    private const int WorkerInitRequest = 17, WorkerInitResponse = 16;
    private const int FunctionsMetadataRequest = 29, FunctionMetadataResponse = 30;
    private const int FunctionLoadRequest = 8, FunctionLoadResponse = 9;
    private const int InvocationRequest = 4, InvocationResponse = 5;

    private readonly WorkerChannel _channel;
    private readonly Dictionary<string, Function> _functions = new(StringComparer.Ordinal);

    private WorkerFunctions(WorkerChannel channel) => _channel = channel;

    public WorkerChannel Channel => _channel;

    /// <summary>Where the worker takes HTTP requests.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    public IReadOnlyDictionary<string, Function> All => _functions;

    /// <summary>Does what the Functions host does with a new worker: greets it, asks for its functions and loads them.</summary>
    public static async Task<WorkerFunctions> LoadAsync(WorkerChannel channel, string folder)
    {
        var functions = new WorkerFunctions(channel);
        var greeting = await channel.AskAsync(
            WorkerInitRequest, Rpc.Of((1, "4.1037.0"), (4, folder), (5, folder)), WorkerInitResponse, NewId());
        functions.Address = new Uri(greeting.Map(2)["HttpUri"]);
        var metadata = await channel.AskAsync(FunctionsMetadataRequest, Rpc.Of((1, folder)), FunctionMetadataResponse, NewId());
        Require(metadata.Message(2), "indexing");
        foreach (var bytes in metadata.All(1))
        {
            var function = Function.Read(bytes);
            var loaded = await channel.AskAsync(
                FunctionLoadRequest, Rpc.Of((1, function.Id), (2, bytes)), FunctionLoadResponse, NewId());
            Require(loaded.Message(2), $"loading {function.Name}");
            functions._functions.Add(function.Name, function);
        }

        await functions.UntilListeningAsync();
        return functions;
    }

    /// <summary>Calls a function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="id">The invocation's id.</param>
    /// <param name="data">What is bound to its parameters: a <c>TypedData</c> each.</param>
    /// <param name="metadata">What the trigger tells beside.</param>
    /// <returns>Its result as text; null when it has none.</returns>
    /// <exception cref="InvocationException">It failed.</exception>
    public async Task<string?> InvokeAsync(
        string name, string id, IEnumerable<(string Name, Rpc Data)> data, params (string Name, string Text)[] metadata)
    {
        // The trace and the retry, which the worker takes to be there.
        var fields = new List<(int, object)> { (1, id), (2, _functions[name].Id), (5, Rpc.Of()), (6, Rpc.Of()) };
        fields.AddRange(data.Select(parameter => (3, (object)Rpc.Of((1, parameter.Name), (2, parameter.Data)))));
        fields.AddRange(metadata.Select(entry => (4, (object)Rpc.Of((1, entry.Name), (2, Text(entry.Text))))));
        var answer = await _channel.AskAsync(InvocationRequest, Rpc.Of([.. fields]), InvocationResponse, id);
        Require(answer.Message(3), name);
        if (!answer.Has(4)) return null;
        var value = answer.Message(4);
        return value.Has(1) ? value.Text(1) : value.Has(2) ? value.Text(2) : null;
    }

    /// <summary>A worker greets the host before its server listens; the real host tries until it is connected, too.</summary>
    private async Task UntilListeningAsync()
    {
        using var patience = new CancellationTokenSource(StandInHost.Patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await ListensAsync(patience.Token))
        {
            if (_channel.Gone.IsCompleted) throw new WorkerGoneException();
            await again.WaitForNextTickAsync(patience.Token);
        }
    }

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Address.Host, Address.Port, cancellationToken);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    /// <summary>A <c>TypedData</c> of text.</summary>
    public static Rpc Text(string text) => Rpc.Of((1, text));

    public static string NewId() => Guid.NewGuid().ToString();

    private static void Require(Rpc status, string what)
    {
        const int Success = 1;
        if (status.Number(4) == Success) return;
        var failure = status.Has(2) ? status.Message(2) : Rpc.Of();
        throw new InvocationException($"{what}: {failure.Text(2)}{Environment.NewLine}{failure.Text(1)}");
    }

    /// <summary>A function as the worker tells of it.</summary>
    internal sealed record Function(string Name, string Id, IReadOnlyList<JsonElement> Bindings)
    {
        public static Function Read(ByteString bytes)
        {
            var metadata = Rpc.Read(bytes.ToByteArray());
            return new Function(
                metadata.Text(4), metadata.Text(13), [.. metadata.All(10).Select(binding => JsonElement.Parse(binding.ToByteArray()))]);
        }

        public JsonElement? Binding(string type)
        {
            foreach (var binding in Bindings)
            {
                if (string.Equals(binding.GetProperty("type").GetString(), type, StringComparison.OrdinalIgnoreCase)) return binding;
            }

            return null;
        }
    }
}

/// <summary>A function has failed.</summary>
internal sealed class InvocationException(string message) : Exception(message);
