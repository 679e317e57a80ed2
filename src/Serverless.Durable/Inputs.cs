namespace Serverless.Durable;

/// <summary>Typed views of inputs.</summary>
internal static class Inputs
{
    /// <exception cref="ArgumentException">There is no input, and the type has no value for that.</exception>
    public static T Of<T>(object? input)
    {
        if (input is T typed) return typed;
        if (input is null && default(T) is null) return default!;
        throw new ArgumentException($"The input is {input?.GetType().ToString() ?? "missing"}; {typeof(T)} is expected.");
    }
}
