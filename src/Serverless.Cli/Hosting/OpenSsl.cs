using System.Runtime.InteropServices;

namespace Serverless.Cli.Hosting;

/// <summary>What .NET on Linux has its cryptography from: digests, chance and HTTPS. Without it the process would be aborted at the first
/// of these, wherever that is.</summary>
internal static class OpenSsl
{
    /// <summary>Chooses another library, by .NET's own rules.</summary>
    private const string Override = "CLR_OPENSSL_VERSION_OVERRIDE";

    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1"];

    /// <exception cref="CommandFailedException">It is not installed.</exception>
    public static void Require(IReadOnlyDictionary<string, string> environment) => Require(environment, Names);

    /// <summary>The same, of libraries of these names.</summary>
    internal static void Require(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> names)
    {
        if (!OperatingSystem.IsLinux() || environment.ContainsKey(Override) || names.Any(IsInstalled)) return;
        throw CommandFailedException.Failed(
            $"OpenSSL is not installed: neither {string.Join(" nor ", names)} was found",
            "On Debian and Ubuntu: apt-get install openssl ca-certificates");
    }

    private static bool IsInstalled(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    }
}
