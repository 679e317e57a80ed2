using System.Text;
using Spectre.Console;

namespace Serverless.Cli.Tests.Doubles;

/// <summary>A console's screen or pipe as text; tells when something has been written.</summary>
internal sealed class RecordedOutput : IAnsiConsoleOutput, IDisposable
{
    private readonly SignallingWriter _writer = new();
    private readonly int _height;

    private RecordedOutput(bool isTerminal, int width, int height)
    {
        IsTerminal = isTerminal;
        Width = width;
        _height = height;
    }

    public TextWriter Writer => _writer;

    public bool IsTerminal { get; }

    public int Width { get; }

    public int Height => _height;

    /// <summary>Everything written so far.</summary>
    public string Text => _writer.ToString();

    public static (IAnsiConsole Console, RecordedOutput Output) Create(
        bool isTerminal = false, int width = 200, int height = 50)
    {
        var output = new RecordedOutput(isTerminal, width, height);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = output,
        });
        return (console, output);
    }

    /// <summary>Completes once the text has been written.</summary>
    public Task WhenContains(string text) => _writer.WhenContains(text);

    public void Dispose() => _writer.Dispose();

    public void SetEncoding(Encoding encoding)
    {
    }

    private sealed class SignallingWriter : StringWriter
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_gate)
            {
                base.Write(value);
                Signal();
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (_gate)
            {
                base.Write(buffer, index, count);
                Signal();
            }
        }

        public override void Write(string? value)
        {
            lock (_gate)
            {
                base.Write(value);
                Signal();
            }
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override string ToString()
        {
            lock (_gate) return base.ToString().ReplaceLineEndings("\n");
        }

        public async Task WhenContains(string text)
        {
            while (true)
            {
                Task written;
                lock (_gate)
                {
                    if (base.ToString().Contains(text, StringComparison.Ordinal)) return;
                    written = _written.Task;
                }

                await written;
            }
        }

        private void Signal()
        {
            _written.SetResult();
            _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
