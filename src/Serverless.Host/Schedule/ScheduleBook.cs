using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Core.Storage;

namespace Serverless.Host.Schedule;

/// <summary>Keeps the schedule's state, beside the runs.</summary>
/// <param name="objects">Where.</param>
/// <param name="log">Where it logs.</param>
/// <param name="isShared">Whether other processes write it too: then it is read each time.</param>
public sealed partial class ScheduleBook(IObjectStore objects, ILogger<ScheduleBook> log, bool isShared = false) : IDisposable
{
    private const string ObjectName = "schedule/state.json";

    private readonly SemaphoreSlim _gate = new(1);
    private ScheduleState? _known;

    /// <summary>The state as it was written last.</summary>
    public async Task<ScheduleState> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await Read_NeedsLock(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes the state. When this returns it survives a power cut.</summary>
    public async Task<ScheduleState> UpdateAsync(Func<ScheduleState, ScheduleState> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var state = change(await Read_NeedsLock(cancellationToken));
            if (state == _known) return state;
            await objects.WriteJsonAsync(ObjectName, state, ScheduleJson.Default.ScheduleState, cancellationToken);
            return _known = state;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<ScheduleState> Read_NeedsLock(CancellationToken cancellationToken)
    {
        if (_known is not null && !isShared) return _known;
        _known = null;
        try
        {
            _known = await objects.ReadJsonAsync(ObjectName, ScheduleJson.Default.ScheduleState, cancellationToken);
        }
        catch (JsonException e)
        {
            LogDamaged(e, ObjectName);
        }

        return _known ??= new ScheduleState();
    }

    [LoggerMessage(1, LogLevel.Error, "{Object} is damaged: the schedule begins anew, and what was missed is not caught up")]
    private partial void LogDamaged(Exception exception, string @object);
}
