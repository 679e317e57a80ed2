using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Serverless.Core;
using Serverless.Durable;
using Serverless.Host.Http;

namespace Serverless.Host.OpenApi;

/// <summary>Schemas of bodies that no type stands for: they are read as a stream, or written member by member.</summary>
internal static class ApiSchemas
{
    public const string NewRun = "NewRun";
    public const string Flashpoint = "Flashpoint";
    public const string Results = "Results";
    public const string CheckStatus = "CheckStatus";
    public const string Instance = "Instance";
    public const string Instances = "Instances";
    public const string Purged = "PurgeHistoryResult";
    public const string Events = "Events";
    public const string Lines = "Lines";

    private static readonly string[] Links =
    [
        "id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "rewindPostUri", "purgeHistoryDeleteUri",
        "restartPostUri", "suspendPostUri", "resumePostUri",
    ];

    /// <summary>Adds all of them to a document.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        document.AddComponent(Flashpoint, FlashpointSchema());
        document.AddComponent(NewRun, NewRunSchema(document));
        document.AddComponent(Results, ResultsSchema());
        document.AddComponent(CheckStatus, CheckStatusSchema());
        document.AddComponent(Instance, InstanceSchema());
        document.AddComponent(Instances, ArrayOf(new OpenApiSchemaReference(Instance, document), "Instances, a page of them."));
        document.AddComponent(Purged, ObjectOf("What was purged.", ("instancesDeleted", Whole(), true)));
        document.AddComponent(Events, Text("Server-sent events, each with an id, a name and JSON data."));
        document.AddComponent(Lines, Text("One row a line."));
    }

    public static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    public static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };

    public static OpenApiSchema Whole() => new() { Type = JsonSchemaType.Integer, Format = "int32" };

    public static OpenApiSchema Day() => new() { Type = JsonSchemaType.String, Format = "date" };

    public static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    public static Func<OpenApiSchema> WholeFrom(int min, int max) => () => new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = "int32",
        Minimum = min.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = max.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    public static Func<OpenApiSchema> OneOf(params string[] words) => () => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Enum = [.. words.Select(word => (JsonNode)word)],
    };

    private static OpenApiSchema Number(double min, double max) => new()
    {
        Type = JsonSchemaType.Number,
        Minimum = min.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = max.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Anything(string description) => new() { Description = description };

    private static OpenApiSchema NewRunSchema(OpenApiDocument document)
    {
        var schema = ObjectOf(
            "A run to be started. Members that are not here are refused. Either flashpoints or source.",
            ("date", Described(Day(), "The day it is for. Default: today, UTC."), false),
            ("trigger", Described(TextOf(1, 64), "Who starts it. Default: api."), false),
            ("cleanup", Described(Flag(), "Handed to the workers: whether they clean up after themselves. Default: true."), false),
            ("workers", Described(WholeFrom(1, Limits.MaxWorkers)(), "Jobs at once. Default: RUNPOD_WORKERS."), false),
            ("run_id", Text("The run's id; the same id is the same run. Default: made of the date and the list."), false),
            ("source", Described(Address(), "Where the list is read, one of SOURCE_ALLOW."), false),
            ("options", OptionsSchema(), false));
        schema.Properties!.Add("flashpoints", new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchemaReference(Flashpoint, document),
            MinItems = 1,
            MaxItems = Limits.MaxFlashpoints,
            Description = "The list, in the order of the results.",
        });
        schema.AdditionalPropertiesAllowed = false;
        return schema;
    }

    private const string Hopeless = "Ends the run when more percent of its flashpoints have failed. Default: never.";
    private const string Hedge = "How many times slower than the median a chunk gets a second job. Default: never.";

    private static OpenApiSchema OptionsSchema()
    {
        var options = ObjectOf(
            "How it is run.",
            ("chunk_size", Described(WholeFrom(1, 1_000_000)(), "Flashpoints per chunk. Default: as many chunks as workers."), false),
            ("by", Described(OneOf("even", "weight")(), "What is made even among chunks: flashpoints, or feeds. Default: even."), false),
            ("max_attempts", Described(WholeFrom(1, 21)(), "Attempts per chunk. Default: MAX_RETRIES_PER_JOB and one."), false),
            ("backend", Described(OneOf("runpod", "pods", "local", "hybrid")(), "Where its jobs go. Default: BACKEND."), false),
            ("tail_on_demand", Described(WholeFrom(0, 100)(), "Percent of the chunks, the last ones, not for pods. Hybrid only."), false),
            ("max_cost", Described(Number(0, StartLimits.MaxCost), "Dollars from which on no job is submitted. Default: any."), false),
            ("max_failed_percent", Described(WholeFrom(0, StartLimits.MaxFailedPercent)(), Hopeless), false),
            ("hedge", Described(Number(StartLimits.LeastHedge, StartLimits.MostHedge), Hedge), false),
            ("force", Described(Flag(), "Runs all of it again when it has ended. Default: false."), false));
        options.AdditionalPropertiesAllowed = false;
        return options;
    }

    private static OpenApiSchema FlashpointSchema() => ObjectOf(
        "A unit of work. Members besides the id are the worker's to understand.",
        ("id", Text("Unique within the run."), true),
        ("title", Text("What it is about."), false),
        ("feeds", ArrayOf(new OpenApiSchema(), "What a worker scrapes."), false));

    private static OpenApiSchema ResultsSchema() => ArrayOf(
        Anything("What the worker answered for the flashpoint of that place, or null."), "As many entries as flashpoints, in their order.");

    private static OpenApiSchema CheckStatusSchema() => ObjectOf(
        "Where an instance is looked at and steered.",
        [.. Links.Select(name => (name, Text(), true))]);

    private static OpenApiSchema InstanceSchema() => ObjectOf(
        "An instance, as Durable Functions shows it.",
        ("name", Text("The orchestrator."), true),
        ("instanceId", Text("Its id."), true),
        ("runtimeStatus", OneOf(Enum.GetNames<OrchestrationRuntimeStatus>())(), true),
        ("input", Anything("What it was started with."), false),
        ("customStatus", Anything("What it shows."), false),
        ("output", Anything("What it gave, or why it failed."), false),
        ("createdTime", Instant(), true),
        ("lastUpdatedTime", Instant(), true),
        ("historyEvents", ArrayOf(new OpenApiSchema { Type = JsonSchemaType.Object }, "Its history, when asked for."), false));

    private static OpenApiSchema ArrayOf(IOpenApiSchema items, string description) =>
        new() { Type = JsonSchemaType.Array, Items = items, Description = description };

    private static OpenApiSchema Described(OpenApiSchema schema, string description)
    {
        schema.Description = description;
        return schema;
    }

    private static OpenApiSchema TextOf(int least, int most) =>
        new() { Type = JsonSchemaType.String, MinLength = least, MaxLength = most };

    private static OpenApiSchema Address() => new() { Type = JsonSchemaType.String, Format = "uri" };

    private static OpenApiSchema ObjectOf(
        string description, params (string Name, OpenApiSchema Schema, bool IsRequired)[] members) => new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Properties = members.ToDictionary(member => member.Name, member => (IOpenApiSchema)member.Schema, StringComparer.Ordinal),
            Required = members.Where(member => member.IsRequired).Select(member => member.Name).ToHashSet(StringComparer.Ordinal),
        };
}
