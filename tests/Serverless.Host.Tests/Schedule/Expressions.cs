using System.Globalization;

namespace Serverless.Host.Tests.Schedule;

/// <summary>Fields of schedule expressions by chance, most of them good.</summary>
internal static class Expressions
{
    private static readonly (int Min, int Max)[] Ranges = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

    private static readonly string[] Months = ["JAN", "feb", "March", "APR", "may", "June", "JUL", "aug", "Sep", "OCT", "nov", "DECEMBER"];

    private static readonly string[] Days = ["SUN", "mon", "Tuesday", "WED", "thu", "Fri", "SATURDAY"];

    public static string Field(Random random, int field) =>
        string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Element(random, field)));

    private static string Element(Random random, int field)
    {
        var range = random.Next(3) switch
        {
            0 => "*",
            1 => Value(random, field),
            _ => $"{Value(random, field)}-{Value(random, field)}",
        };
        return random.Next(3) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{range}/{random.Next(0, 12)}") : range;
    }

    private static string Value(Random random, int field)
    {
        var (min, max) = Ranges[field];
        return (field, random.Next(2)) switch
        {
            (4, 0) => Months[random.Next(Months.Length)],
            (5, 0) => Days[random.Next(Days.Length)],
            _ => random.Next(min, max + 2).ToString(CultureInfo.InvariantCulture),
        };
    }
}
