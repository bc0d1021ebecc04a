using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ModelManager.Models.Python;

/// <summary>How the process of one model is started: always the same way, also after it was lost.</summary>
internal sealed class PythonLaunch(PythonArtifact artifact, string model, string interpreter, PythonOptions options)
{
    // In the order in which they import each other.
    private static readonly string[] Modules = ["wire", "isolation", "adapters", "finding", "describing", "worker"];

    public string Interpreter => interpreter;

    /// <summary>The interpreter in isolated mode: no user site, no PYTHON* variables, no files of the working folder on its path.</summary>
    public ProcessStartInfo ProcessInfo()
    {
        var info = new ProcessStartInfo(interpreter)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = artifact.Folder,
        };
        foreach (var argument in new[] { "-u", "-I", "-B", "-c", Resource("bootstrap") })
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        foreach (var name in options.InheritedVariables)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                info.Environment[name] = value;
        // One thread per call; with more, workers beside each other collapse (docs/runtimes.md).
        foreach (var name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            info.Environment[name] = "1";
        foreach (var (name, value) in options.Variables)
            info.Environment[name] = value;
        return info;
    }

    /// <summary>The worker's modules, as bootstrap.py takes them from standard input.</summary>
    public byte[] Sources()
    {
        var bytes = new ArrayBufferWriter<byte>(64 << 10);
        Number(bytes, Modules.Length);
        foreach (var name in Modules)
        {
            Text(bytes, name);
            Text(bytes, Resource(name));
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>What is to be loaded.</summary>
    public byte[] Request()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("parent", Environment.ProcessId);
            json.WriteNumber("memory", options.WorkerMemory);
            artifact.Write(json);
            WorkerHello.Write(json, "inputs", artifact.Declared.Inputs);
            WorkerHello.Write(json, "outputs", artifact.Declared.Outputs);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public void Printed(string line) => options.Log?.Invoke(new(model, PythonLogKind.Printed, line));
    public void Failed(string text) => options.Log?.Invoke(new(model, PythonLogKind.Failure, text));
    public void Happened(string text) => options.Log?.Invoke(new(model, PythonLogKind.Lifecycle, text));

    private static string Resource(string name)
    {
        using var stream = typeof(PythonLaunch).Assembly.GetManifestResourceStream($"worker/{name}.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Text(ArrayBufferWriter<byte> bytes, string text)
    {
        var encoded = Encoding.UTF8.GetBytes(text);
        Number(bytes, encoded.Length);
        bytes.Write(encoded);
    }

    private static void Number(ArrayBufferWriter<byte> bytes, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(4), value);
        bytes.Advance(4);
    }
}
