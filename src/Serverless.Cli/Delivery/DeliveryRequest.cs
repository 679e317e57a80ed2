namespace Serverless.Cli.Delivery;

/// <summary>Where results and progress go, as typed.</summary>
internal sealed record DeliveryRequest
{
    /// <summary>A file, <c>-</c> for standard output, or null for nowhere but the result store.</summary>
    public string? Out { get; init; }

    /// <summary>Null: what the file's extension says, else JSON.</summary>
    public ResultFormat? Format { get; init; }

    /// <summary>Log lines even on a terminal.</summary>
    public bool NoProgress { get; init; }
}
