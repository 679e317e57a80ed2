using System.Buffers;
using System.Text;

namespace Serverless.Core.Storage;

/// <summary>Writes the cells of one row after RFC 4180.</summary>
internal struct CsvRow(IBufferWriter<byte> target)
{
    private bool _begun;

    /// <summary>
    /// A text from a person or a worker. Quotes do not stop a spreadsheet from running what begins like a formula; an
    /// apostrophe does.
    /// </summary>
    public void Text(string text)
    {
        var isFormula = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';
        Exact(Encoding.UTF8.GetBytes(isFormula ? "'" + text : text));
    }

    /// <summary>A number, a word of ours, or JSON, none of which is a formula.</summary>
    public void Exact(ReadOnlySpan<byte> text)
    {
        if (_begun) target.Write(","u8);
        _begun = true;
        if (text.IndexOfAny("\",\r\n"u8) < 0)
        {
            target.Write(text);
            return;
        }

        target.Write("\""u8);
        while (text.IndexOf((byte)'"') is var quote and >= 0)
        {
            target.Write(text[..(quote + 1)]);
            target.Write("\""u8);
            text = text[(quote + 1)..];
        }

        target.Write(text);
        target.Write("\""u8);
    }

    public readonly void End() => target.Write("\r\n"u8);
}
