namespace Serverless.Agent.Supervision;

/// <summary>Tells a person.</summary>
internal interface IAlerts
{
    /// <summary>Sends one. Failing to is logged and no reason to fail.</summary>
    Task SendAsync(AgentAlert alert, CancellationToken cancellationToken);
}

/// <summary>What a person has to know.</summary>
/// <param name="Kind">Such as <c>restart_limit</c>.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">What has happened and what to do.</param>
/// <param name="Restarts">How often the worker was started again within the last hour.</param>
internal sealed record AgentAlert(string Kind, string Title, string Text, int Restarts);
