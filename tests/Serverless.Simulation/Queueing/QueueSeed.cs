using System.Text;
using Serverless.Pods.Queueing;
using Serverless.Protocol;
using Serverless.Protocol.Hosting;

namespace Serverless.Simulation.Queueing;

/// <summary>One seed of the queue: pods that work, die, fall silent and answer late, a host that dies between any two commits, clocks
/// that jump; then calm, in which everything has to come to an end.</summary>
internal sealed partial class QueueSeed(string path, ulong seed, Action<string>? trace = null) : IDisposable
{
    private const int Steps = 70;
    private const int MaxAttempts = 3;

    private readonly Dice _dice = new(seed);
    private readonly QueueModel _model = new();
    private readonly QueueLife _life = new(path);
    private readonly List<SimulatedPod> _pods = [new("p1"), new("p2"), new("p3")];
    private int _jobs;

    /// <exception cref="Running.SimulationFailure">The queue broke one of its promises.</exception>
    public void Run()
    {
        for (var step = 0; step < Steps; step++)
        {
            Step();
            CheckFile();
        }

        Calm();
    }

    public void Dispose() => _life.Dispose();

    private void Step()
    {
        var pod = _pods[_dice.Below(_pods.Count)];
        switch (_dice.Below(21))
        {
            case 0 or 1: Submit(); break;
            case 2 or 3 or 4 or 5: Lease(pod); break;
            case 6 or 7 or 8 or 9: About(pod, Send); break;
            case 10 or 11: About(pod, Complete); break;
            case 12: About(pod, Fail); break;
            case 13: About(pod, Release); break;
            case 14: Beat(pod); break;
            case 15: pod.StartAgain(remembers: _dice.Chance(50)); break;
            case 16: _life.Clock.Advance(TimeSpan.FromSeconds(_dice.Between(1, 250))); break;
            case 17: _life.Clock.Set(_life.Clock.GetUtcNow().AddMinutes(_dice.Between(-90, 90))); break;
            case 18: Ask("sweep", _life.Queue.SweepAsync, _ => { }); break;
            case 19: Order(pod); break;
            default: _life.Die(); break;
        }
    }

