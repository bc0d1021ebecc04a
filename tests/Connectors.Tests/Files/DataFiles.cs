using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

/// <summary>Reads and writes whole data files through the connector.</summary>
internal static class DataFiles
{
    public static readonly FileConnectorFactory Factory = new(TimeProvider.System);

    /// <summary>All sets of a file, and the error it ended with.</summary>
    public static async Task<(IReadOnlyList<UpdateSet> Sets, Exception? Error)> Read(string path, IEnumerable<PvVariable> variables, params (string, string)[] settings)
    {
        var list = variables.ToArray();
        await using var connector = Factory.Create(Modules.Source("file", list, [("path", path), .. settings]));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor([.. list.Select(v => v.PvName)], recorder);
        var error = await recorder.Completed;
        recorder.AssertKept();
        return (recorder.Sets, error);
    }

    public static Task<(IReadOnlyList<UpdateSet> Sets, Exception? Error)> Read(string path, params string[] columns) => Read(path, Modules.Variables(columns));

    /// <summary>Writes rows; the outcomes of each.</summary>
    public static async Task<List<PutOutcome>> Write(string path, string[] columns, IEnumerable<PvValue[]> rows, params (string, string)[] settings)
    {
        var outcomes = new List<PutOutcome>();
        await using var connector = Factory.Create(Modules.Sink("file", Modules.Variables(columns), [("path", path), .. settings]));
        await using var opened = await connector.Sink!.Open([.. Modules.Variables(columns)], default);
        var id = 0;
        foreach (var row in rows)
            outcomes.AddRange(await connector.Sink.Put(new(++id, [.. row.Select((v, i) => PvUpdate.Of(columns[i], v, new(id, 0)))]), default));
        return outcomes;
    }

    /// <summary>Values by row and column.</summary>
    public static PvValue[][] Values(IReadOnlyList<UpdateSet> sets) => [.. sets.Select(s => s.Updates.Select(u => u.Sample.Value).ToArray())];
}
