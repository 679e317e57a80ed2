namespace Serverless.Simulation.Programs;

/// <summary>Makes random programs.</summary>
internal sealed class ProgramMaker
{
    private const int MaxDepth = 3;

    private readonly Dice _dice;
    private int _budget;
    private int _nextId;

    private ProgramMaker(Dice dice)
    {
        _dice = dice;
        _budget = dice.Between(1, 12);
    }

    public static ProgramTree Make(Dice dice)
    {
        var maker = new ProgramMaker(dice);
        var root = maker.Block(0, mayFail: true);
        return new(root, dice.Between(1, 4), dice.Chance(70), dice.Chance(10));
    }

    private Block Block(int depth, bool mayFail)
    {
        var endless = _dice.Chance(15);
        var ops = Ops(depth, mayFail && !endless);
        if (mayFail && !endless && _dice.Chance(depth == 0 ? 4 : 12)) ops.Add(new Throw(_nextId++));
        if (endless) ops.Add(NoEnd(depth));
        var generations = _dice.Chance(20) ? _dice.Between(2, 3) : 1;
        return endless || generations == 1
            ? new(ops)
            : new(ops, generations, (LeftOpen)_dice.Below(Enum.GetValues<LeftOpen>().Length), _dice.Chance(70));
    }

    /// <summary>What has to be terminated: often while it has children that would need something from the outside to end by
    /// themselves.</summary>
    private Op NoEnd(int depth)
    {
        var endless = new Endless(_nextId++, _dice.Chance(50));
        if (depth >= MaxDepth || _dice.Chance(30)) return endless;
        var ops = new List<Op>();
        for (var count = _dice.Between(1, 2); count > 0; count--)
        {
            var child = Child(_nextId++, depth, mayFail: false);
            ops.Add(child with { Body = child.Body with { Ops = [new Event(_nextId++), .. child.Body.Ops] } });
        }

        return new All(_nextId++, [.. ops, endless]);
    }

    private List<Op> Ops(int depth, bool mayFail)
    {
        var ops = new List<Op>();
        for (var count = _dice.Between(1, 4); count > 0 && _budget > 0; count--) ops.Add(Op(depth, mayFail));
        return ops;
    }

    private Op Op(int depth, bool mayFail)
    {
        _budget--;
        var id = _nextId++;
        var deep = depth >= MaxDepth;
        return _dice.Below(100) switch
        {
            < 35 => Call(id, mayFail),
            < 48 => new Wait(id, _dice.Between(0, 45)),
            < 60 => new Event(id),
            < 72 => new Race(id, (Runners)_dice.Below(Enum.GetValues<Runners>().Length)),
            < 84 when !deep => new All(id, Ops(depth + 1, mayFail)),
            < 87 when !deep => new Sequence(id, Ops(depth + 1, mayFail)),
            _ when !deep => Child(id, depth, mayFail),
            _ => Call(id, mayFail),
        };
    }

    private Call Call(int id, bool mayFail)
    {
        if (mayFail && _dice.Chance(10)) return new(id, Outcome.Fragile);
        return new(id, (Outcome)_dice.Below((int)Outcome.Fragile));
    }

    /// <summary>Whoever holds something fragile must fail with it, or there would be nothing to rewind.</summary>
    private Child Child(int id, int depth, bool mayFail)
    {
        var body = Block(depth + 1, mayFail);
        var mustFail = body.Has(Outcome.Fragile);
        var isCaught = !mustFail && (!mayFail || body.IsEndless || _dice.Chance(80));
        return new(id, body, isCaught, IsTwice: _dice.Chance(10));
    }
}
