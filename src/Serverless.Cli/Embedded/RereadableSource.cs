using Serverless.Core.Flashpoints;

namespace Serverless.Cli.Embedded;

/// <summary>Flashpoints that can be read more than once: to check all of them before anything is written, then to store
/// them. Standard input goes through a temporary file.</summary>
internal sealed class RereadableSource : IAsyncDisposable
{
    private readonly Stream _content;
    private readonly bool _isOwn;

    private RereadableSource(Stream content, bool isOwn)
    {
        _content = content;
        _isOwn = isOwn;
    }

    public static async Task<RereadableSource> OpenAsync(Stream content, CancellationToken cancellationToken)
    {
        if (content.CanSeek) return new RereadableSource(content, isOwn: false);
        var spool = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        await content.CopyToAsync(spool, cancellationToken);
        return new RereadableSource(spool, isOwn: true);
    }

    public IAsyncEnumerable<Flashpoint> ReadAsync(CancellationToken cancellationToken)
    {
        _content.Position = 0;
        return FlashpointReader.ReadAsync(_content, cancellationToken);
    }

    public ValueTask DisposeAsync() => _isOwn ? _content.DisposeAsync() : ValueTask.CompletedTask;
}
