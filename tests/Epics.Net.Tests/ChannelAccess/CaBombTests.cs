using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

/// <summary>Measures the memory of the process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(CaBombTests), DisableParallelization = true)]
[Collection(nameof(CaBombTests))]
public class CaBombTests
{
    private static CancellationToken Soon() => new CancellationTokenSource(CaPair.Generous).Token;

    [Fact]
    public async Task A_bomb_of_a_header_closes_its_circuit_with_a_reason_and_claims_nothing()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("OK", CaPair.Sample(1), new() { Writable = true });
        using var bomber = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await bomber.ConnectAsync(IPAddress.Loopback, pair.Server.TcpPort, Soon());
        var request = new ArrayBufferWriter<byte>();
        CaWriter.Version(request);
        CaWriter.CreateChannel(request, 1, "OK");
        new CaHeader(CaCommand.WriteNotify, 0xFFFF_FFF8, 6, 0x1FFF_FFFF, 1, 1).Write(request.GetSpan(CaHeader.ExtendedSize));
        request.Advance(CaHeader.ExtendedSize);
        await bomber.SendAsync(request.WrittenMemory, Soon());
        var buffer = new byte[4096];
        var total = 0;
        int count;
        while ((count = await bomber.ReceiveAsync(buffer.AsMemory(total), Soon())) > 0)
            total += count;
        Assert.True(total >= 16);
        // Many that announce much and send little cost what they send.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var crowd = new List<Socket>();
        for (var i = 0; i < 200; i++)
        {
            var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await one.ConnectAsync(IPAddress.Loopback, pair.Server.TcpPort, Soon());
            request.ResetWrittenCount();
            CaWriter.Version(request);
            CaWriter.CreateChannel(request, 1, "OK");
            new CaHeader(CaCommand.WriteNotify, 60 << 20, 6, 7 << 20, 1, 1).Write(request.GetSpan(CaHeader.ExtendedSize));
            request.Advance(CaHeader.ExtendedSize);
            await one.SendAsync(request.WrittenMemory, Soon());
            crowd.Add(one);
        }
        await pair.Client.Put("OK", 5, Soon());
        Assert.Equal(5.0, pv.Current.Value.AsDouble());
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -(1L << 30), 200 * 100_000);
        crowd.ForEach(s => s.Dispose());
    }
}
