using System.Text.Json;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Silo.CommandLine;
using ModelManager.Values;

namespace ModelManager.Silo.Tests.CommandLine;

public sealed class PvCommandTests : IAsyncDisposable
{
    private readonly PvaServer _server = PvaServer.Start(new() { ServerPort = 0, UseUdp = false, Interfaces = [new("127.0.0.1")] });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Server => $"127.0.0.1:{_server.Port}";

    [Fact]
    public async Task Get_shows_value_units_and_alarm_and_fails_when_one_is_missing()
    {
        _server.AddPv("T:x", NtScalar.Double(0, new PvMeta { Units = "kG" })).Post(0.48, new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI"), new PvTime(1_700_000_000, 0));

        var (code, output, error) = await ModelManagerProgram.Run("pv", "get", "T:x", "T:none", "--server", Server, "--timeout", "2");

        Assert.Equal(1, code);
        Assert.Contains("0.48 kG MAJOR HIHI", output, StringComparison.Ordinal);
        Assert.Contains("T:none", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_every_field()
    {
        _server.AddPv("T:x", NtScalar.Double(1)).Post(double.NaN, Alarm.Invalid(AlarmStatus.Udf, "UDF"), new PvTime(1_700_000_000, 5, 77));

        var (code, output, _) = await ModelManagerProgram.Run("pv", "get", "pva://T:x", "--server", Server, "--json");

        Assert.Equal(0, code);
        var read = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("NaN", "INVALID", 1_700_000_000, 77), (read.GetProperty("value").GetString(), read.GetProperty("severity").GetString(), read.GetProperty("seconds").GetInt64(), read.GetProperty("userTag").GetInt32()));
    }

    [Fact]
    public async Task Put_writes_negative_numbers_and_arrays_and_tells_a_refusal_in_the_words_of_the_server()
    {
        _server.AddPv("T:x", NtScalar.Double(1), _ => new(PutReply.Accepted));
        _server.AddPv("T:a", NtScalarArray.Of(new double[] { 0 }), _ => new(PutReply.Accepted));
        _server.AddPv("T:no", NtScalar.Double(1), _ => new(PutReply.Refused("the gun is interlocked")));

        Assert.Equal(0, (await ModelManagerProgram.Run("pv", "put", "--server", Server, "T:x", "-0.5")).ExitCode);
        Assert.Equal(0, (await ModelManagerProgram.Run("pv", "put", "--server", Server, "T:a", "1", "2.5", "3")).ExitCode);
        var (code, _, error) = await ModelManagerProgram.Run("pv", "put", "--server", Server, "T:no", "2");

        Assert.Equal(-0.5, _server.Find("T:x")!.Read().Value.AsDouble());
        Assert.Equal([1, 2.5, 3], (double[])_server.Find("T:a")!.Read().Value.AsArray());
        Assert.Equal(1, code);
        Assert.Contains("the gun is interlocked", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitor_ends_after_the_count()
    {
        _server.AddPv("T:x", NtScalar.Double(1.25));

        var (code, output, _) = await ModelManagerProgram.Run("pv", "monitor", "T:x", "--count", "1", "--server", Server);

        Assert.Equal(0, code);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1.25", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_and_info_show_what_a_server_has()
    {
        _server.AddPv("T:x", NtScalar.Double(1, new PvMeta { Units = "kG", Control = new(-1, 1) }));

        Assert.Equal("T:x", (await ModelManagerProgram.Run("pv", "list", Server)).Output.Trim());
        var (code, output, _) = await ModelManagerProgram.Run("pv", "info", "T:x", "--server", Server);
        Assert.Equal(0, code);
        Assert.All((string[])[Server, "kG", "-1 to 1", "epics:nt/NTScalar:1.0"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Access_explains_by_rule()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "UAG(ops) {alice}\nASG(DEFAULT) {\n  RULE(1, READ)\n  RULE(1, WRITE) { UAG(ops) }\n}\n");

            var (code, output, _) = await ModelManagerProgram.Run("pv", "access", "T:x", "-f", file, "-u", "bob", "--json");

            Assert.Equal(0, code);
            var read = JsonDocument.Parse(output).RootElement;
            Assert.True(read.GetProperty("read").GetBoolean());
            Assert.False(read.GetProperty("write").GetBoolean());
            Assert.Contains("'bob' is not in ops", read.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Validate_connect_says_of_every_pv_what_was_found_or_why_not()
    {
        var file = Path.ChangeExtension(Path.GetTempFileName(), ".yaml");
        var example = await File.ReadAllTextAsync(Path.Combine(Testing.SharedData.RepositoryRoot, "examples", "p4p", "client.yaml"));
        await File.WriteAllTextAsync(file, example.Replace("\"localhost:5075\"", $"\"{Server}\"\n    EPICS_PVA_AUTO_ADDR_LIST: \"NO\"", StringComparison.Ordinal));
        _server.AddPv("LUME:MLFLOW:TEST_A", NtScalar.Double(2, new PvMeta { Units = "mm" }));
        _server.AddPv("LUME:MLFLOW:TEST_B", NtScalarArray.Of(new double[] { 0 }));
        try
        {
            var (code, output, error) = await ModelManagerProgram.Run("validate", file, "--connect");

            Assert.Equal(1, code);
            Assert.Contains("ok LUME:MLFLOW:TEST_A (input_data): Float64 2 mm", output + error, StringComparison.Ordinal);
            Assert.Contains("-- LUME:MLFLOW:TEST_G (output_data_to): PV 'LUME:MLFLOW:TEST_G': no server has answered", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("NAME", "NAME")]
    [InlineData("pva://A:B.C", "A:B.C")]
    [InlineData("CA://A:B", "ca://A:B")]
    public void Names_without_a_scheme_are_pvAccess(string text, string shown) => Assert.Equal(shown, PvName.Parse(text).ToString());

    [Theory]
    [InlineData("http://A", "http://")]
    [InlineData("ca://", "no PV")]
    public void Other_schemes_and_no_name_are_told(string text, string told) => Assert.Contains(told, Assert.Throws<CommandFailure>(() => PvName.Parse(text)).Message, StringComparison.Ordinal);
}
