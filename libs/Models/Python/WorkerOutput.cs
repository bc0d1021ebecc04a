using System.Text;

namespace ModelManager.Models.Python;

/// <summary>What a worker prints: cut into lines, given to the log, the last ones kept for error messages. Bounded, whatever the model prints.</summary>
internal sealed class WorkerOutput
{
    private const int LongestLine = 4096;
    private const int Kept = 20;

    private readonly Action<string> _line;
    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();

    public WorkerOutput(Stream stream, Action<string> line)
    {
        _line = line;
        Ended = Task.Factory.StartNew(() => Read(stream), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Done when the last process that could print has ended.</summary>
    public Task Ended { get; }

    public string[] LastLines()
    {
        lock (_gate)
            return [.. _last];
    }

    private void Read(Stream stream)
    {
        var bytes = new byte[16 << 10];
        var line = new List<byte>();
        var skipping = false;
        while (Next(stream, bytes) is > 0 and var count)
            foreach (var one in bytes.AsSpan(0, count))
            {
                if (one == (byte)'\n')
                {
                    if (!skipping)
                        Take(line);
                    line.Clear();
                    skipping = false;
                }
                else if (!skipping)
                {
                    line.Add(one);
                    if (line.Count < LongestLine)
                        continue;
                    Take(line);
                    skipping = true;
                }
            }
        if (line.Count > 0 && !skipping)
            Take(line);
    }

    private static int Next(Stream stream, byte[] into)
    {
        try
        {
            return stream.Read(into);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private void Take(List<byte> line)
    {
        var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
        lock (_gate)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(text);
        }
        _line(text);
    }
}