    private void Submit()
    {
        var number = _dice.Chance(20) && _jobs > 0 ? _dice.Between(1, _jobs) : ++_jobs;
        var ids = Enumerable.Range(1, 1 + (number % 4)).Select(i => $"fp-{i}").ToList();
        var job = new NewJob
        {
            Id = $"job-{number}",
            Name = $"run:{number}:1",
            Input = Encoding.UTF8.GetBytes($$"""{"flashpoints":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}"}"""))}}]}"""),
            Flashpoints = ids.Count,
            UsedAttempts = 0,
            MaxAttempts = MaxAttempts,
            ExecutionTimeout = TimeSpan.FromHours(2),
        };
        Ask($"submit {job.Id}", () => _life.Queue.SubmitAsync(job), _ => _model.Submitted(job.Id, ids));
    }

    private void Lease(SimulatedPod pod)
    {
        var request = pod.Request(_dice.Between(1, 3));
        Guard(pod.Identity, $"lease {request.RequestId}", () => Ask(
            $"{pod.Identity.Pod} leases",
            () => _life.Queue.LeaseAsync("k", request, CancellationToken.None),
            reply =>
            {
                _model.Heard(request.Identity);
                foreach (var lease in reply.Leases) _model.Lent(request.Identity, lease, SimulatedPod.IdsOf(lease));
            },
            pod.Take));
    }

    /// <summary>With a lease that the pod believes in, or one of an agent that is long gone.</summary>
    private void About(SimulatedPod pod, Action<SimulatedPod, PodIdentity, HeldLease> call)
    {
        if (pod.Ghosts.Count > 0 && _dice.Chance(25))
        {
            var (identity, lease) = pod.Ghosts[_dice.Below(pod.Ghosts.Count)];
            call(pod, identity, lease);
        }
        else if (pod.Leases.Count > 0)
        {
            call(pod, pod.Identity, pod.Leases[_dice.Below(pod.Leases.Count)]);
        }
    }

    private void Send(SimulatedPod pod, PodIdentity identity, HeldLease held)
    {
        if (held.Given.Count == 0) return;
        var entries = Enumerable.Range(0, _dice.Between(1, 2)).Select(_ => held.Given[_dice.Below(held.Given.Count)]).Distinct()
            .Select(id => (Id: id, Value: pod.ValueOf(id))).ToList();
        var request = new ResultsRequest
        {
            Identity = identity,
            Lease = held.Lease,
            Entries = [.. entries.Select(entry => new ResultEntry(entry.Id, SimulatedPod.Raw(entry.Value)))],
        };
        Call(pod, identity, held, "results", () => _life.Queue.TakeResultsAsync("k", request), reply =>
            _model.Stored(identity, held.Lease, entries, reply.Stored));
    }

    private void Complete(SimulatedPod pod, PodIdentity identity, HeldLease held)
    {
        var output = held.Given.Select(id => (id, pod.ValueOf(id))).ToList();
        var request = new CompleteRequest
        {
            Identity = identity,
            Lease = held.Lease,
            Output = SimulatedPod.Raw($"[{string.Join(',', output.Select(entry => entry.Item2))}]"),
        };
        Call(pod, identity, held, "complete", () => _life.Queue.CompleteAsync("k", request), reply =>
            _model.Ended(identity, held.Lease, "complete", reply.State, output), ends: true);
    }

    private void Fail(SimulatedPod pod, PodIdentity identity, HeldLease held)
    {
        var request = new FailRequest { Identity = identity, Lease = held.Lease, Error = "no", Fault = WorkFault.Handler };
        Call(pod, identity, held, "fail", () => _life.Queue.FailAsync("k", request), reply =>
            _model.Ended(identity, held.Lease, "fail", reply.State, []), ends: true);
    }

    private void Release(SimulatedPod pod, PodIdentity identity, HeldLease held)
    {
        var request = new ReleaseRequest { Identity = identity, Lease = held.Lease, Reason = ReleaseReason.Interruption };
        Call(pod, identity, held, "release", () => _life.Queue.ReleaseAsync("k", request), reply =>
            _model.Ended(identity, held.Lease, "release", reply.State, []), ends: true);
    }

    private void Beat(SimulatedPod pod)
    {
        var request = new HeartbeatRequest
        {
            Identity = pod.Identity,
            Facts = new PodFacts { State = PodState.Working },
            Jobs = [.. pod.Leases.Select(held => new JobProgress { Lease = held.Lease })],
            Notice = _dice.Chance(15) ? new InterruptionNotice { Kind = "aws-instance-action", SecondsLeft = 120 } : null,
        };
        Guard(pod.Identity, "heartbeat", () => Ask(
            $"{pod.Identity.Pod} beats",
            () => _life.Queue.HeartbeatAsync("k", request),
            reply =>
            {
                _model.Heard(request.Identity);
                _model.Told(request.Identity, reply.Command, request.Notice is not null);
                foreach (var order in reply.Jobs)
                {
                    QueueModel.Check(
                        order.Command == WorkCommand.Continue == _model.Holds(request.Identity, order.Lease),
                        $"{request.Identity.Pod} is told to {order.Command} {order.Lease}.");
                }
            },
            reply => pod.Leases.RemoveAll(held =>
                reply.Jobs.Any(order => order.Lease == held.Lease && order.Command == WorkCommand.Stop))));
    }

    private void Order(SimulatedPod pod)
    {
        var (name, order) = (pod.Identity.Pod, (WorkCommand)_dice.Below(3));
        Ask(
            $"{name} is ordered to {order}",
            () => _life.Queue.ChangeAsync(book => OrderRule.Apply(book, $"k/{name}", order)),
            isKnown => _model.Ordered(name, order, isKnown));
    }

    private void Call<T>(
        SimulatedPod pod,
        PodIdentity identity,
        HeldLease held,
        string name,
        Func<Task<T>> call,
        Action<T> onCommitted,
        bool ends = false) =>
        Guard(
            identity,
            $"{identity.Pod}/{identity.Session} {name} {held.Lease}",
            () => Ask(
                $"{identity.Pod}/{identity.Session} {name} {held.Lease}",
                call,
                reply =>
                {
                    _model.Heard(identity);
                    onCommitted(reply);
                },
                _ =>
                {
                    if (ends) pod.Leases.Remove(held);
                }),
            () =>
            {
                _model.Heard(identity);
                _model.Refused(identity, held.Lease, name);
                pod.Leases.Remove(held);
            });

    /// <summary>Makes a call. The host may die before its commit, or after it, and then nobody hears the answer.</summary>
    private void Ask<T>(string what, Func<Task<T>> call, Action<T> onCommitted, Action<T>? onAnswered = null)
    {
        trace?.Invoke(what);
        var called = call();
        if (_dice.Chance(4))
        {
            trace?.Invoke("dies before the commit");
            _life.Die();
            return;
        }

        var answer = _life.Answer(called);
        onCommitted(answer);
        if (_dice.Chance(4))
        {
            trace?.Invoke("dies after the commit");
            _life.Die();
        }
        else if (!_dice.Chance(8))
        {
            onAnswered?.Invoke(answer);
        }
    }

    private void Guard(PodIdentity identity, string what, Action call, Action? onStale = null)
    {
        try
        {
            call();
        }
        catch (WorkRefusedException e) when (e.Refusal == WorkRefusal.SessionReplaced)
        {
            QueueModel.Check(_model.IsReplaced(identity), $"{what} was refused as that of a replaced session, which it is not.");
        }
        catch (WorkRefusedException) when (onStale is not null)
        {
            onStale();
        }
    }
}
