using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ModelManager.Silo.CommandLine;

/// <summary>Standard output that notices when its reader has gone (<c>run -d | head</c>). The one of <see cref="Console"/> swallows that, and the program would go on for nobody.</summary>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1;

    private readonly Stream _output;
    private readonly CancellationTokenSource _closed;

    private StandardOutput(Stream output, CancellationTokenSource closed) => (_output, _closed) = (output, closed);

    /// <summary>Output into a pipe goes through here from now on.</summary>
    /// <returns>Cancelled once nobody reads any more.</returns>
    public static CancellationToken Watch()
    {
        var closed = new CancellationTokenSource();
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return closed.Token;
        var output = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file has no reader that could leave, and a FileStream would not move the position that programs before and after share.
        if (!output.CanSeek)
            Console.SetOut(TextWriter.Synchronized(Writer(output, closed)));
        return closed.Token;
    }

    internal static StreamWriter Writer(Stream output, CancellationTokenSource closed) =>
        new(new StandardOutput(output, closed), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_closed.IsCancellationRequested)
            return;
        try
        {
            _output.Write(buffer);
        }
        catch (IOException)
        {
            // Not on the caller's stack: what stops the command must not run inside a line it prints.
            _ = _closed.CancelAsync();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
