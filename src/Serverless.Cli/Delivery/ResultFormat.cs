namespace Serverless.Cli.Delivery;

/// <summary>How results are written.</summary>
internal enum ResultFormat
{
    /// <summary>One array.</summary>
    Json,

    /// <summary>One value a line.</summary>
    Jsonl,

    /// <summary>One flashpoint a row.</summary>
    Csv,
}
