namespace Serverless.Engine.Tests.Storage;

/// <summary>Files and folders that may be read and not written. Windows has no modes.</summary>
public sealed class ReadOnlyTests
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode EverybodyWrites =
        Everybody | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode EverybodyEnters =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Start_ReadOnlyFile_IsRefusedAndGoesOnOnceItIsNot()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var engine = await WaitingAsync();
        SetModes(engine, folder: EverybodyWrites | EverybodyEnters, files: EverybodyWrites);
        File.SetUnixFileMode(engine.DatabasePath, Everybody);

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.Disk);
        refused.Message.ShouldStartWith($"The database '{engine.DatabasePath}' cannot be written");
        SetModes(engine, folder: EverybodyWrites | EverybodyEnters, files: EverybodyWrites);
        await GoesOnAsync(engine);
    }

    [Fact]
    public async Task Start_ReadOnlyFolder_IsRefusedAndGoesOnOnceItIsNot()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var engine = await WaitingAsync();
        SetModes(engine, folder: Everybody | EverybodyEnters, files: Everybody);

        var refused = Refused(engine);

        refused.Kind.ShouldBe(EngineErrorKind.Disk);
        refused.Message.ShouldStartWith($"The file '{engine.DatabasePath}.lock' cannot be written");
        SetModes(engine, folder: EverybodyWrites | EverybodyEnters, files: EverybodyWrites);
        await GoesOnAsync(engine);
    }

    private static async Task<EngineHarness> WaitingAsync()
    {
        var engine = new EngineHarness()
            .Orchestrator<int, int>("Wait", (context, _) => context.WaitForExternalEvent<int>("go"));
        await engine.ScheduleAsync("Wait", 0, id: "me");
        await engine.StopAsync();
        return engine;
    }

    private static async Task GoesOnAsync(EngineHarness engine)
    {
        await engine.RaiseAsync("me", "go", 7);
        (await engine.ResultAsync<int>("me")).ShouldBe(7);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void SetModes(EngineHarness engine, UnixFileMode folder, UnixFileMode files)
    {
        var path = Path.GetDirectoryName(engine.DatabasePath)!;
        File.SetUnixFileMode(path, folder);
        foreach (var file in Directory.GetFiles(path)) File.SetUnixFileMode(file, files);
    }

    private static EngineException Refused(EngineHarness engine) => Should.Throw<EngineException>(
        () => Unprivileged.Run(() => DurableEngine.Start(engine.Options, engine.Registry, engine.Clock)));
}
