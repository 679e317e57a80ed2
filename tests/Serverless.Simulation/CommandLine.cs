using System.Globalization;

namespace Serverless.Simulation;

/// <summary>Reads <c>--seeds FIRST..LAST</c> or <c>--seed SEED</c>, after <c>queue</c> for the queue of pods.</summary>
internal static class CommandLine
{
    public static bool TryParse(string[] args, out (ulong First, ulong Last) range)
    {
        range = (0, 0);
        if (args is ["--seed", var seed]) return TryNumber(seed, out range.First) && TryNumber(seed, out range.Last);
        return args is ["--seeds", var text] && text.Split("..") is [var first, var last] &&
            TryNumber(first, out range.First) && TryNumber(last, out range.Last) && range.First <= range.Last;
    }

    private static bool TryNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
