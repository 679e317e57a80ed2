using Serverless.Agent.Supervision;
using Serverless.Protocol;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Leasing;

/// <summary>A worker that is a server, started and kept alive by the agent.</summary>
public sealed class ServedWorkerTests
{
    private const string Server = """
        import http.server, json, os, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())
            def do_GET(self):
                self.answer("well")
            def do_POST(self):
                job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if job["id"] == "job-1":
                    os._exit(9)
                self.answer({"results": [flashpoint["id"] for flashpoint in job["input"]["flashpoints"]]})
            def log_message(self, *words):
                pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """;

    [PythonFact]
    public async Task Server_ThatDiesUnderAJob_IsStartedAgainAndDoesTheNext()
    {
        await using var agent = await AgentHarness.StartAsync("");
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        File.WriteAllText(agent.File("server.py"), Server);
        agent.Options = agent.Options with
        {
            WorkerCommand = null,
            WorkerUrl = address,
            Serve = ["python3", agent.File("server.py"), $"{address.Port}"],
            Supervision = agent.Options.Supervision with
            {
                Probe = new Uri(address, "/health"),
                Watchdog = new WatchdogOptions { CheckInterval = TimeSpan.FromMilliseconds(200) },
            },
        };
        var run = agent.RunAsync();
        await agent.Log.WhenSays("Worker healthy (probe");
        agent.Coordinator.Offer("job-1", flashpoints: 1);
        await agent.Coordinator.WhenCalled(WorkPaths.Fail);
        agent.Coordinator.Failed.Single().Fault.ShouldBe(WorkFault.Worker);

        agent.Coordinator.Offer("job-2", flashpoints: 2);
        await agent.Coordinator.WhenCalled(WorkPaths.Complete);

        agent.Coordinator.Completed.Single().Output.ToString().ShouldBe("""{"results": ["fp-0", "fp-1"]}""");
        await agent.Log.WhenSays("Worker recovered");
        agent.Stop();
        await run;
        agent.Log.Lines.ShouldContain("Warning: Worker unhealthy (ended with exit code 9), restarting...");
    }
}
