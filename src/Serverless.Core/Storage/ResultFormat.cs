namespace Serverless.Core.Storage;

/// <summary>How results are handed out.</summary>
public enum ResultFormat
{
    /// <summary>The ordered array, as it is stored: entry <c>i</c> belongs to flashpoint <c>i</c>.</summary>
    Json,

    /// <summary>One object per flashpoint: <c>id</c>, <c>index</c>, <c>result</c>, and <c>error</c> when that is
    /// null.</summary>
    JsonLines,

    /// <summary>A table (RFC 4180, UTF-8) of id, index, title, ok, result (as JSON) and error. A text that a
    /// spreadsheet would run as a formula gets an apostrophe in front; the other formats are exact.</summary>
    Csv,
}
