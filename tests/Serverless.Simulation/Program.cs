using System.Diagnostics;
using System.Globalization;
using Serverless.Simulation;
using Serverless.TestKit;

if (!CommandLine.TryParse(args, out var range))
{
    Console.Error.WriteLine("usage: Serverless.Simulation --seeds FIRST..LAST | --seed SEED");
    return 2;
}

using var folder = new TemporaryFolder();
var clock = Stopwatch.StartNew();
var campaign = new Campaign(folder.Path, range.First, range.Last)
{
    Trace = range.First == range.Last ? Console.Error.WriteLine : null,
    Progress = done => Console.Error.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{done} seeds, {done / clock.Elapsed.TotalSeconds:0} a second")),
};
if (campaign.Run() is not { } defect)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{range.Last - range.First + 1} seeds passed in {clock.Elapsed.TotalSeconds:0.0} s"));
    return 0;
}

Console.WriteLine(defect.Found);
Console.WriteLine("The smallest found:");
Console.WriteLine(defect.Smallest);
return 1;
