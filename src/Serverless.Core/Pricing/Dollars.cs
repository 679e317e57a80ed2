using System.Globalization;

namespace Serverless.Core.Pricing;

/// <summary>Money for people.</summary>
public static class Dollars
{
    private const string Cents = "#,##0.00";

    /// <summary>Such as <c>$1,234.50</c>, <c>$0.0124</c>; less than a dollar has two digits that count.</summary>
    public static string Show(decimal dollars) => "$" + (Math.Abs(dollars) switch
    {
        0 => "0.00",
        < 0.0001m => Math.Round(dollars, 6).ToString("0.00####", CultureInfo.InvariantCulture),
        < 0.01m => Math.Round(dollars, 5).ToString("0.00###", CultureInfo.InvariantCulture),
        < 1 => Math.Round(dollars, 4).ToString("0.00##", CultureInfo.InvariantCulture),
        _ => dollars.ToString(Cents, CultureInfo.InvariantCulture),
    });
}
