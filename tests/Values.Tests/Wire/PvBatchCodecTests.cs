using System.Buffers;
using ModelManager.Values.Wire;

namespace ModelManager.Values.Tests.Wire;

public class PvBatchCodecTests
{
    // Worked out by hand from docs/batch-format.md.
    private static readonly byte[] TwoPulses =
    [
        0x01,                                           // version
        0x07, (byte)'s', (byte)'i', (byte)'m',          // source: 1 + 2 * 3
        0x02, 0x0E, 0x02, 0x02, 0x02,                   // 2 sets: id 7 with 2 updates, id + 1 with 2 updates
        0x02, 0x03, (byte)'A', 0x03, (byte)'B', 0x00,   // 2 names, in turn
        0x0B, 0x06, 0x0B, 0x06,                         // Float64 Int32 Float64 Int32
        0, 0, 0, 0, 0, 0, 0xF0, 0x3F,                   // 1.0
        0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, // -2
        0, 0, 0, 0, 0, 0, 0xF8, 0x3F,                   // 1.5
        0x03, 0, 0, 0, 0, 0, 0, 0,                      // 3
        0x00, 0x14, 0xE8, 0x07, 0x06, 0x02, 0x00, 0x02, // one time per set: 10 s 500 ns tag 3; + 1 s, + 0 ns, + 1
        0x00,                                           // no receive times
        0x00,                                           // no alarms
        0x00,                                           // no metadata
    ];

    private static readonly byte[] EventsAndTexts =
    [
        0x01, 0x01,                                     // version, empty source
        0x01, 0x01, 0x03,                               // 1 set: id -1 with 3 updates
        0x02, 0x03, (byte)'A', 0x05, 0xC3, 0x84, 0x01, 0, 1, 1, // 2 names, numbers of 1 byte: A, "Ä" (2 bytes), Ä
        0x80, 0x0C, 0x2B,                               // none and an event, String, Float64Array
        0x02,                                           // the event: disconnected
        0x01, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x01, 0x00, 0x00, // times per update: 0; + 1 s; - 1 s
        0x01, 0x00, 0x04, 0x03,                         // receive times 0, + 2, - 2
        0x01, 0x01, 0x09, (byte)'l', (byte)'o', (byte)'s', (byte)'t', 0x00, 0x03, 0x09, 0x01, // 1 alarm, 1 message; after 0 others: INVALID COMM message 1
        0x00,                                           // no metadata
        0x05, (byte)'h', (byte)'i',                     // "hi"
        0x01, 0, 0, 0, 0, 0, 0, 0, 0xC0,                // [-2.0]
    ];

    [Fact]
    public void Two_pulses_are_these_bytes()
    {
        var batch = new PvBatch("sim",
        [
            UpdateSet.Of(7, PvUpdate.Of("A", PvValue.Double(1), new(10, 500, 3)), PvUpdate.Of("B", PvValue.Integer(PvKind.Int32, -2), new(10, 500, 3))),
            UpdateSet.Of(8, PvUpdate.Of("A", PvValue.Double(1.5), new(11, 500, 4)), PvUpdate.Of("B", PvValue.Integer(PvKind.Int32, 3), new(11, 500, 4))),
        ]);
        Assert.Equal(TwoPulses, PvBatchCodec.Encode(batch));
        Batches.AssertSame(batch, PvBatchCodec.Decode(TwoPulses));
    }

