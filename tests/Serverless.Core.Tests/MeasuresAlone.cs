using Serverless.TestKit.Diagnostics;

namespace Serverless.Core.Tests;

/// <summary>Tests that count what the whole process measures do not run beside others.</summary>
[CollectionDefinition(Measurements.Alone, DisableParallelization = true)]
public sealed class MeasuresAlone;
