using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineAllocationTests
{
    [Fact]
    public void A_tick_of_scalars_without_publishing_allocates_nothing()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A"), Pv("B")),
            Transformer("t", "inputs", "outputs", Simple(["A", "B"], ("X", "sqrt(A**2 + B**2)"), ("Y", "A"), ("C", "1.5"))),
            Sink("out", "outputs", Pv("X"), Pv("Y"), Pv("C")));
        var engine = new Engine(Plan.Build(spec, _ => null, TransformerRegistry.BuiltIn).OrThrow(), new("test", TicksPerSecond: 1000) { RecordBytes = 16 * 1024 });
        var effects = new EngineEffects();
        engine.Step(EngineEvent.Start, new(At(1), 1), effects);
        UpdateSet[] sets = [.. Enumerable.Range(0, 100).Select(i => UpdateSet.Of(i, Of("A", i, 100 + i), Of("B", 2 * i, 100 + i)))];
        void Feed(int rounds)
        {
            for (var round = 0; round < rounds; round++)
                foreach (var set in sets)
                {
                    engine.Step(EngineEvent.OfSet("in", set), new(At(5), 5), effects);
                    while (engine.HasWork)
                        engine.Step(EngineEvent.Continue, new(At(5), 5), effects);
                }
        }

        Feed(20);                       // grows the ring to its bound
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed(10);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3000, engine.Counters.Ticks);
    }
}
