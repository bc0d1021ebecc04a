using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Models.Python;

namespace ModelManager.Models.Tests.Python;

/// <summary>What goes wrong in a worker stays there: the call fails with its reason and the next one is answered.</summary>
public class PythonFaultTests
{
    [Theory]
    [InlineData("raises", "ValueError: the gun is off")]
    [InlineData("wrong_name", "returned no 'y'; it returned 'z'")]
    [InlineData("missing", "returned no 'y'; it returned nothing")]
    [InlineData("text", "output 'y' is the text 'a text'; it is declared as a number")]
    [InlineData("array", "output 'y' is an array of shape (3,)")]
    [InlineData("object", "output 'y' is a builtins.object")]
    [InlineData("none", "evaluate() returned a NoneType")]
    public void A_failing_call_says_why_and_the_process_goes_on(string fault, string message)
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        var process = faults.Model.ProcessId;
        var error = Assert.ThrowsAny<ModelException>(() => faults.Fault(fault));
        Assert.Contains("model 'faults'", error.Message);
        Assert.Contains(message, error.Message);
        // What it raises may be a matter of its inputs; what it answers with is not.
        Assert.Equal(fault != "raises", error is ModelFaultException);
        Assert.Equal(5, faults.Fault("fine", 4));
        Assert.Equal(process, faults.Model.ProcessId);
    }

    [Fact]
    public void The_traceback_goes_to_the_log()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Throws<ModelException>(() => faults.Fault("raises"));
        var line = faults.Line(line => line.Kind == PythonLogKind.Failure);
        Assert.Contains("in raises", line.Text);
        Assert.Contains("faults.py", line.Text);
    }

    [Fact]
    public void One_that_allocates_without_end_gets_a_MemoryError()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory", options => options with { WorkerMemory = 512 << 20 });
        Assert.Contains("MemoryError", Assert.Throws<ModelException>(() => faults.Fault("allocates")).Message);
    }

    [Fact]
    public void One_that_exits_fails_with_its_last_words_and_is_started_again()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        var process = faults.Model.ProcessId;
        var error = Assert.Throws<ModelFaultException>(() => faults.Fault("exits", 7));
        Assert.Contains("exited with code 7", error.Message);
        Assert.Contains("giving up because of a bad magnet", error.Message);
        Assert.Equal(3, faults.Fault("fine", 2));
        Assert.NotEqual(process, faults.Model.ProcessId);
    }

    [Fact]
    public void One_that_crashes_is_told_by_its_signal()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Contains("segmentation fault", Assert.Throws<ModelFaultException>(() => faults.Fault("aborts")).Message);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("closes")]
    public async Task One_that_never_answers_is_ended_by_the_clock(string fault)
    {
        var time = new FakeTimeProvider();
        using var faults = new PythonCase("faults.py", "FaultsFactory", options => options with { CallTimeout = TimeSpan.FromSeconds(10) }, time);
        var process = faults.Model.ProcessId;
        var call = Task.Factory.StartNew(() => faults.Fault(fault), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(call, Task.Run(() => Thread.Yield()));
        }
        var error = await Assert.ThrowsAsync<ModelFaultException>(() => call);
        Assert.Contains(fault == "hangs" ? "no answer within 10 s" : "lost", error.Message);
        Assert.False(PythonCase.Runs(process));
        Assert.Equal(2, faults.Fault("fine", 1));
    }

    [Fact]
    public void Children_of_a_lost_process_do_not_hold_the_call()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Contains("exited with code 3", Assert.Throws<ModelFaultException>(() => faults.Fault("child_hangs")).Message);
        var child = int.Parse(faults.Line(line => line.Text.StartsWith("child ", StringComparison.Ordinal)).Text[6..], CultureInfo.InvariantCulture);
        Assert.False(PythonCase.Runs(child));
    }

    // A session of its own, as daemons and pools of processes have it: no signal to the group reaches it.
    [Theory]
    [InlineData("starts", "")]
    [InlineData("starts_and_exits", "exited with code 5")]
    [InlineData("starts_and_crashes", "segmentation fault")]
    public void What_it_started_in_a_session_of_its_own_ends_with_it(string fault, string how)
    {
        var faults = new PythonCase("faults.py", "FaultsFactory");
        if (how.Length == 0)
            faults.Fault(fault);
        else
            Assert.Contains(how, Assert.Throws<ModelFaultException>(() => faults.Fault(fault)).Message);
        var child = int.Parse(faults.Line(line => line.Text.StartsWith("child ", StringComparison.Ordinal)).Text[6..], CultureInfo.InvariantCulture);
        faults.Dispose();
        SpinWait.SpinUntil(() => !PythonCase.Runs(child), TimeSpan.FromMinutes(1));
        Assert.False(PythonCase.Runs(child));
    }

    [Fact]
    public void One_that_writes_into_the_protocol_is_lost_and_nothing_else()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Contains("no answer", Assert.Throws<ModelFaultException>(() => faults.Fault("writes_protocol")).Message);
        Assert.Equal(2, faults.Fault("fine", 1));
    }

    [Fact]
    public void One_that_is_lost_again_and_again_is_started_after_doubling_pauses()
    {
        var time = new FakeTimeProvider();
        using var faults = new PythonCase("faults.py", "FaultsFactory", options => options with { RestartPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(3) }, time);
        foreach (var pause in new[] { 0, 1, 2, 3, 3 })
        {
            Assert.Contains("exited with code 9", Assert.Throws<ModelFaultException>(() => faults.Fault("exits", 9)).Message);
            if (pause > 0)
            {
                Assert.Contains($"starts again in {pause} s", NextMessage(faults));
                time.Advance(TimeSpan.FromSeconds(pause));
            }
        }
    }

    // The pause counts from the loss: the message of a call that comes too early tells it.
    private static string NextMessage(PythonCase faults) => Assert.Throws<ModelException>(() => faults.Fault("fine")).Message;

    [Fact]
    public void An_answer_ends_the_row_of_losses()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory", time: new FakeTimeProvider());
        for (var round = 0; round < 3; round++)
        {
            Assert.Throws<ModelFaultException>(() => faults.Fault("exits"));
            Assert.Equal(2, faults.Fault("fine", 1));
        }
    }

    [Fact]
    public void Disposed_its_process_is_gone()
    {
        var faults = new PythonCase("faults.py", "FaultsFactory");
        var process = faults.Model.ProcessId;
        Assert.True(PythonCase.Runs(process));
        faults.Dispose();
        SpinWait.SpinUntil(() => !PythonCase.Runs(process), TimeSpan.FromMinutes(1));
        Assert.False(PythonCase.Runs(process));
    }

    [Fact]
    public void It_sees_none_of_the_variables_that_hold_secrets()
    {
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "not for models");
        using var faults = new PythonCase("faults.py", "FaultsFactory", options => options with { Variables = options.Variables.Add("GAIN", "3") });
        var count = (int)faults.Fault("environment");
        var seen = Enumerable.Range(0, count).Select(_ => faults.Line(line => line.Kind == PythonLogKind.Printed).Text).ToArray();
        Assert.Contains("GAIN=3", seen);
        Assert.Contains("OMP_NUM_THREADS=1", seen);
        Assert.DoesNotContain(seen, line => line.Contains("AWS", StringComparison.Ordinal) || line.StartsWith("HOME", StringComparison.Ordinal));
    }
}
