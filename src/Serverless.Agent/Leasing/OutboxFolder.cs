using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Protocol;

namespace Serverless.Agent.Leasing;

/// <summary>
/// What the coordinator is still to be told of one job, on disk: so that an agent that dies while the coordinator is away loses no
/// result. A disk that takes nothing more is no reason to stop: what cannot be kept here is kept in memory.
/// </summary>
/// <param name="path">A folder of the job's own.</param>
/// <param name="logger">Takes what fails.</param>
internal sealed class OutboxFolder(string path, ILogger logger)
{
    private const string LeaseName = "lease.json";
    private const string EndName = "end.json";
    private const string EntryPattern = "result-*.json";

    private long _count;
    private LeaseId? _unwritten;

    /// <summary>Begins a job's. When the disk does not take it, it is tried again with each result: without it they are of no use to
    /// the next agent.</summary>
    /// <returns>Whether the disk took it.</returns>
    public bool TryBegin(LeaseId lease)
    {
        var isWritten = TryWrite(LeaseName, JsonSerializer.SerializeToUtf8Bytes(lease, OutboxJson.Default.LeaseId));
        _unwritten = isWritten ? null : lease;
        return isWritten;
    }

    /// <summary>Keeps a result.</summary>
    /// <returns>The file; null when the disk did not take it.</returns>
    public string? TryAdd(ResultEntry entry)
    {
        if (_unwritten is { } lease && !TryBegin(lease)) return null;
        var name = string.Create(CultureInfo.InvariantCulture, $"result-{Interlocked.Increment(ref _count):D8}.json");
        return TryWrite(name, JsonSerializer.SerializeToUtf8Bytes(entry, OutboxJson.Default.ResultEntry)) ? Path.Combine(path, name) : null;
    }

    /// <summary>Keeps how it ended.</summary>
    public void TryEnd(JobEnd end)
    {
        if (_unwritten is { } lease && !TryBegin(lease)) return;
        TryWrite(EndName, JsonSerializer.SerializeToUtf8Bytes(end, OutboxJson.Default.JobEnd));
    }

    /// <summary>Nothing more is to be told. What a failing disk keeps is told again by the next agent, which does no harm.</summary>
    public void TryDelete()
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.NotDeleted(path, exception.Message);
        }
    }

    /// <summary>A result has been told.</summary>
    public void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.NotDeleted(file, exception.Message);
        }
    }

    /// <summary>What an agent that died has left; null when that cannot be read.</summary>
    public LeftOutbox? Read()
    {
        try
        {
            var lease = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(path, LeaseName)), OutboxJson.Default.LeaseId);
            var files = Directory.GetFiles(path, EntryPattern).Order(StringComparer.Ordinal).ToList();
            _count = files.Count == 0 ? 0 : long.Parse(Path.GetFileNameWithoutExtension(files[^1])[7..], CultureInfo.InvariantCulture);
            var entries = files.Select(
                file => (file, JsonSerializer.Deserialize(File.ReadAllBytes(file), OutboxJson.Default.ResultEntry)!));
            var end = Path.Combine(path, EndName);
            return new LeftOutbox(
                lease!, [.. entries],
                File.Exists(end) ? JsonSerializer.Deserialize(File.ReadAllBytes(end), OutboxJson.Default.JobEnd) : null);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool TryWrite(string name, byte[] json)
    {
        try
        {
            Directory.CreateDirectory(path);
            WholeFile.Write(Path.Combine(path, name), json, toDisk: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>What was left.</summary>
/// <param name="Lease">The right to the job.</param>
/// <param name="Entries">Results, with their files.</param>
/// <param name="End">How the job ended; null when the agent died before.</param>
internal sealed record LeftOutbox(LeaseId Lease, IReadOnlyList<(string File, ResultEntry Entry)> Entries, JobEnd? End);
