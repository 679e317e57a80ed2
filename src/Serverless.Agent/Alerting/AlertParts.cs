using Serverless.Core.Alerts;
using Serverless.Core.Storage;

namespace Serverless.Agent.Alerting;

/// <summary>Who is told of what befalls a pod, and where it is noted what they were told.</summary>
/// <param name="Routing">Who is told of what.</param>
/// <param name="Objects">Outlives the agent, as far as the machine lets it.</param>
public sealed record AlertParts(AlertRouting Routing, IObjectStore Objects);
