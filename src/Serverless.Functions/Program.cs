using System.Collections;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Functions;
using Serverless.Functions.Settings;

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
try
{
    var settings = AzureSettings.Read(environment, AppContext.BaseDirectory);
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Logging.SetMinimumLevel(settings.LogLevel);
    builder.Services.AddAzureHead(settings);
    var app = builder.Build();
    AzureSettings.LogUnused(app.Services.GetRequiredService<ILogger<Program>>(), environment);
    await app.RunAsync();
    return 0;
}
catch (AzureSettingsException e)
{
    // The Functions host shows what its worker says before it ends.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
