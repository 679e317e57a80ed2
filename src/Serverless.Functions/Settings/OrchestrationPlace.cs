using Microsoft.Extensions.Configuration;
using Serverless.Core;

namespace Serverless.Functions.Settings;

/// <summary>Where Durable Task keeps orchestrations, as the Functions host is told.</summary>
internal static class OrchestrationPlace
{
    private const string TypeSetting = "AzureFunctionsJobHost:extensions:durableTask:storageProvider:type";

    /// <summary>SQL takes instance ids of up to 100 characters, and those of a run's parts have up to 36 more than the run's.</summary>
    private const int MaxRunIdLengthOnSql = 64;

    /// <summary>The most characters that a run's id may have there.</summary>
    public static int MaxRunIdLength(IConfiguration configuration) =>
        string.Equals(configuration[TypeSetting], "mssql", StringComparison.OrdinalIgnoreCase)
            ? MaxRunIdLengthOnSql
            : Limits.MaxRunIdLength;
}
