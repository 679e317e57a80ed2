using Serverless.Emulator.Faults;
using Serverless.Emulator.Timing;
using Serverless.Emulator.Webhooks;
using Serverless.Emulator.Workers;

namespace Serverless.Emulator;

/// <summary>What an endpoint is made of.</summary>
internal sealed record EmulatorParts
{
    public required EmulatorOptions Options { get; init; }

    public required AlarmClock Alarms { get; init; }

    public required JobRunner Runner { get; init; }

    public required FaultDice Faults { get; init; }

    public required WebhookSender Webhooks { get; init; }

    public required BackgroundWork Background { get; init; }

    public required EmulatorStatistics Statistics { get; init; }

    public required ILogger Logger { get; init; }
}
