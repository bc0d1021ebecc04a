using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

/// <summary>The npm package epics-tca, a Channel Access client of other authors, against our server. <c>.ci/run</c> installs it beside its script.</summary>
public class EpicsTcaTests
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "tests", "Epics.Net.Tests", "tca");

    [Fact]
    public async Task Gets_puts_and_monitors()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Folder, "node_modules", "epics-tca", "package.json")), Absent);
        await using var pair = CaPair.Start();
        var server = pair.Server;
        var meta = new PvMeta { Units = "mA", Precision = 3, Display = new(-10, 10), Control = new(-5, 5), Alarm = new(-9, -8, 8, 9) };
        server.AddPv("TCA:DOUBLE", new(PvValue.Double(8.5), new(AlarmSeverity.Minor, AlarmStatus.High, "HIGH"), new(1_700_000_000, 123_000_000), 0, meta));
        server.AddPv("TCA:TEXT", CaPair.Sample(PvValue.String("from C#")));
        server.AddPv("TCA:ENUM", CaPair.Sample(PvValue.Enum(1), new() { Choices = ["Off", "On"] }));
        server.AddPv("TCA:ARRAY", CaPair.Sample(PvValue.Array(new[] { 1.5, 2.5, 3.5 })));
        server.AddPv("TCA:WRITABLE", CaPair.Sample(0), new() { Writable = true });
        var ticks = server.AddPv("TCA:TICKS", CaPair.Sample(0));
        server.AddPv("TCA:GO", CaPair.Sample(0), new()
        {
            OnPut = (_, _) =>
            {
                for (var i = 1; i <= 3; i++)
                    ticks.Post(CaPair.Sample(i));
                return new(CaPutResult.Accepted);
            },
        });

        var output = await Run("node", "client.cjs", server.UdpPort.ToString(), FreePort().ToString());
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith("RESULT ", StringComparison.Ordinal));
        Assert.True(line is not null, output);
        var seen = JsonDocument.Parse(line["RESULT ".Length..]).RootElement;

        Assert.Equal(8.5, Number(seen.GetProperty("double")));
        var time = seen.GetProperty("time");
        Assert.Equal((8.5, 4, 1), (Number(time), time.GetProperty("status").GetInt32(), time.GetProperty("severity").GetInt32()));
        Assert.Equal((1_700_000_000 - 631_152_000, 123_000_000), (time.GetProperty("secondsSinceEpoch").GetInt64(), time.GetProperty("nanoSeconds").GetInt32()));
        var control = seen.GetProperty("control");
        Assert.Equal(("mA", 3), (control.GetProperty("units").GetString(), control.GetProperty("precision").GetInt32()));
        Assert.Equal([10.0, -10, 9, 8, -8, -9, 5, -5], new[]
        {
            "upper_display_limit", "lower_display_limit", "upper_alarm_limit", "upper_warning_limit", "lower_warning_limit", "lower_alarm_limit", "upper_ctrl_limit", "lower_ctrl_limit",
        }.Select(name => control.GetProperty(name).GetDouble()));
        Assert.Equal("from C#", First(seen.GetProperty("text").GetProperty("value")).GetString());
        Assert.Equal(["Off", "On"], seen.GetProperty("choices").GetProperty("strings").EnumerateArray().Take(2).Select(s => s.GetString()));
        Assert.Equal([1.5, 2.5, 3.5], seen.GetProperty("array").GetProperty("value").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(["READ_ONLY", "READ_WRITE"], seen.GetProperty("rights").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(7.25, Number(seen.GetProperty("readBack")));
        Assert.Equal([0.0, 1, 2, 3], seen.GetProperty("updates").EnumerateArray().Select(u => First(u).GetDouble()));
    }

    private static double Number(JsonElement data) => First(data.GetProperty("value")).GetDouble();

    private static JsonElement First(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value[0] : value;

    /// <summary>Tests fetch nothing: <c>.ci/run</c> installs the package, and a plain clone skips.</summary>
    private const string Absent = "the npm package epics-tca is not installed: run npm install in tests/Epics.Net.Tests/tca";

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}\n{await output}\n{await errors}");
        return await output;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
