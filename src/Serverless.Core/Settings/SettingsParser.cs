using System.Globalization;

namespace Serverless.Core.Settings;

/// <summary>Makes checked settings out of what the sources say.</summary>
public static class SettingsParser
{
    /// <summary>Names that once were settings, and what has taken their place. Whoever still sets one would wait for it in vain.</summary>
    private static readonly IReadOnlyDictionary<string, string> Removed = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AGENT_ALERT_URL"] = "ALERT_WEBHOOK_URL",
    };

    /// <summary>
    /// Reads every setting from the first source that sets it. Each bad value, unknown name and contradiction gives one
    /// error; there are settings only when there is none.
    /// </summary>
    /// <param name="sources">The strongest first.</param>
    public static SettingsResult Parse(IEnumerable<SettingSource> sources)
    {
        IReadOnlyList<SettingSource> ordered = [.. sources];
        var errors = new List<SettingError>();
        foreach (var source in ordered)
        {
            errors.AddRange(source.Errors);
            errors.AddRange(RemovedNames(source));
            if (source.ChecksNames) errors.AddRange(UnknownNames(source));
        }

        var settings = new FanOutSettings();
        foreach (var definition in SettingDefinitions.All)
        {
            if (Find(ordered, definition.Name) is not { } found) continue;
            if (definition.Apply(settings, found.Text) is { } applied) settings = applied;
            else errors.Add(SettingError.BadValue(definition, found.Text, found.Place));
        }

        errors.AddRange(Contradictions(settings, ordered));
        return errors.Count == 0 ? new SettingsResult(settings) : new SettingsResult(errors);
    }

    private static IEnumerable<SettingError> UnknownNames(SettingSource source)
    {
        var known = SettingDefinitions.All.Select(definition => definition.Name).ToArray();
        foreach (var (name, text) in source.Values)
        {
            if (SettingDefinitions.Find(name) is not null || PlatformNames.Contains(name)) continue;
            var closest = Spelling.Closest(name, known);
            if (closest is not null || IsOurs(name))
                yield return SettingError.UnknownName(name, source.PlaceOf(text), closest);
        }
    }

    private static IEnumerable<SettingError> RemovedNames(SettingSource source)
    {
        foreach (var (name, instead) in Removed)
        {
            if (source.Values.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text.Value))
                yield return SettingError.Removed(name, source.PlaceOf(text), instead);
        }
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("RUNPOD_", StringComparison.Ordinal) || name.StartsWith("FANOUT_", StringComparison.Ordinal);

    private static IEnumerable<SettingError> Contradictions(
        FanOutSettings settings, IReadOnlyList<SettingSource> sources)
    {
        if (settings is { RunPodEndpoint: { } endpoint } && !EndpointAddress.IsLocal(endpoint)
            && Find(sources, SettingDefinitions.RunPodApiKey.Name) is null)
        {
            yield return SettingError.Missing(
                SettingDefinitions.RunPodApiKey, SettingDefinitions.RunPodEndpoint.Name,
                Find(sources, SettingDefinitions.RunPodEndpoint.Name)!.Place);
        }

        if (Find(sources, SourceSettings.Source.Name) is { } source && PostgresAddress.IsOne(source.Text)
            && Find(sources, SourceSettings.Query.Name) is null)
        {
            yield return SettingError.Missing(SourceSettings.Query, $"{SourceSettings.Source.Name} (a database)", source.Place);
        }

        foreach (var (one, other) in new[]
        {
            (StoreSettings.AccessKey, StoreSettings.SecretKey), (StoreSettings.SecretKey, StoreSettings.AccessKey),
            (AlertDefinitions.BotToken, AlertDefinitions.ChatId), (AlertDefinitions.ChatId, AlertDefinitions.BotToken),
        })
        {
            if (Find(sources, one.Name) is { } key && Find(sources, other.Name) is null)
                yield return SettingError.Missing(other, one.Name, key.Place);
        }

        if (settings.ModelTimeout > settings.JobTimeout)
        {
            var model = Find(sources, PodSettings.ModelTimeout.Name) ?? Find(sources, PodSettings.JobTimeout.Name)!;
            yield return SettingError.TooMuch(
                PodSettings.ModelTimeout.Name,
                settings.ModelTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"JOB_TIMEOUT_MINUTES, {settings.JobTimeout.TotalSeconds:0.###} s"),
                model.Place);
        }

        if (Find(sources, "WORKER_URL") is { } url && Find(sources, "WORKER_COMMAND") is not null)
            yield return SettingError.Conflict("WORKER_URL", "WORKER_COMMAND", url.Place);
    }

    private static Found? Find(IReadOnlyList<SettingSource> sources, string name)
    {
        foreach (var source in sources)
        {
            if (source.Values.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text.Value))
                return new Found(text.Value.Trim(), source.PlaceOf(text));
        }

        return null;
    }

    private sealed record Found(string Text, string Place);
}
