using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.Net;

namespace ModelManager.Benchmarks.Epics;

/// <summary>The built <c>model_manager</c> as a process that serves PVs on loopback, on a search port of its own.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly int _searchPort;

    private RunningProgram(Process process, int searchPort) => (_process, _searchPort) = (process, searchPort);

    public static RunningProgram Start(params string[] arguments)
    {
        var port = FreeUdpPort();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "model_manager.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EPICS_PVAS_INTF_ADDR_LIST"] = "127.0.0.1";
        start.Environment["EPICS_PVAS_BEACON_ADDR_LIST"] = "127.0.0.1";
        start.Environment["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = "NO";
        start.Environment["EPICS_PVAS_BROADCAST_PORT"] = $"{port}";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += static (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
                Console.Error.WriteLine(text);
        };
        process.BeginErrorReadLine();
        return new(process, port);
    }

    public PvaClient Client() => new(new() { AutoAddressList = false, AddressList = [new("127.0.0.1")], BroadcastPort = _searchPort });

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
