namespace Serverless.Benchmarks.Runs;

/// <summary>
/// Says when an engine has nothing left to do: its database has not been written to for a while. Were the clock driven on before,
/// the engine would seem to be slow, and timers that no event could overtake any more would be counted.
/// </summary>
internal sealed class DatabaseRest(string path)
{
    private const int Looks = 12;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    private readonly FileInfo _log = new(path + "-wal");

    public async Task WhenQuietAsync()
    {
        using var looks = new PeriodicTimer(Between);
        var last = Look();
        for (var same = 0; same < Looks;)
        {
            await looks.WaitForNextTickAsync();
            var now = Look();
            same = now == last ? same + 1 : 0;
            last = now;
        }
    }

    private (DateTime WrittenAt, long Bytes) Look()
    {
        _log.Refresh();
        return (_log.LastWriteTimeUtc, _log.Exists ? _log.Length : 0);
    }
}
