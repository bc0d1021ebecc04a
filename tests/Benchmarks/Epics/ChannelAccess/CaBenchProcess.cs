using System.Diagnostics;
using System.Globalization;
using ModelManager.Epics.Net.ChannelAccess;

namespace ModelManager.Benchmarks.Epics.ChannelAccess;

/// <summary>This program once more, as a server.</summary>
internal sealed class CaBenchProcess : IDisposable
{
    private readonly Process _process;

    private CaBenchProcess(Process process)
    {
        _process = process;
        var ports = (process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the server process ended before it said its ports")).Split(' ');
        (TcpPort, UdpPort) = (int.Parse(ports[0], CultureInfo.InvariantCulture), int.Parse(ports[1], CultureInfo.InvariantCulture));
    }

    public int TcpPort { get; }
    public int UdpPort { get; }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static CaBenchProcess Start(params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process has no path");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(CaBenchProcess).Assembly.Location);
        start.ArgumentList.Add("ca");
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    public CaClientOptions ClientOptions() => new()
    {
        Addresses = UdpPort == 0 ? [] : [$"127.0.0.1:{UdpPort}"],
        AutoAddresses = false,
        UseRepeater = false,
    };

    /// <summary>Without a good-bye, as a crash.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(5000))
                Kill();
        }
        _process.Dispose();
    }
}
