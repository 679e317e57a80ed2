namespace Serverless.Benchmarks.Fleet;

/// <summary>The worker program: it writes down itself what it begins, since nobody else can be believed about that.</summary>
internal static class FleetWorker
{
    public const string FolderVariable = "FLEET_FOLDER";
    public const string MachineVariable = "FLEET_MACHINE";
    public const string MillisecondsVariable = "FLEET_MILLISECONDS";
    public const string LogName = "executions";
    public const string HoldName = "hold";
    public const string GoPrefix = "go-";
    public const string ScriptName = "worker.py";

    /// <summary>
    /// Asked to end, it finishes the flashpoint that it is at. While the file <c>hold</c> is there, flashpoints take as long as
    /// that, but on a machine with a file <c>go-MACHINE</c>: so work never runs ahead of the events that are to meet it. A flashpoint
    /// is finished when the agent has given the receipt for it. Without its agent it ends, as one that cannot write.
    /// </summary>
    public const string Script = """
        import json, os, signal, sys, time

        asked = []
        signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
        folder, machine = os.environ["FLEET_FOLDER"], os.environ["FLEET_MACHINE"]
        pace = float(os.environ["FLEET_MILLISECONDS"]) / 1000
        agent = os.getppid()
        log = os.open(folder + "/executions", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        receipts = open(os.environ["FANOUT_RECEIPTS"])
        job = json.load(sys.stdin)["input"]

        def is_held():
            return os.path.exists(folder + "/hold") and not asked and not os.path.exists(folder + "/go-" + machine)

        def say(what, id):
            os.write(log, f"{what} {id} {machine} {os.getpid()} {job['chunk']}\n".encode())

        for flashpoint in job["flashpoints"]:
            if asked:
                sys.exit(0)
            id = flashpoint["id"]
            number = int(id[3:])
            say("begin", id)
            due = time.monotonic() + pace * (0.5 + number * 7919 % 1000 / 1000)
            while time.monotonic() < due or is_held():
                if os.getppid() != agent:
                    sys.exit(1)
                time.sleep(0.02)
            print(json.dumps({"id": id, "answer": 7 * number + 1}), flush=True)
            if not receipts.readline():
                sys.exit(1)
            say("end", id)
        """;
}
