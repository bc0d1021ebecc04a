using System.Threading.Channels;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

public class CaEndToEndTests
{
    private static CancellationToken Soon() => new CancellationTokenSource(CaPair.Generous).Token;

    [Fact]
    public async Task Get_brings_value_alarm_time_and_metadata()
    {
        await using var pair = CaPair.Start();
        var meta = new PvMeta
        {
            Kind = PvKind.Float64,
            Units = "mA",
            Precision = 3,
            Display = new(-10, 10),
            Control = new(-5, 5),
            Alarm = new(-9, -8, 8, 9),
        };
        var sample = new PvSample(PvValue.Double(8.5), new(AlarmSeverity.Minor, AlarmStatus.High, "HIGH"), new(1_700_000_000, 123_456_789), 0, meta);
        pair.Server.AddPv("BEAM:CURRENT", sample);

        var got = await pair.Client.Get("BEAM:CURRENT", Soon());

        Assert.Equal(8.5, got.Value.AsDouble());
        Assert.Equal(sample.Alarm, got.Alarm);
        Assert.Equal(sample.Time, got.Time);
        Assert.Equal("mA", got.Meta!.Units);
        Assert.Equal(3, got.Meta.Precision);
        Assert.Equal(meta.Display, got.Meta.Display);
        Assert.Equal(meta.Control, got.Meta.Control);
        Assert.Equal(meta.Alarm, got.Meta.Alarm);
    }

