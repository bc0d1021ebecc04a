using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics;

/// <summary>PVs of every kind on loopback, for the tools of EPICS base and pvxs; runs until its input ends.</summary>
internal static class PvaPeerServer
{
    public static async Task<int> Run(string[] args)
    {
        var options = new PvaServerOptions
        {
            ServerPort = int.Parse(args[0]),
            BroadcastPort = int.Parse(args[1]),
            Interfaces = args.Contains("any") ? [] : [new("127.0.0.1")],
            Protocol = new ServerProtocolOptions { BigEndian = args.Contains("be"), UseTypeCache = args.Contains("cache"), SegmentSize = args.Contains("segments") ? 1000 : 0 },
        };
        await using var server = PvaServer.Start(options);
        var meta = new PvMeta
        {
            Units = "mm",
            Description = "demo",
            Precision = 3,
            Display = new(-10, 10),
            Control = new(-5, 5),
            MinStep = 0.1,
            Alarm = new AlarmLimits(-9, -8, 8, 9),
        };
        server.AddPv("D:dbl", NtScalar.Double(3.25, meta));
        server.AddPv("D:int", NtScalar.Int32(-42));
        server.AddPv("D:str", NtScalar.String("hello model manager"));
        server.AddPv("D:bool", NtScalar.Boolean(true));
        server.AddPv("D:undefined", NtScalar.Double());
        server.AddPv("D:arr", NtScalarArray.Of(new double[] { 1, 2, -3.5 }));
        server.AddPv("D:sarr", NtScalarArray.Of(new[] { "one", "two" }));
        server.AddPv("D:barr", NtScalarArray.Of(new byte[] { 1, 2, 3, 255 }));
        server.AddPv("D:enum", NtEnum.Of(1, "Off", "On", "Fault"), Accept);
        server.AddPv("D:table", NtTable.Of(("A", new[] { 1.0, 2.0 }), ("B", new[] { "x", "y" })));
        server.AddPv("D:img", NtNdArray.Of(Image(4, 8)));
        server.AddPv("D:bigimg", NtNdArray.Of(Image(480, 640)));
        server.AddPv("D:x", NtScalar.Double(1, meta), Accept);
        server.AddPv("D:name", NtScalar.String("before"), Accept);
        server.AddPv("D:wf", NtScalarArray.Of(new double[] { 1 }), Accept);
        server.AddPv("D:rej", NtScalar.Double(1), _ => new(PutReply.Refused("put refused by demo")));
        server.AddPv("D:add", NtScalar.Double(0)).OnRpc = static (argument, _) =>
        {
            var sum = NtScalar.Double(Convert.ToDouble(argument?["query.lhs"]) + Convert.ToDouble(argument?["query.rhs"]));
            return new(sum.Value);
        };
        var tick = server.AddPv("D:tick", NtScalar.Int32(0, new PvMeta { Units = "ticks" }));
        var count = 0;
        using var timer = new Timer(_ =>
        {
            var value = Interlocked.Increment(ref count);
            tick.Post(PvValue.Integer(PvKind.Int32, value), value % 5 == 0 ? new Alarm(AlarmSeverity.Minor, AlarmStatus.High, "HIGH") : Alarm.None);
        }, null, 100, 100);
        Console.WriteLine($"serving on {server.EndPoint}, GUID {server.Guid}");
        while (await Console.In.ReadLineAsync() is { } line)
            if (line.Split(' ') is ["remove", var name])
                Console.WriteLine(server.RemovePv(name));
        return 0;
    }

    private static ValueTask<PutReply> Accept(PutRequest request)
    {
        Console.WriteLine($"put {request.Pv.Name} = {request.NewValue} by {request.Client}");
        return new(PutReply.Accepted);
    }

    internal static PvImage Image(int rows, int columns)
    {
        var pixels = new double[rows * columns];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 256;
        return new(pixels, [rows, columns]);
    }
}
