using FsCheck;
using FsCheck.Fluent;

namespace Serverless.Core.Tests;

/// <summary>Checks a property on cases that are the same in every run.</summary>
internal static class Properties
{
    public static void Hold<T>(Gen<T> cases, Action<T> property, int count = 300)
        => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20_250_101UL, 20_250_103UL),
            Prop.ForAll(cases.ToArbitrary(), property));
}
