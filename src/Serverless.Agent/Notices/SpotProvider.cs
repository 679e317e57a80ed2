namespace Serverless.Agent.Notices;

/// <summary>Whose machine this is, for how it says that it takes it.</summary>
public enum SpotProvider
{
    /// <summary>To be found out.</summary>
    Auto,

    /// <summary>Amazon EC2.</summary>
    Aws,

    /// <summary>Google Compute Engine.</summary>
    Google,

    /// <summary>Azure.</summary>
    Azure,

    /// <summary>RunPod: SIGTERM, and SIGKILL five seconds later.</summary>
    RunPod,

    /// <summary>Nobody takes it.</summary>
    None,
}
