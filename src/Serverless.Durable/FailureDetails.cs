namespace Serverless.Durable;

/// <summary>A failure as it crosses processes and years: text, never a live exception.</summary>
/// <param name="ErrorType">The full type name of the exception, or a word such as <c>ActivityTaskNotFound</c>.</param>
/// <param name="ErrorMessage">What the exception said, cut to <see cref="MaxTextLength"/>.</param>
/// <param name="StackTrace">Where it was thrown, cut to <see cref="MaxTextLength"/>; null when not known.</param>
/// <param name="InnerFailure">What caused it.</param>
public sealed record FailureDetails(
    string ErrorType, string ErrorMessage, string? StackTrace = null, FailureDetails? InnerFailure = null)
{
    /// <summary>Characters kept of a message or stack trace. Longer texts have hung instances on Azure Storage, whose
    /// rows hold 64 KiB.</summary>
    public const int MaxTextLength = 4096;

    /// <summary>How many inner failures are kept.</summary>
    public const int MaxDepth = 8;

    /// <summary>Takes down what an exception says.</summary>
    public static FailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return From(exception, MaxDepth);
    }

    /// <summary>The same with no text and no chain of causes longer than may be kept: for what another engine took down.</summary>
    public FailureDetails Bounded() => Bounded(this, MaxDepth);

    /// <summary>True when the error itself (not an inner one) is a <typeparamref name="T"/> or derives from it.</summary>
    public bool IsCausedBy<T>()
        where T : Exception
    {
        if (ErrorType == typeof(T).FullName) return true;
        return FindType(ErrorType) is { } type && typeof(T).IsAssignableFrom(type);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    private static FailureDetails From(Exception exception, int depth)
    {
        FailureDetails? inner = null;
        if (exception is TaskFailedException task) inner = Limit(task.FailureDetails, depth - 1);
        else if (exception.InnerException is { } cause && depth > 1) inner = From(cause, depth - 1);
        return new(exception.GetType().FullName!, Cut(exception.Message), Cut(exception.StackTrace), inner);
    }

    private static FailureDetails Bounded(FailureDetails failure, int depth) => failure with
    {
        ErrorMessage = Cut(failure.ErrorMessage),
        StackTrace = Cut(failure.StackTrace),
        InnerFailure = failure.InnerFailure is { } inner && depth > 1 ? Bounded(inner, depth - 1) : null,
    };

    private static FailureDetails? Limit(FailureDetails? failure, int depth)
    {
        if (failure is null || depth == 0) return null;
        var inner = Limit(failure.InnerFailure, depth - 1);
        return ReferenceEquals(inner, failure.InnerFailure) ? failure : failure with { InnerFailure = inner };
    }

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage(
        "Trimming", "IL2026", Justification = "A trimmed type cannot have been thrown; the name comparison then decides.")]
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage(
        "Trimming", "IL2057", Justification = "A trimmed type cannot have been thrown; the name comparison then decides.")]
    private static Type? FindType(string name)
    {
        if (Type.GetType(name) is { } known) return known;
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.GetType(name) is { } type) return type;
        }

        return null;
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text)
    {
        if (text is not { Length: > MaxTextLength }) return text;
        var end = char.IsHighSurrogate(text[MaxTextLength - 2]) ? MaxTextLength - 2 : MaxTextLength - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
