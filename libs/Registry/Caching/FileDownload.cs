using System.Buffers;
using System.Security.Cryptography;

namespace ModelManager.Registry;

/// <summary>One file from a store to the disk: hashed on the way, measured, flushed; broken connections are resumed or begun again.</summary>
internal sealed class FileDownload(CacheOptions options, TimeProvider time)
{
    private const int Chunk = 128 << 10;

    /// <exception cref="ArtifactCorruptException">Other length or checksum than listed, every time.</exception>
    /// <exception cref="ArtifactChangedException">Longer than listed, or replaced.</exception>
    /// <exception cref="CacheFullException">The disk is full.</exception>
    public async Task<ManifestFile> Fetch(PlannedFile file, string target, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var md5 = file.Remote.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using var output = Disk(() => options.CreateFile(target), file);
        long done = 0;
        for (var attempt = 1; ; attempt++)
        {
            if (done > 0 && !(file.Store.CanResume && file.Remote.ETag is not null))
            {
                output.SetLength(done = 0);
                _ = sha.GetHashAndReset();
                _ = md5?.GetHashAndReset();
            }
            RegistryException failure;
            try
            {
                done = await Copy(file, output, done, sha, md5, cancellation);
                if (file.Remote.Size is not { } size || done == size)
                    break;
                failure = new ArtifactCorruptException($"'{file.Target}' from {file.Store.Root} ends after {done} of {size} bytes");
            }
            catch (BrokenOffException cut)
            {
                done = cut.Done;
                failure = new RegistryUnavailableException($"'{file.Target}' from {file.Store.Root} broke off after {cut.Done} bytes: {cut.InnerException!.Message}", cut.InnerException);
            }
            catch (RegistryUnavailableException fault)
            {
                failure = fault;
            }
            if (attempt >= options.Tries)
                throw failure;
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(15, 0.5 * (1 << attempt))), time, cancellation);
        }
        if (md5 is not null && Convert.ToHexStringLower(md5.GetHashAndReset()) != file.Remote.Md5)
            throw new ArtifactCorruptException($"'{file.Target}' from {file.Store.Root} does not have the checksum (MD5) the store holds for it");
        await Disk(async () => { await output.FlushAsync(cancellation); (output as FileStream)?.Flush(flushToDisk: true); return 0; }, file);
        return new ManifestFile(file.Target, done, Convert.ToHexStringLower(sha.GetHashAndReset()), file.Remote.ETag, file.Store.Root);
    }

    /// <summary>Copies from an offset to the end and returns the length reached.</summary>
    private async Task<long> Copy(PlannedFile file, Stream output, long done, IncrementalHash sha, IncrementalHash? md5, CancellationToken cancellation)
    {
        var limit = file.Remote.Size ?? options.MaxModelBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            await using var input = await file.Store.Open(file.Remote, done, cancellation);
            while (true)
            {
                var read = await Read(input, buffer, done, cancellation);
                if (read == 0)
                    return done;
                if (done + read > limit)
                    throw file.Remote.Size is { } listed
                        ? new ArtifactChangedException($"'{file.Target}' from {file.Store.Root} is longer than the {listed} bytes listed: it was replaced meanwhile")
                        : new ArtifactRefusedException($"'{file.Target}' from {file.Store.Root} is longer than the {options.MaxModelBytes} bytes a model may have");
                sha.AppendData(buffer, 0, read);
                md5?.AppendData(buffer, 0, read);
                await Disk(async () => { await output.WriteAsync(buffer.AsMemory(0, read), cancellation); return 0; }, file);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One read under the idle time-out. Whatever a store's stream throws here means the same: this transfer is over.</summary>
    private async Task<int> Read(Stream input, byte[] buffer, long done, CancellationToken cancellation)
    {
        using var idle = new CancellationTokenSource(options.IdleTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, idle.Token);
        try
        {
            return await input.ReadAsync(buffer.AsMemory(0, Chunk), linked.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException late)
        {
            throw new BrokenOffException(done, new TimeoutException($"nothing came for {options.IdleTimeout.TotalSeconds:0.#} s", late));
        }
        catch (Exception cut) when (cut is not RegistryException)
        {
            throw new BrokenOffException(done, cut);
        }
    }

    private static T Disk<T>(Func<T> write, PlannedFile file)
    {
        try
        {
            return write();
        }
        catch (IOException fault)
        {
            throw DiskFault(fault, file);
        }
    }

    private static async Task Disk(Func<Task<int>> write, PlannedFile file)
    {
        try
        {
            await write();
        }
        catch (IOException fault)
        {
            throw DiskFault(fault, file);
        }
    }

    private static CacheFullException DiskFault(IOException fault, PlannedFile file) => new(
        IsFull(fault)
            ? $"the disk of the artifact cache is full: '{file.Target}' could not be stored. Free space, or give the cache a smaller quota or another disk; what is loaded stays loaded"
            : $"the artifact cache cannot be written: {fault.Message}", fault);

    /// <summary>ENOSPC and EDQUOT of Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static bool IsFull(IOException fault) => fault.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    private sealed class BrokenOffException(long done, Exception cause) : Exception(cause.Message, cause)
    {
        public long Done => done;
    }
}
