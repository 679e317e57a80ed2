using System.Runtime.InteropServices;

namespace Serverless.Engine.Tests;

/// <summary>Runs code on a thread that may no more with files than anybody may, also when the tests run as the superuser,
/// whom a file's mode does not stop.</summary>
internal static partial class Unprivileged
{
    private const uint Nobody = 65534;

    /// <summary>Not a user: asks who it is.</summary>
    private const uint Ask = uint.MaxValue;

    /// <summary>Runs it and gives what it gives or throws.</summary>
    public static T Run<T>(Func<T> code) => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux() ? RunAsNobody(code) : code();

    private static T RunAsNobody<T>(Func<T> code)
    {
        T? result = default;
        Exception? failure = null;

        // Only this thread changes, and it ends here.
        var thread = new Thread(() =>
        {
            try
            {
                var before = SetUser(Nobody);
                if (SetUser(Ask) == before)
                    throw new InvalidOperationException("The system does not let this thread give up the superuser's rights.");
                result = code();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return result!;
    }

    /// <summary>The user as whom this thread opens files.</summary>
    /// <returns>Who it was before.</returns>
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetUser(uint user);
}
