namespace Serverless.Host;

/// <summary>The host will not start with these settings; the message says which and why.</summary>
public sealed class HostSettingsException(string message) : Exception(message);
