using System.Text.Json.Serialization;

namespace Serverless.TestKit;

/// <summary>What the contract's orchestrators and activities take and give.</summary>
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Guid[]))]
[JsonSerializable(typeof(DateTime[]))]
internal sealed partial class ContractJson : JsonSerializerContext;
