using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;
using Serverless.Core.Jobs;
using Serverless.Core.Runs;
using Serverless.Durable;
using Serverless.Functions.Durable;
using Serverless.TestKit;

namespace Serverless.Functions.Tests.Durable;

/// <summary>What Core registers and what Functions is told of, held against each other.</summary>
public sealed class TriggerTests
{
    private static readonly DurableRegistry Registry = new RunEnvironment
    {
        Objects = new MemoryObjectStore(),
        Backends = _ => throw new JobBackendException(JobErrorKind.Permanent, "no backend"),
        Client = () => throw new InvalidOperationException("no client"),
    }.CreateRegistry();

    [Fact]
    public void OrchestrationTriggers_Names_AreThoseThatCoreRegisters() =>
        Functions<OrchestrationTriggerAttribute>().Keys.Order().ShouldBe(Registry.Orchestrators.Keys.Order());

    [Fact]
    public void ActivityTriggers_Names_AreThoseThatCoreRegisters() =>
        Functions<ActivityTriggerAttribute>().Keys.Order().ShouldBe(Registry.Activities.Keys.Order());

    [Fact]
    public void ActivityTriggers_Types_AreThoseOfTheActivity()
    {
        foreach (var (name, method) in Functions<ActivityTriggerAttribute>())
        {
            var activity = Registry.Activities[name]();
            var input = method.GetParameters().Single(parameter => parameter.IsDefined(typeof(ActivityTriggerAttribute)));
            input.ParameterType.ShouldBe(activity.InputType, name);
            method.ReturnType.ShouldBe(typeof(Task<>).MakeGenericType(activity.OutputType), name);
        }
    }

    /// <summary>Functions binds a client for nobody who does not ask.</summary>
    [Fact]
    public void ActivityTriggers_OfActivitiesThatTalkToInstances_BindAClient() =>
        Functions<ActivityTriggerAttribute>()
            .Where(function => function.Value.GetParameters().Any(parameter => parameter.ParameterType == typeof(DurableTaskClient)))
            .Select(function => function.Key).Order()
            .ShouldBe(new[] { Names.PursueCancel, Names.Tell, Names.TellCancelled, Names.TellRunEnd }.Order());

    [Fact]
    public async Task Activity_Called_RunsTheRegisteredOneWithWhoAskedForIt()
    {
        ActivityContext? seen = null;
        var registry = new DurableRegistry(RunJson.Default.Options).Activity<string, int>("Count", (context, text) =>
        {
            seen = context;
            return Task.FromResult(text.Length);
        });
        using var stopping = new CancellationTokenSource();

        var result = await new Activities(registry, new BoundDurableClient())
            .RunAsync<string, int>("four", Context("Count", stopping.Token));

        result.ShouldBe(4);
        seen.ShouldBe(new ActivityContext("Count", "run-1:0", stopping.Token));
    }

    [Fact]
    public async Task Activity_WithAClient_MakesItTheAppsClient()
    {
        var bound = new BoundDurableClient();
        Should.Throw<InvalidOperationException>(() => bound.Current).Message.ShouldContain("[DurableClient]");
        var native = new Mock<DurableTaskClient>("test");
        var registry = new DurableRegistry(RunJson.Default.Options).Activity<string, bool>(
            "Find", async (_, id) => await bound.Current.GetInstanceAsync(id) is null);

        var isUnknown = await new Activities(registry, bound).With(native.Object).RunAsync<string, bool>("run-9", Context("Find"));

        isUnknown.ShouldBeTrue();
        native.Verify(client => client.GetInstanceAsync("run-9", false, default));
    }

    [Fact]
    public async Task ActivityAndOrchestration_NotRegistered_AreNamed()
    {
        var registry = new DurableRegistry(RunJson.Default.Options);
        var context = new Mock<TaskOrchestrationContext>();
        context.Setup(one => one.Name).Returns(new TaskName("Nobody"));

        (await Should.ThrowAsync<InvalidOperationException>(
            () => new Activities(registry, new BoundDurableClient()).RunAsync<string, int>("", Context("Nobody"))))
            .Message.ShouldContain("'Nobody'");
        (await Should.ThrowAsync<InvalidOperationException>(() => new Orchestrations(registry).RunAsync(context.Object)))
            .Message.ShouldContain("'Nobody'");
    }

    private static FunctionContext Context(string name, CancellationToken stopping = default)
    {
        var definition = new Mock<FunctionDefinition>();
        definition.Setup(one => one.Name).Returns(name);
        var binding = new Mock<BindingContext>();
        binding.Setup(one => one.BindingData).Returns(new Dictionary<string, object?> { ["instanceId"] = "run-1:0" });
        var context = new Mock<FunctionContext>();
        context.Setup(one => one.FunctionDefinition).Returns(definition.Object);
        context.Setup(one => one.BindingContext).Returns(binding.Object);
        context.Setup(one => one.CancellationToken).Returns(stopping);
        return context.Object;
    }

    /// <summary>The functions of the head whose trigger is of that kind, by name.</summary>
    private static Dictionary<string, MethodInfo> Functions<TTrigger>()
        where TTrigger : Attribute => (
            from type in typeof(OrchestrationTriggers).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.GetParameters().Any(parameter => parameter.IsDefined(typeof(TTrigger)))
            select method).ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);
}
