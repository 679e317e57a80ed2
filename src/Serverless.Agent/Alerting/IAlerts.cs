namespace Serverless.Agent.Alerting;

/// <summary>Tells people what befalls a worker. Nothing waits until they are told.</summary>
internal interface IAlerts
{
    /// <summary>The worker was restarted as often as may be, and is left alone. Told once until it has recovered, however often the
    /// agent itself is started in between.</summary>
    /// <param name="restarts">How often it was within the last hour.</param>
    /// <param name="reason">What it died of last.</param>
    void GaveUp(int restarts, string reason);

    /// <summary>It has lived for long, or a person has looked: if it fails again, that is news.</summary>
    void Recovered();
}
