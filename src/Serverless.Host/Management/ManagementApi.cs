using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Host.Http;

namespace Serverless.Host.Management;

/// <summary>Durable Task's HTTP management API, so that what was written for Durable Functions works here: the same paths,
/// parameters, fields and codes, with problems as error bodies.</summary>
public static class ManagementApi
{
    /// <summary>Where the Functions extension serves it.</summary>
    public const string Prefix = "/runtime/webhooks/durabletask";

    /// <summary>Adds the calls.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var api = routes.MapGroup(Prefix);
        api.MapGet("/instances", StatusCalls.ListAsync);
        api.MapDelete("/instances", PurgeCalls.PurgeManyAsync);
        api.MapGet("/instances/{instanceId}", StatusCalls.FindAsync);
        api.MapDelete("/instances/{instanceId}", PurgeCalls.PurgeAsync);
        api.MapPost("/instances/{instanceId}/raiseEvent/{eventName}", SteeringCalls.RaiseEventAsync);
        api.MapPost("/instances/{instanceId}/terminate", SteeringCalls.TerminateAsync);
        api.MapPost("/instances/{instanceId}/suspend", SteeringCalls.SuspendAsync);
        api.MapPost("/instances/{instanceId}/resume", SteeringCalls.ResumeAsync);
        api.MapPost("/instances/{instanceId}/rewind", SteeringCalls.RewindAsync);
        api.MapPost("/instances/{instanceId}/restart", StartCalls.RestartAsync);
        api.MapPost("/orchestrators/{functionName}/{instanceId?}", StartCalls.StartAsync);
        api.Map("/entities/{**rest}", NoEntities).ExcludeFromDescription();
        api.MapPost("/makeprimary", NoAppLease).ExcludeFromDescription();
        api.Map("/{**rest}", NoSuchCall).ExcludeFromDescription();
    }

    private static IResult NoEntities() => Problem.NotSupported.With("There are no entities here, only orchestrations.");

    private static IResult NoAppLease() =>
        Problem.NotSupported.With("There is no app lease here: one process owns the database.");

    private static IResult NoSuchCall(HttpRequest request) =>
        Problem.NotFound.With($"Durable Task's management API has no call {request.Method} {request.Path}.");
}