    public static TheoryData<PvValue, PvValue> Kinds() => new()
    {
        { PvValue.Boolean(true), PvValue.Enum(1) },
        { PvValue.Integer(PvKind.Int8, -3), PvValue.Integer(PvKind.UInt8, 253) },
        { PvValue.Integer(PvKind.UInt8, 200), PvValue.Integer(PvKind.UInt8, 200) },
        { PvValue.Integer(PvKind.Int16, -300), PvValue.Integer(PvKind.Int16, -300) },
        { PvValue.Integer(PvKind.UInt16, 60000), PvValue.Integer(PvKind.Int32, 60000) },
        { PvValue.Integer(PvKind.Int32, -70000), PvValue.Integer(PvKind.Int32, -70000) },
        { PvValue.Integer(PvKind.UInt32, 4_000_000_000), PvValue.Double(4e9) },
        { PvValue.Integer(PvKind.Int64, -1L << 40), PvValue.Double(-(1L << 40)) },
        { PvValue.Integer(PvKind.UInt64, 1L << 40), PvValue.Double(1L << 40) },
        { PvValue.Single(1.5f), PvValue.Single(1.5f) },
        { PvValue.Double(Math.PI), PvValue.Double(Math.PI) },
        { PvValue.String("hello"), PvValue.String("hello") },
        { PvValue.Enum(2), PvValue.Enum(2) },
        { PvValue.Array(new[] { 1.5, -2.5 }), PvValue.Array(new[] { 1.5, -2.5 }) },
        { PvValue.Array(new float[] { 1, 2, 3 }), PvValue.Array(new float[] { 1, 2, 3 }) },
        { PvValue.Array(new long[] { 7, -8 }), PvValue.Array(new double[] { 7, -8 }) },
        { PvValue.Array(new[] { 5, 6 }), PvValue.Array(new[] { 5, 6 }) },
        { PvValue.Array(new ushort[] { 5, 65535 }), PvValue.Array(new[] { 5, 65535 }) },
        { PvValue.Array(new short[] { -5, 6 }), PvValue.Array(new short[] { -5, 6 }) },
        { PvValue.Array(new byte[] { 0, 255, 3 }), PvValue.Array(new byte[] { 0, 255, 3 }) },
        { PvValue.Array(new[] { true, false }), PvValue.Array(new ushort[] { 1, 0 }) },
        { PvValue.Array(new[] { "a", "bc" }), PvValue.Array(new[] { "a", "bc" }) },
        { PvValue.Image(new(new ushort[] { 1, 2, 3, 4, 5, 6 }, [2, 3])), PvValue.Array(new[] { 1, 2, 3, 4, 5, 6 }) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_arrives_as_Channel_Access_can_say_it(PvValue served, PvValue expected)
    {
        await using var pair = CaPair.Start();
        pair.Server.AddPv("X", CaPair.Sample(served));
        Assert.Equal(expected, (await pair.Client.Get("X", Soon())).Value);
    }

    [Fact]
    public async Task Monitor_brings_the_first_value_with_its_metadata_and_every_post()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("M", CaPair.Sample(PvValue.Double(0), new() { Units = "V" }));
        var updates = new List<PvUpdate>();
        await foreach (var update in pair.Client.Monitor("M", Soon()))
        {
            updates.Add(update);
            if (updates.Count == 5)
                break;
            if (update.Kind == PvUpdateKind.Value)
                pv.Post(CaPair.Sample(updates.Count));
        }
        Assert.Equal(PvUpdateKind.Connected, updates[0].Kind);
        Assert.Equal([0.0, 2.0, 3.0, 4.0], updates.Skip(1).Select(u => u.Sample.Value.AsDouble()));
        Assert.All(updates.Skip(1), u => Assert.Equal("V", u.Sample.Meta!.Units));
    }

    [Fact]
    public async Task A_put_reaches_the_handler_with_who_asked_and_ends_when_the_handler_does()
    {
        await using var pair = CaPair.Start(configure: o => o with { User = "operator", Host = "console7" });
        var gate = new TaskCompletionSource();
        var seen = new TaskCompletionSource<CaPut>();
        pair.Server.AddPv("P", CaPair.Sample(0), new()
        {
            OnPut = async (put, _) =>
            {
                seen.SetResult(put);
                await gate.Task;
                return CaPutResult.Accepted;
            },
        });

        var putting = pair.Client.Put("P", 4.5, Soon());
        var put = await seen.Task.WaitAsync(CaPair.Generous);
        Assert.False(putting.IsCompleted);
        gate.SetResult();
        await putting;

        Assert.Equal(("P", 4.5, "operator", "console7", true), (put.PvName, put.Value.AsDouble(), put.User, put.Host, put.WithCompletion));
    }

    [Fact]
    public async Task A_refused_put_fails_and_a_read_only_PV_grants_no_write_access()
    {
        await using var pair = CaPair.Start();
        pair.Server.AddPv("REFUSES", CaPair.Sample(0), new() { OnPut = (_, _) => new(CaPutResult.Refused("not now")) });
        pair.Server.AddPv("RO", CaPair.Sample(0));

        var refused = await Assert.ThrowsAsync<CaPutRefusedException>(() => pair.Client.Put("REFUSES", 1, Soon()));
        Assert.Equal(Eca.PutFail, refused.Status);
        var readOnly = await Assert.ThrowsAsync<CaPutRefusedException>(() => pair.Client.Put("RO", 1, Soon()));
        Assert.Equal(Eca.NoWriteAccess, readOnly.Status);
        Assert.Equal(CaAccess.Read, (await pair.Client.Info("RO", Soon())).Access);
        Assert.Equal(CaAccess.Read | CaAccess.Write, (await pair.Client.Info("REFUSES", Soon())).Access);
    }

    [Fact]
    public async Task A_restarted_server_is_found_again_and_the_monitor_goes_on()
    {
        var server = CaServer.Start(CaPair.ServerOptions);
        var udp = server.UdpPort;
        server.AddPv("R", CaPair.Sample(1));
        await using var client = new CaClient(CaPair.ClientOptions(server));
        var updates = Channel.CreateUnbounded<PvUpdate>();
        using var subscription = client.Subscribe("R", (in PvUpdate update) => updates.Writer.TryWrite(update));
        async Task<PvUpdate> Next() => await updates.Reader.ReadAsync(Soon());

        Assert.Equal(PvUpdateKind.Connected, (await Next()).Kind);
        Assert.Equal(1.0, (await Next()).Sample.Value.AsDouble());
        await server.DisposeAsync();
        var lost = await Next();
        Assert.Equal((PvUpdateKind.Disconnected, AlarmSeverity.Invalid), (lost.Kind, lost.Sample.Alarm.Severity));

        await using var again = CaServer.Start(CaPair.ServerOptions with { Port = udp });
        again.AddPv("R", CaPair.Sample(2));
        Assert.Equal(PvUpdateKind.Connected, (await Next()).Kind);
        Assert.Equal(2.0, (await Next()).Sample.Value.AsDouble());
    }

    [Fact]
    public async Task A_name_server_answers_over_TCP_when_there_is_no_UDP()
    {
        await using var server = CaServer.Start(CaPair.ServerOptions with { EnableUdp = false });
        server.AddPv("N", CaPair.Sample(3));
        await using var client = new CaClient(new CaClientOptions
        {
            AutoAddresses = false,
            UseRepeater = false,
            NameServers = [$"127.0.0.1:{server.TcpPort}"],
            OperationTimeout = CaPair.Generous,
        });
        Assert.Equal(3.0, (await client.Get("N", Soon())).Value.AsDouble());
    }

    [Fact]
    public async Task Fields_of_a_record_are_there_for_tools_that_ask_for_them()
    {
        await using var pair = CaPair.Start();
        var meta = new PvMeta { Units = "mm", Precision = 2, Description = "a long description that is longer than the forty bytes of a string", Display = new(0, 9) };
        pair.Server.AddPv("F", new(PvValue.Double(1), new(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI"), new(1_700_000_000, 0), 0, meta));
        async Task<string> Text(string name) => (await pair.Client.Get(name, Soon())).Value.ToString();

        Assert.Equal("mm", await Text("F.EGU"));
        Assert.Equal("2", await Text("F.PREC"));
        Assert.Equal("9", await Text("F.HOPR"));
        Assert.Equal("ai", await Text("F.RTYP"));
        Assert.Equal("F", await Text("F.NAME"));
        Assert.Equal("1", await Text("F.VAL"));
        Assert.Equal(meta.Description, await Text("F.DESC$"));
        var severity = await pair.Client.Get("F.SEVR", Soon());
        Assert.Equal("MAJOR", severity.Meta!.Choices[(int)severity.Value.AsInt64()]);
        await Assert.ThrowsAsync<CaTimeoutException>(async () =>
        {
            await using var impatient = new CaClient(CaPair.ClientOptions(pair.Server, o => o with { OperationTimeout = TimeSpan.FromMilliseconds(300) }));
            await impatient.Get("F.NOSUCHFIELD", Soon());
        });
    }
}
