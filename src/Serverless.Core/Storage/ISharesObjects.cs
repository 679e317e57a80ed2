namespace Serverless.Core.Storage;

/// <summary>A store that can let others read an object for a while, without a key of their own.</summary>
public interface ISharesObjects
{
    /// <summary>A URL that an object can be read by. As good as a key while it lasts: made when it is needed, never logged and
    /// never stored.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="life">How long it is good for, as far as the store allows.</param>
    Task<Uri> ShareAsync(string name, TimeSpan life);
}
