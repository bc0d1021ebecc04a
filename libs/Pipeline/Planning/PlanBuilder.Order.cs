namespace ModelManager.Pipeline;

// Order of evaluation, and which sources each output waits for.
internal sealed partial class PlanBuilder
{
    private PlanNode[] InOrder(List<PlanNode> nodes)
    {
        var givenBy = nodes.SelectMany(n => n.Outputs.Select(o => (Slot: o, Node: n))).GroupBy(p => p.Slot).ToDictionary(g => g.Key, g => g.First().Node);
        var ordered = new List<PlanNode>(nodes.Count);
        var placed = new HashSet<PlanNode>();
        while (placed.Count < nodes.Count)
        {
            var next = nodes.Find(n => !placed.Contains(n) && n.Inputs.All(i => !givenBy.TryGetValue(i, out var giver) || placed.Contains(giver)));
            if (next is null)
            {
                var loop = Cycle(nodes, placed, givenBy);
                _errors.Add(new(spec.Modules.First(m => m.Key == loop[0].Key).Where, $"these modules wait for each other: {string.Join(" -> ", loop.Select(n => n.Key).Append(loop[0].Key))}", "Break the loop: a value cannot depend on itself within one tick"));
                break;
            }
            placed.Add(next);
            ordered.Add(next);
        }
        return [.. ordered];
    }

    private static List<PlanNode> Cycle(List<PlanNode> nodes, HashSet<PlanNode> placed, Dictionary<int, PlanNode> givenBy)
    {
        var path = new List<PlanNode> { nodes.First(n => !placed.Contains(n)) };
        while (true)
        {
            var before = path[^1].Inputs.Select(i => givenBy.GetValueOrDefault(i)).First(n => n is not null && !placed.Contains(n))!;
            var seen = path.IndexOf(before);
            if (seen >= 0)
            {
                var loop = path[seen..];
                loop.Reverse();
                return loop;
            }
            path.Add(before);
        }
    }

    private static void Connect(PlanNode[] nodes, int sourceSlots)
    {
        var rootsOf = new Dictionary<int, int[]>();
        for (var slot = 0; slot < sourceSlots; slot++)
            rootsOf[slot] = [slot];
        var nodeOf = new Dictionary<int, int>();
        for (var n = 0; n < nodes.Length; n++)
        {
            var node = nodes[n];
            node.Upstream = [.. node.Inputs.Where(nodeOf.ContainsKey).Select(i => nodeOf[i]).Distinct().Order()];
            node.Roots = new int[node.Outputs.Length][];
            for (var o = 0; o < node.Outputs.Length; o++)
            {
                node.Roots[o] = [.. node.NeededBy(o).Select(i => node.Inputs[i]).Where(s => s >= 0).SelectMany(s => rootsOf[s]).Distinct().Order()];
                rootsOf[node.Outputs[o]] = node.Roots[o];
                nodeOf[node.Outputs[o]] = n;
            }
        }
    }
}
