using System.Diagnostics;
using System.Globalization;
using Serverless.Simulation;
using Serverless.Simulation.Queueing;
using Serverless.TestKit;

var isOfQueue = args is ["queue", ..];
if (!CommandLine.TryParse(isOfQueue ? args[1..] : args, out var range))
{
    Console.Error.WriteLine("usage: Serverless.Simulation [queue] --seeds FIRST..LAST | --seed SEED");
    return 2;
}

using var folder = new TemporaryFolder();
var clock = Stopwatch.StartNew();
Action<string>? trace = range.First == range.Last ? Console.Error.WriteLine : null;
if (isOfQueue)
{
    if (new QueueCampaign(folder.Path, range.First, range.Last) { Trace = trace }.Run() is { } why)
    {
        Console.WriteLine(why);
        return 1;
    }

    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{range.Last - range.First + 1} seeds of the queue passed in {clock.Elapsed.TotalSeconds:0.0} s"));
    return 0;
}

var campaign = new Campaign(folder.Path, range.First, range.Last)
{
    Trace = trace,
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
