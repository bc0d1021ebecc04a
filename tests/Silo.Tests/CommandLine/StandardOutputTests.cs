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
