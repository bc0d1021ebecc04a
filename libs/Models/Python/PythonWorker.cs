using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelManager.Models.Python;

/// <summary>One living process with one model in it (and its keeper, which is the process that is started and told of: worker/isolation.py). One call at a time; after a <see cref="WorkerLostException"/> it is only good for disposing.</summary>
internal sealed partial class PythonWorker : IDisposable
{
    private const int Protocol = 1;
    private const int Kill9 = 9;
    private const int Terminate15 = 15;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    // A few milliseconds as a rule; a machine with more work than cores may let it wait.
    private static readonly TimeSpan KeeperPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Stream _to, _from;
    private readonly ITimer _limit;
    private readonly ReplyFrame _reply = new();
    private readonly int _group;
    private volatile bool _late;
    private bool _disposed;

    private PythonWorker(Process process, PythonLaunch launch, TimeProvider time)
    {
        _process = process;
        _to = process.StandardInput.BaseStream;
        _from = process.StandardOutput.BaseStream;
        Output = new WorkerOutput(process.StandardError.BaseStream, launch.Printed);
        // What the model forked holds the pipes open: it goes with the worker, whose session it is in (worker/isolation.py).
        _group = process.Id;
        process.Exited += (_, _) => Signal(-_group, Kill9);
        process.EnableRaisingEvents = true;
        _limit = time.CreateTimer(static worker => ((PythonWorker)worker!).Late(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public WorkerHello Hello { get; private set; } = null!;
    public WorkerOutput Output { get; }
    public int ProcessId => _process.Id;

    /// <summary>Starts the interpreter and loads the model.</summary>
    /// <exception cref="ModelException">The interpreter cannot be run, or the model refuses to load: trying again would not help.</exception>
    /// <exception cref="WorkerLostException">The process ended or did not answer in time.</exception>
    public static PythonWorker Start(PythonLaunch launch, TimeSpan timeout, TimeProvider time)
    {
        Process process;
        try
        {
            process = WorkerStarter.Start(launch.ProcessInfo());
        }
        catch (System.ComponentModel.Win32Exception failed)
        {
            throw new ModelException($"the Python interpreter {launch.Interpreter} cannot be run: {failed.Message}", failed);
        }
        var worker = new PythonWorker(process, launch, time);
        try
        {
            worker.Send(launch.Sources());
            var frame = new RequestFrame();
            frame.Message(launch.Request());
            using var hello = JsonDocument.Parse(worker.Call(frame, timeout).Header);
            if (hello.RootElement.TryGetProperty("error", out var error))
            {
                if (hello.RootElement.TryGetProperty("trace", out var trace) && trace.GetString() is { Length: > 0 } text)
                    launch.Failed(text);
                throw new ModelException(error.GetString()!);
            }
            worker.Hello = WorkerHello.Read(hello.RootElement);
            if (worker.Hello.Protocol != Protocol)
                throw new ModelException($"the worker speaks protocol {worker.Hello.Protocol}, this program {Protocol}");
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Sends a frame and waits for its answer, which is good until the next call.</summary>
    /// <exception cref="WorkerLostException">No answer came in time, or the process ended.</exception>
    public ReplyFrame Call(RequestFrame request, TimeSpan timeout)
    {
        _limit.Change(timeout, Timeout.InfiniteTimeSpan);
        try
        {
            _to.Write(request.Bytes);
            if (_reply.Read(_from))
                return _reply;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // The pipe's other end is closed; why is told below.
        }
        finally
        {
            _limit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        throw new WorkerLostException(_late ? $"no answer within {timeout.TotalSeconds:0.###} s; it was ended{Tail()}" : Obituary());
    }

    /// <summary>Ends the process, whatever it is doing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _limit.Dispose();
        Kill();
        _to.Dispose();
        _from.Dispose();
        _process.Dispose();
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _to.Write(bytes);
        }
        catch (IOException)
        {
            throw new WorkerLostException(Obituary());
        }
    }

    private void Late()
    {
        _late = true;
        Kill();
    }

    // The keeper ends all below it, in whatever session; where there is none, or it was stopped, what can be found is ended from here.
    private void Kill()
    {
        try
        {
            if (!_process.HasExited)
                Signal(_group, Terminate15);
            if (!_process.WaitForExit(KeeperPatience))
                _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended already.
        }
        Signal(-_group, Kill9);
    }

    private string Obituary()
    {
        if (!_process.WaitForExit(LastWords))
            return $"it closed its pipes and went on running{Tail()}";
        var code = _process.ExitCode;
        // The runtime reports a signal as 128 + its number.
        var how = code switch
        {
            137 => "it was killed (signal 9; where memory is short the kernel does this)",
            134 => "it aborted (signal 6)",
            139 => "it crashed (signal 11, segmentation fault)",
            > 128 and < 160 => $"it was ended by signal {code - 128}",
            _ => $"it exited with code {code}",
        };
        return how + Tail();
    }

    private string Tail()
    {
        Output.Ended.Wait(LastWords);
        var lines = Output.LastLines();
        return lines.Length == 0 ? "" : $". Its last output:{Environment.NewLine}{string.Join(Environment.NewLine, lines.Select(line => "  " + line))}";
    }

    // kill(2): a negative number is a process group.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
