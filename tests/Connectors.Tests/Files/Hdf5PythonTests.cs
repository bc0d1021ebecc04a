using System.Diagnostics;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

/// <summary>HDF5 against h5py, the library most recordings of the field are made with.</summary>
public sealed class Hdf5PythonTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reads_what_h5py_wrote()
    {
        var path = _folder.File("py.h5");
        await Python(
            """
            import h5py, numpy as np, sys
            with h5py.File(sys.argv[1], 'w') as f:
                g = f.create_group('run1/data')
                g['f8'] = np.arange(10) / 8
                g['f4'] = np.arange(10, dtype='f4') / 8
                g['i2'] = -np.arange(10, dtype='i2')
                g['u8'] = np.arange(10, dtype='u8') + 2**63
                g['QUAD:1:BACT'] = np.arange(10) > 4
                g['s'] = ['row%d' % i for i in range(10)]
                g.create_dataset('wf', data=np.arange(30.).reshape(10, 3), chunks=(4, 3), compression='gzip', shuffle=True)
                g.create_dataset('img', data=np.arange(60, dtype='u2').reshape(10, 2, 3), maxshape=(None, 2, 3))
            """, path);
        string[] columns = ["f8", "f4", "i2", "u8", "QUAD:1:BACT", "s", "wf", "img"];
        IEnumerable<PvVariable> variables = columns.Select(c => Modules.Variable(c) with { Default = c == "s" ? PvValue.String("") : default });
        var (sets, error) = await DataFiles.Read(path, variables, ("group", "run1/data"));
        Assert.Null(error);
        Assert.Equal(10, sets.Count);
        Assert.All(sets.SelectMany(s => s.Updates), u => Assert.Equal(Alarm.None, u.Sample.Alarm));
        Assert.Equal(
            [
                PvValue.Double(0.875), PvValue.Single(0.875f), PvValue.Integer(PvKind.Int16, -7), PvValue.Integer(PvKind.UInt64, long.MinValue + 7), PvValue.Boolean(true), PvValue.String("row7"),
                PvValue.Array(new double[] { 21, 22, 23 }), PvValue.Image(new(new ushort[] { 42, 43, 44, 45, 46, 47 }, [2, 3])),
            ], DataFiles.Values(sets)[7]);
    }

    [Fact]
    public async Task H5py_reads_what_was_written()
    {
        var path = _folder.File("cs.h5");
        await DataFiles.Write(path, ["A:B", "n", "s", "wf", "img"], Enumerable.Range(0, 5).Select(r => new[]
        {
            PvValue.Double(r / 3.0), PvValue.Integer(PvKind.Int32, r), PvValue.String($"µ{r}"), PvValue.Array(new float[] { r, r + 0.5f }), PvValue.Image(new(new ushort[] { 1, 2, 3, 4, 5, (ushort)r }, [2, 3])),
        }), ("group", "/out"), ("time_column", "t"));
        var printed = await Python(
            """
            import h5py, sys
            with h5py.File(sys.argv[1]) as f:
                g = f['out']
                print(sorted(g))
                print([repr(float(x)) for x in g['A:B'][()]], g['n'][()].tolist(), g['n'].dtype, [x.decode() for x in g['s'][()]])
                print(g['wf'].shape, g['wf'].dtype, g['wf'][3].tolist(), g['img'].shape, g['img'].dtype, g['img'][4].tolist(), g['t'][0].decode())
            """, path);
        Assert.Equal(
            """
            ['A:B', 'img', 'n', 's', 't', 'wf']
            ['0.0', '0.3333333333333333', '0.6666666666666666', '1.0', '1.3333333333333333'] [0, 1, 2, 3, 4] int64 ['µ0', 'µ1', 'µ2', 'µ3', 'µ4']
            (5, 2) float32 [3.0, 3.5] (5, 2, 3) uint16 [[1, 2, 3], [4, 5, 4]] 1970-01-01T00:00:01.000000000Z

            """, printed);
    }

    [Fact]
    public async Task Datasets_of_different_length_and_big_endian_ones_are_refused_by_name()
    {
        var path = _folder.File("py.h5");
        await Python("import h5py, numpy as np, sys\nwith h5py.File(sys.argv[1], 'w') as f: f['a'] = np.zeros(3); f['b'] = np.zeros(4); f['big'] = np.zeros(3, dtype='>f8')", path);
        Assert.Contains("column 'b' has 4 rows, column 'a' has 3", await Error("a", "b"));
        Assert.Contains("py.h5: row 1: column 'big' cannot be read: Byte order conversion", await Error("big"));

        async Task<string> Error(params string[] columns) => (await DataFiles.Read(path, columns)).Error!.Message;
    }

    private static async Task<string> Python(string program, string argument)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "-c", program, argument } };
        Assert.SkipUnless(File.Exists(start.FileName), "python3 with h5py is not installed");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.SkipWhen((await errors).Contains("No module named 'h5py'"), "python3 with h5py is not installed");
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