    [Fact]
    public void Events_texts_and_arrays_are_these_bytes()
    {
        var batch = new PvBatch("",
        [
            UpdateSet.Of(-1, PvUpdate.Disconnect("A", "lost"), PvUpdate.Of("Ä", PvValue.String("hi"), new(1, 0), receivedTicks: 2), PvUpdate.Of("Ä", PvValue.Array(new[] { -2.0 }))),
        ]);
        Assert.Equal(EventsAndTexts, PvBatchCodec.Encode(batch));
        Batches.AssertSame(batch, PvBatchCodec.Decode(EventsAndTexts));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Everything_survives(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var batch = Batches.Random(random);
            Batches.AssertSame(batch, PvBatchCodec.Decode(PvBatchCodec.Encode(batch)));
        }
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    [InlineData(65_536, 2)]
    [InlineData(65_537, 4)]
    public void Name_numbers_are_as_wide_as_needed(int count, int width)
    {
        var names = Enumerable.Range(0, count).Select(i => $"PV{i}").ToArray();
        // The last one comes twice, so that the names do not go round.
        var batch = new PvBatch("s", [new(1, [.. names.Append(names[^1]).Select(n => PvUpdate.Of(n, PvValue.Double(1)))])]);
        var bytes = PvBatchCodec.Encode(batch);
        Batches.AssertSame(batch, PvBatchCodec.Decode(bytes));
        // The table of "PV{i}" names ends where the width begins, and the first number is 0.
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes($"PV{count - 1}")) + $"PV{count - 1}".Length;
        Assert.Equal([(byte)width, .. new byte[width], 1], bytes[at..(at + width + 2)]);
    }

    [Fact]
    public void A_batch_in_pieces_is_read_too()
    {
        var first = new Piece(TwoPulses.AsMemory(0, 1));
        var last = first;
        for (var i = 1; i < TwoPulses.Length; i++)
            last = last.Add(TwoPulses.AsMemory(i, 1));
        Batches.AssertSame(PvBatchCodec.Decode(TwoPulses), PvBatchCodec.Decode(new ReadOnlySequence<byte>(first, 0, last, 1)));
    }

    [Fact]
    public void Another_version_is_named()
    {
        var error = Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode([2, .. TwoPulses[1..]]));
        Assert.Equal("PV batch of format version 2; this program reads version 1: it was written by a newer one, or is no PV batch", error.Message);
    }

    [Fact]
    public void Too_many_sets_are_refused_on_both_sides()
    {
        var sets = Enumerable.Range(0, PvBatch.MaxSets + 1).Select(i => new UpdateSet(i, []));
        Assert.Contains("at most 256 sets", Assert.Throws<ArgumentException>(() => PvBatchCodec.Encode(new("s", [.. sets]))).Message);
        byte[] bytes = [1, 3, (byte)'s', 0x81, 0x02, .. Enumerable.Repeat<byte[]>([2, 0], 257).SelectMany(b => b)];
        Assert.Contains("at most 256 sets", Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode(bytes)).Message);
    }

    [Fact]
    public void A_batch_that_ends_anywhere_is_refused()
    {
        byte[][] batches = [TwoPulses, EventsAndTexts, PvBatchCodec.Encode(Batches.Random(new Random(7))), PvBatchCodec.Encode(Batches.Random(new Random(8)))];
        foreach (var bytes in batches)
        {
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode(bytes.AsSpan(0, length)));
            Assert.Contains("1 more byte", Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode([.. bytes, 0])).Message);
        }
    }

    [Fact]
    public void Changed_bytes_are_a_batch_or_one_kind_of_error()
    {
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            var bytes = PvBatchCodec.Encode(Batches.Random(random));
            for (var i = 0; i < 1000; i++)
            {
                var changed = bytes.ToArray();
                for (var n = random.Next(1, 4); n > 0; n--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                PvBatch? batch = null;
                try
                {
                    batch = PvBatchCodec.Decode(changed);
                }
                catch (PvBatchFormatException)
                {
                    continue;
                }
                // What was accepted is a batch like any other.
                Batches.AssertSame(batch, PvBatchCodec.Decode(PvBatchCodec.Encode(batch)));
            }
        }
    }

    [Fact]
    public void A_count_that_lies_costs_no_memory()
    {
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        byte[][] lies =
        [
            [1, .. huge],                                           // source
            [1, 1, .. huge],                                        // sets
            [1, 1, 1, 0, .. huge, .. new byte[64]],                 // updates
            [1, 1, 1, 0, 1, .. huge, .. new byte[64]],              // names
            [.. EventsAndTexts[..^9], .. huge, .. new byte[64]],    // elements of the array
        ];
        foreach (var lie in lies)
        {
            Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode(lie));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<PvBatchFormatException>(() => PvBatchCodec.Decode(lie));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65_536);
        }
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Add(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
