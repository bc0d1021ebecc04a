using System.Buffers;
using ModelManager.Values;
using ModelManager.Values.Wire;

namespace ModelManager.Benchmarks.Connectors;

/// <summary>The wire format of batches: speed, size and allocation; System.Text.Json of the same content beside it.</summary>
internal static class ConnectorBenchmark
{
    private const int Rounds = 15;
    private const double RoundMilliseconds = 40;

    public static int Run(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            Console.Error.WriteLine("usage: ModelManager.Benchmarks connectors");
            return 2;
        }
        Measure("pulses", "64 pulses of 16 doubles, one stamp a pulse", Pulses(64, 16));
        Measure("updates", "256 updates of 16 PVs in random order, a stamp each", Mixed(256, 16));
        Measure("image", "one 640x480 image of 16 bits", Image());
        return 0;
    }

    private static void Measure(string name, string what, PvBatch batch)
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var bytes = PvBatchCodec.Encode(batch);
        var plain = Plain.Of(batch);
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(plain);
        var sink = 0;
        Action encode = () =>
        {
            output.ResetWrittenCount();
            PvBatchCodec.Encode(batch, output);
        };
        Action decode = () => sink += PvBatchCodec.Decode(bytes).Sets.Length;
        Action toJson = () =>
        {
            output.ResetWrittenCount();
            using var writer = new System.Text.Json.Utf8JsonWriter(output);
            System.Text.Json.JsonSerializer.Serialize(writer, plain);
        };
        Action fromJson = () => sink += System.Text.Json.JsonSerializer.Deserialize<Plain[]>(json)!.Length;
        var micros = Interleaved.MedianMicroseconds(Rounds, RoundMilliseconds, encode, decode, toJson, fromJson);
        var updates = batch.Sets.Sum(s => s.Updates.Length);

        new Figure($"batch-codec.{name}.encode", updates / micros[0], "M updates/s", "System.Text.Json", updates / micros[2], micros[2] / micros[0], Notes: what).Print();
        new Figure($"batch-codec.{name}.decode", updates / micros[1], "M updates/s", "System.Text.Json", updates / micros[3], micros[3] / micros[1], Notes: what).Print();
        new Figure($"batch-codec.{name}.encode-bytes", bytes.Length / micros[0], "MB/s").Print();
        new Figure($"batch-codec.{name}.decode-bytes", bytes.Length / micros[1], "MB/s").Print();
        new Figure($"batch-codec.{name}.size", (double)bytes.Length / updates, "B/update", "System.Text.Json", (double)json.Length / updates, (double)json.Length / bytes.Length).Print();
        new Figure($"batch-codec.{name}.encode-allocated", Interleaved.BytesPerCall(encode) / updates, "B/update").Print();
        new Figure($"batch-codec.{name}.decode-allocated", Interleaved.BytesPerCall(decode) / updates, "B/update", Notes: sink == 0 ? "nothing decoded" : null).Print();
    }

    private static PvBatch Pulses(int pulses, int pvs)
    {
        var random = new Random(1);
        return new("simulator", [.. Enumerable.Range(0, pulses).Select(p => new UpdateSet(p, [.. Enumerable.Range(0, pvs).Select(i =>
            PvUpdate.Of($"QUAD:IN20:{100 + i}:BACT", PvValue.Double(random.NextDouble()), new(1_700_000_000 + p / 120, p % 120 * 8_333_333, p)))]))]);
    }

    private static PvBatch Mixed(int updates, int pvs)
    {
        var random = new Random(2);
        return new("pva", [.. Enumerable.Range(0, updates).Select(u => UpdateSet.Of(u, PvUpdate.Of(
            $"QUAD:IN20:{100 + random.Next(pvs)}:BACT", PvValue.Double(random.NextDouble()), new(1_700_000_000 + u / 100, random.Next(1_000_000_000)),
            random.Next(20) == 0 ? new(AlarmSeverity.Minor, AlarmStatus.High, "HIGH") : default, 1_000_000_000 + u * 5_000)))]);
    }

    private static PvBatch Image()
    {
        var pixels = new ushort[640 * 480];
        var random = new Random(3);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (ushort)random.Next(4096);
        return new("camera", [UpdateSet.Of(1, PvUpdate.Of("CAMR:IN20:186:IMAGE", PvValue.Image(new(pixels, [480, 640])), new(1_700_000_000, 0)))]);
    }

    /// <summary>An update as one would write it as JSON.</summary>
    private sealed record Plain(string Name, double? Value, int[]? Pixels, long Seconds, int Nanoseconds, int UserTag, int Severity, int Status, string? Message)
    {
        public static Plain[] Of(PvBatch batch) =>
        [
            .. batch.Sets.SelectMany(s => s.Updates).Select(u => new Plain(
                u.Name, u.Sample.Value.Kind == PvKind.Float64 ? u.Sample.Value.AsDouble() : null, u.Sample.Value.Kind == PvKind.Image ? Array.ConvertAll((ushort[])u.Sample.Value.AsImage().Pixels, p => (int)p) : null,
                u.Sample.Time.Seconds, u.Sample.Time.Nanoseconds, u.Sample.Time.UserTag, (int)u.Sample.Alarm.Severity, (int)u.Sample.Alarm.Status, u.Sample.Alarm.Message)),
        ];
    }
}
