using ModelManager.Silo.CommandLine;

namespace ModelManager.Silo.Tests.CommandLine;

public class StandardOutputTests
{
    [Fact]
    public async Task A_reader_that_has_gone_is_noticed_once_and_later_lines_go_nowhere()
    {
        using var closed = new CancellationTokenSource();
        var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        closed.Token.Register(() => noticed.SetResult());
        var pipe = new BrokenPipe();
        await using var output = StandardOutput.Writer(pipe, closed);

        output.WriteLine("first");
        await noticed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        output.WriteLine("second");

        Assert.Equal(1, pipe.Writes);
    }

    [Fact]
    public void Text_is_written_as_it_is_without_a_mark_before_it()
    {
        using var closed = new CancellationTokenSource();
        var bytes = new MemoryStream();
        using var output = StandardOutput.Writer(bytes, closed);

        output.Write("\u00b5m\n");

        Assert.Equal([0xC2, 0xB5, (byte)'m', (byte)'\n'], bytes.ToArray());
        Assert.False(closed.IsCancellationRequested);
    }

    [Theory]
    [InlineData("{ PROGRAM formula 1+1; echo after; } > FILE", "2 after")]
    [InlineData("{ PROGRAM formula 1+1; echo after; } | cat > FILE", "2 after")]
    public async Task What_programs_before_and_after_write_to_the_same_place_stays(string line, string expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            var program = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "model_manager.dll")}'";
            using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", line.Replace("PROGRAM", program, StringComparison.Ordinal).Replace("FILE", $"'{file}'", StringComparison.Ordinal)]);
            await shell.WaitForExitAsync();

            Assert.Equal(expected, string.Join(' ', await File.ReadAllLinesAsync(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class BrokenPipe : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            throw new IOException("Broken pipe");
        }
    }
}
