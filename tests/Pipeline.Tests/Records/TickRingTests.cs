using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class TickRingTests
{
    private static EngineHarness Harness(int bytes) => new(Wires(), options: o => o with { RecordBytes = bytes });

    [Fact]
    public void A_record_reads_back_as_it_was()
    {
        var harness = Harness(64 * 1024);
        harness.Publish("out");
        harness.Set(PvUpdate.Of("A", PvValue.Double(0.1), At(100, 5, 7)), PvUpdate.Of("B", PvValue.String("text"), At(101), new(AlarmSeverity.Major, AlarmStatus.HiHi, "B: HIHI")));
        harness.Set(PvUpdate.Of("A", PvValue.Array(new float[] { 1, 2 }), At(102)), PvUpdate.Of("B", PvValue.Integer(PvKind.UInt64, -1), At(102)));
        harness.Set(PvUpdate.Of("A", PvValue.Image(new PvImage(new byte[6], [2, 3])), At(103)), PvUpdate.Of("B", PvValue.Boolean(true), At(103)));
        harness.Set(PvUpdate.Of("A", PvValue.Single(1.5f), At(104)), PvUpdate.Of("B", PvValue.Enum(3), At(104)));
        harness.Set(PvUpdate.Disconnect("A", "gone", At(105)), PvUpdate.Of("B", PvValue.Integer(PvKind.Int8, -3), At(105)));
        var read = harness.Engine.Records(100);
        Assert.Equal(harness.Records.Count, read.Length);
        foreach (var (expected, actual) in harness.Records.Zip(read))
        {
            Assert.Equal((expected.Id, expected.Cause, expected.CausedBy, expected.At, expected.Times, expected.Sets, expected.Merged, expected.Dropped),
                (actual.Id, actual.Cause, actual.CausedBy, actual.At, actual.Times, actual.Sets, actual.Merged, actual.Dropped));
            Assert.Equal(expected.Inputs, actual.Inputs);
            Assert.Equal(expected.Outputs, actual.Outputs);
        }
        Assert.Equal(["A: gone"], read[^1].AlarmCauses);
        Assert.False(read[^1].IsComplete);
        Assert.True(read[0].IsComplete);
    }

    [Fact]
    public void The_newest_are_kept_within_the_bound()
    {
        var harness = Harness(8 * 1024);
        for (var i = 0; i < 500; i++)
        {
            harness.Set(Of("A", i), Of("B", -i));
            Assert.True(harness.Engine.RecordBytes <= 8 * 1024);
        }
        var read = harness.Engine.Records(int.MaxValue);
        Assert.InRange(read.Length, 10, 100);
        Assert.Equal(Enumerable.Range(500 - read.Length + 1, read.Length).Select(i => (long)i), read.Select(r => r.Id.Sequence));
        Assert.Equal(Enumerable.Range(500 - read.Length, read.Length).Select(i => (double)i), read.Select(r => r.Inputs[0].Sample.Value.AsDouble()));
        Assert.Equal(3, harness.Engine.Records(3).Length);
        Assert.Equal(500, harness.Engine.Records(3)[2].Id.Sequence);
    }

    [Fact]
    public void A_large_array_is_kept_as_text()
    {
        var harness = Harness(8 * 1024);
        harness.Set(PvUpdate.Of("A", PvValue.Array(new double[1000]), At(1)), Of("B", 1));
        Assert.Equal("[0, 0, 0, 0, 0, 0, 0, 0, ... 1000 elements]", harness.Engine.Records(1)[0].Inputs[0].Sample.Value.AsString());
        Assert.Equal(1000, harness.Records[0].Inputs[0].Sample.Value.AsArray().Length);
    }

    [Fact]
    public void Nothing_is_kept_without_room()
    {
        var harness = Harness(0);
        harness.Set(Of("A", 1), Of("B", 1));
        Assert.Empty(harness.Engine.Records(10));
        Assert.Equal(0, harness.Engine.RecordBytes);
        Assert.Single(harness.Records);
    }

    [Fact]
    public void Records_of_two_generations_keep_their_own_names()
    {
        var harness = Harness(64 * 1024);
        harness.Set(Of("A", 1), Of("B", 1));
        var next = Spec(Source("in", "inputs", Pv("A")), Transformer("t", "inputs", "outputs", Renames(("Z", "A"))), Sink("out", "outputs", Pv("Z")));
        harness.Send(EngineEvent.Swap(Plan.Build(next, _ => null, TransformerRegistry.BuiltIn).OrThrow(), 2));
        Assert.Equal(["X,Y", "Z"], harness.Engine.Records(9).Select(r => string.Join(',', r.Outputs.Select(o => o.Name))));
        Assert.Equal([1, 2], harness.Engine.Records(9).Select(r => r.Id.Generation));
    }

    // Each waveform is small beside the bound, all of them together are not.
    [Fact]
    public void Many_arrays_leave_room_for_records()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"W{i}")];
        var spec = Spec(Source("in", "inputs", [.. names.Select(Pv)]), Transformer("t", "inputs", "outputs", Renames([.. names.Select(n => ($"X{n}", n))])), Sink("out", "outputs", [.. names.Select(n => Pv($"X{n}"))]));
        var harness = new EngineHarness(spec);
        for (var i = 0; i < 20; i++)
            harness.Set([.. names.Select(n => PvUpdate.Of(n, PvValue.Array(new double[1000]), At(100 + i)))]);
        var read = harness.Engine.Records(int.MaxValue);
        Assert.InRange(read.Length, 3, 20);
        Assert.Equal(20, read[^1].Id.Sequence);
        Assert.True(harness.Engine.RecordBytes <= 128 * 1024);
        Assert.Equal(1000, read[^1].Inputs[0].Sample.Value.AsArray().Length);
        Assert.Contains("1000 elements", read[^1].Inputs[39].Sample.Value.AsString());
    }

    [Fact]
    public void A_long_string_is_cut()
    {
        var harness = Harness(8 * 1024);
        harness.Set(PvUpdate.Of("A", PvValue.String(new string('x', 100_000)), At(1)), Of("B", 1));
        var text = harness.Engine.Records(1).Single().Inputs[0].Sample.Value.AsString();
        Assert.EndsWith("xxx... 100000 characters", text);
        Assert.InRange(harness.Engine.RecordBytes, 1, 8 * 1024);
    }

    [Fact]
    public void The_newest_record_is_kept_even_when_it_alone_is_larger_than_the_bound()
    {
        var harness = Harness(100);
        for (var i = 1; i <= 5; i++)
            harness.Set(Of("A", i), Of("B", -i));
        var record = harness.Engine.Records(int.MaxValue).Single();
        Assert.Equal((5L, 5.0, -5.0), (record.Id.Sequence, record.Outputs[0].Sample.Value.AsDouble(), record.Outputs[1].Sample.Value.AsDouble()));
    }
}
