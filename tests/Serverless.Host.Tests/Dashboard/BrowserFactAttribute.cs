namespace Serverless.Host.Tests.Dashboard;

/// <summary>A test in a real browser. On a machine without one it is shown as skipped, unless the environment says that
/// there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (!Browser.IsExpected) Skip = $"needs Chromium: install it as {Browser.DefaultPath}, or set {Browser.PathVariable}";
    }
}
