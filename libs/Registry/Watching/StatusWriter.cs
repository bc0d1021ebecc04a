using Microsoft.Extensions.Logging;

namespace ModelManager.Registry;

/// <summary>Writes status tags where it may. With read-only credentials, or a folder, it says so once and leaves it at that for a while.</summary>
public sealed partial class StatusWriter(IModelRegistry registry, TimeProvider time, ILogger<StatusWriter> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <summary>Writes the tags in order. False if one was not written; the deployment itself does not depend on it.</summary>
    public async Task<bool> Write(IEnumerable<TagWrite> writes, CancellationToken cancellation)
    {
        foreach (var write in writes)
        {
            if (time.GetUtcNow() < _closedUntil)
                return false;
            try
            {
                await (write.Value is { } value
                    ? registry.SetModelTag(write.Model, write.Key, value, cancellation)
                    : registry.DeleteModelTag(write.Model, write.Key, cancellation));
            }
            catch (RegistryException refused) when (refused is RegistryAccessException or ReadOnlyRegistryException)
            {
                _closedUntil = time.GetUtcNow() + Pause;
                Log.NoWriteBack(log, refused.Message);
                return false;
            }
            catch (RegistryException failed)
            {
                // The model may be gone by now, or the server: the next change of status tries again.
                Log.NotWritten(log, write.Key, write.Model, failed.Message);
                return false;
            }
        }
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(6201, LogLevel.Warning, "Status tags are not written back: {Reason}")]
        public static partial void NoWriteBack(ILogger log, string reason);

        [LoggerMessage(6202, LogLevel.Warning, "Tag {Key} of model {Model} was not written: {Reason}")]
        public static partial void NotWritten(ILogger log, string key, string model, string reason);
    }
}
