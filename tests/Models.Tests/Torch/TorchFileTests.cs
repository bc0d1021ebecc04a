using System.Buffers.Binary;
using System.IO.Compression;
using ModelManager.Models.Torch;

namespace ModelManager.Models.Tests.Torch;

/// <summary>Files that must not load, and what they are told.</summary>
public class TorchFileTests
{
    [Theory]
    [InlineData("os_system.pt", "os_system.pt: calling posix.system is not allowed: a model file may only describe layers and numbers, not run code")]
    [InlineData("os_system_inside.pt", "os_system_inside.pt: calling posix.system is not allowed")]
    [InlineData("getattr.pt", "getattr.pt: calling __builtin__.getattr is not allowed")]
    [InlineData("own_class.pt", "own_class.pt: class __main__.Net is not one that can be run here")]
    [InlineData("conv.pt", "conv.pt: class torch.nn.modules.conv.Conv1d is not one that can be run here")]
    [InlineData("hook.pt", "hook.pt: module model.0 (Linear): has hooks in '_forward_hooks'")]
    [InlineData("state_dict.pt", "state_dict.pt: gives state to a dict")]
    [InlineData("legacy.pt", "legacy.pt: not a zip file. Only the format of torch 1.6 and newer is read")]
    [InlineData("unknown_attribute.pt", "unknown_attribute.pt: module model (ELU): has 'offset', which is not known of this class and might change the result")]
    [InlineData("batchnorm_no_stats.pt", "batchnorm_no_stats.pt: module model (BatchNorm1d): has no running statistics")]
    [InlineData("flatten_rows.pt", "flatten_rows.pt: module model (Flatten): flattens axes 0 to -1")]
    public void Refuses_with_the_name_of_the_thing(string file, string message)
    {
        var error = Assert.Throws<TorchFileException>(() => ModuleReader.Read(file, Refused(file), 3, singlePrecision: false, TorchLimits.Default));
        Assert.StartsWith(message, error.Message);
        Assert.False(File.Exists("model-manager-was-here"));
    }

    [Theory]
    [InlineData("not_square.pt", "not_square.pt: module transformer (Linear): as an output transformer it is inverted, and a [3, 2] weight has no inverse")]
    [InlineData("singular.pt", "singular.pt: module transformer (Linear): as an output transformer it is inverted, and its weight is singular")]
    public void Refuses_transformers_without_an_inverse(string file, string message)
    {
        var error = Assert.Throws<TorchFileException>(() => TransformerReader.Read(file, Refused(file), onOutputs: true, 2, singlePrecision: false, TorchLimits.Default));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Refuses_to_invert_what_would_take_an_hour()
    {
        var large = new TestPt().Global("torch.nn.modules.linear", "Linear").Op((byte)')', 0x81, (byte)'}')
            .Text("_parameters").Op((byte)'}').Text("weight").Tensor(4_000_000, new byte[32_000_000], 0, [2000, 2000], [2000, 1]).Op((byte)'s', (byte)'s')
            .Text("_buffers").Op((byte)'}', (byte)'s').Text("_modules").Op((byte)'}', (byte)'s').Op((byte)'b').Save();
        var error = Assert.Throws<TorchFileException>(() => TransformerReader.Read("large.pt", large, onOutputs: true, 2000, singlePrecision: false, TorchLimits.Default));
        Assert.Equal("large.pt: module transformer (Linear): as an output transformer it is inverted, and 2,000 columns are more than the 1,024 for which that is done", error.Message);
    }

    [Theory]
    [InlineData("gp/single_task_gp/single_task_gp_model.pt")]
    public void Refuses_published_models_it_cannot_run(string file)
    {
        var bytes = File.ReadAllBytes(ModelManager.Testing.SharedData.Require("data/models/" + file));
        var error = Assert.Throws<TorchFileException>(() => ModuleReader.Read(file, bytes, 3, singlePrecision: false, TorchLimits.Default));
        Assert.Matches("class [a-z_]+\\.|calling [a-z_]+\\.", error.Message);
    }

    [Fact]
    public void Reads_what_mlflow_saves_of_a_plain_network()
    {
        var bytes = File.ReadAllBytes(ModelManager.Testing.SharedData.Require("data/models/mlflow_seq.pth"));
        var layers = ModuleReader.Read("model.pth", bytes, 3, singlePrecision: false, TorchLimits.Default);
        Assert.Equal(313_705, layers.OfType<Models.Dense.LinearLayer>().Sum(l => l.Weight.Length + l.Bias!.Length));
    }

    // Whatever a cut does - inside the zip directory, an entry, the pickle - the answer is the one exception.
    [Fact]
    public void A_file_cut_short_at_any_byte_is_refused()
    {
        var whole = File.ReadAllBytes(Path.Combine(Case.Folder, "elu", "m_model.pt"));
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<TorchFileException>(() => ModuleReader.Read("cut.pt", whole[..length], 3, singlePrecision: false, TorchLimits.Default));
        Assert.NotEmpty(ModuleReader.Read("whole.pt", whole, 3, singlePrecision: false, TorchLimits.Default));
    }

    [Fact]
    public void A_pickle_cut_short_at_any_byte_is_refused()
    {
        var (pickle, storages) = Parts(Path.Combine(Case.Folder, "elu", "m_model.pt"));
        for (var length = 0; length < pickle.Length; length++)
            Assert.Throws<TorchFileException>(() => ModuleReader.Read("cut.pt", TestPt.Zip([("r/data.pkl", pickle[..length]), .. storages]), 3, singlePrecision: false, TorchLimits.Default));
        Assert.NotEmpty(ModuleReader.Read("whole.pt", TestPt.Zip([("r/data.pkl", pickle), .. storages]), 3, singlePrecision: false, TorchLimits.Default));
    }

    // Any one byte of the pickle changed: refused, or read as other numbers; nothing else comes out.
    [Fact]
    public void A_pickle_with_any_byte_changed_does_nothing_else_than_load_or_be_refused()
    {
        var (pickle, storages) = Parts(Path.Combine(Case.Folder, "elu", "m_model.pt"));
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < pickle.Length; i++)
        {
            var changed = (byte[])pickle.Clone();
            changed[i] ^= (byte)random.Next(1, 256);
            try
            {
                ModuleReader.Read("changed.pt", TestPt.Zip([("r/data.pkl", changed), .. storages]), 3, singlePrecision: false, TorchLimits.Default);
            }
            catch (TorchFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, pickle.Length / 2, pickle.Length);
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        var bomb = TestPt.Zip([("r/data.pkl", new byte[50_000_000])], CompressionLevel.SmallestSize);
        Assert.True(bomb.Length < 100_000);
        Assert.Contains("as zip bombs do", Refusal(bomb));
    }

    [Fact]
    public void A_zip_of_too_many_entries_is_refused()
    {
        var many = TestPt.Zip(Enumerable.Range(0, 50).Select(i => ($"r/data/{i}", Array.Empty<byte>())));
        var error = Assert.Throws<TorchFileException>(() => TorchFile.Read("x.pt", many, TorchLimits.Default with { Entries = 40 }));
        Assert.Equal("x.pt: a zip of 50 entries; at most 40 are read", error.Message);
    }

    [Fact]
    public void A_file_that_unpacks_to_too_much_is_refused() =>
        Assert.Contains("at most 1,000 are read", Refusal(new TestPt().Tensor(200, 0, [200], [1]).Save(), TorchLimits.Default with { UnpackedBytes = 1000 }));

    [Fact]
    public void Entries_that_overlap_are_refused()
    {
        // The second directory entry points at the first entry's data: both claim the same bytes.
        var file = TestPt.Zip([("r/data.pkl", new byte[3000]), ("r/data/0", new byte[10])]);
        var second = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(second + 20), 3000);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(second + 24), 3000);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(second + 42), 0);
        Assert.Contains("its entries overlap", Refusal(file));
    }

    [Fact]
    public void Two_entries_of_one_name_are_refused() =>
        Assert.Contains("two entries are called 'r/data/0'", Refusal(TestPt.Zip([("r/data.pkl", [0x80, 2, (byte)'.']), ("r/data/0", []), ("r/data/0", [])])));

    [Fact]
    public void A_big_endian_file_is_refused() =>
        Assert.Contains("big-endian", Refusal(new TestPt().Entry("root/byteorder", "big"u8.ToArray()).Op((byte)'N').Save()));

    // The limit is the storage: a view may be strided, overlap another, repeat elements of a larger storage - and reach no byte outside.
    [Theory]
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 3, 1 }, new double[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(6, 0, new long[] { 3, 2 }, new long[] { 1, 3 }, new double[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(6, 2, new long[] { 2, 2 }, new long[] { 1, 1 }, new double[] { 2, 3, 3, 4 })]
    [InlineData(6, 5, new long[] { 4 }, new long[] { 0 }, new double[] { 5, 5, 5, 5 })]
    [InlineData(6, 3, new long[0], new long[0], new double[] { 3 })]
    [InlineData(6, 6, new long[] { 0 }, new long[] { 1 }, new double[0])]
    public void Views_inside_their_storage_are_read(int storage, long offset, long[] size, long[] stride, double[] expected)
    {
        var tensor = Assert.IsType<TorchTensor>(TorchFile.Read("t.pt", new TestPt().Tensor(storage, offset, size, stride).Save(), TorchLimits.Default));
        Assert.Equal(expected, tensor.ToDoubles());
    }

    [Theory]
    [InlineData(6, 1, new long[] { 2, 3 }, new long[] { 3, 1 }, "reaches outside its storage of 6 elements")]
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 4, 1 }, "reaches outside its storage")]
    [InlineData(6, 6, new long[] { 1 }, new long[] { 1 }, "reaches outside its storage")]
    [InlineData(6, 7, new long[] { 0 }, new long[] { 1 }, "reaches outside its storage")]
    [InlineData(6, -1, new long[] { 2 }, new long[] { 1 }, "reaches outside its storage")]
    [InlineData(6, long.MaxValue, new long[] { 2 }, new long[] { 1 }, "a tensor [2]")]
    [InlineData(6, 0, new long[] { 2 }, new long[] { -1 }, "stride -1")]
    [InlineData(6, 0, new long[] { -2 }, new long[] { 1 }, "size -2")]
    [InlineData(6, 0, new long[] { 7 }, new long[] { 0 }, "more elements than its storage (6)")]
    [InlineData(6, 0, new long[] { 2147483647, 2147483647, 2147483647 }, new long[] { 0, 0, 0 }, "more elements than its storage")]
    [InlineData(6, 0, new long[] { 4294967296, 4294967296 }, new long[] { 1, 1 }, "size 4294967296")]
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 1 }, "2 sizes and 1 strides")]
    public void Views_that_leave_their_storage_are_refused(int storage, long offset, long[] size, long[] stride, string message) =>
        Assert.Contains(message, Refusal(new TestPt().Tensor(storage, offset, size, stride).Save()));

    [Theory]
    [InlineData(7, 48)]
    [InlineData(5, 48)]
    [InlineData(-6, 48)]
    [InlineData(2305843009213693958, 48)]          // times eight bytes it overflows to 48
    public void A_storage_of_another_length_than_declared_is_refused(long declared, int bytes) =>
        Assert.Contains("and has 48 bytes", Refusal(new TestPt().Tensor(declared, new byte[bytes], 0, [2], [1]).Save()));

    [Fact]
    public void A_missing_storage_is_refused()
    {
        var file = new TestPt().Op((byte)'(').Text("storage").Global("torch", "DoubleStorage").Text("../../etc/passwd").Text("cpu").Long(1).Op((byte)'t', (byte)'Q').Save();
        Assert.Contains("entry 'root/data/../../etc/passwd' is missing", Refusal(file));
    }

    [Fact]
    public void The_elements_of_all_views_together_are_limited()
    {
        var file = new TestPt().Tensor(60, 0, [60], [1]).Op((byte)'0').Tensor(60, 0, [60], [1]).Save();
        Assert.Contains("more than 100 elements together", Refusal(file, TorchLimits.Default with { Elements = 100 }));
    }

    [Fact]
    public void A_module_that_contains_itself_is_refused()
    {
        var self = new TestPt().Global("torch.nn.modules.container", "Sequential").Op((byte)')', 0x81, (byte)'q', 0).Op((byte)'}')
            .Text("_parameters").Op((byte)'}', (byte)'s').Text("_buffers").Op((byte)'}', (byte)'s')
            .Text("_modules").Op((byte)'}').Text("0").Op((byte)'h', 0, (byte)'s', (byte)'s').Op((byte)'b').Save();
        var error = Assert.Throws<TorchFileException>(() => ModuleReader.Read("self.pt", self, 3, singlePrecision: false, TorchLimits.Default));
        Assert.Equal("self.pt: modules are nested more than 32 deep, or contain themselves", error.Message);
    }

    // One name in the pickle, a thousand layers in memory.
    [Fact]
    public void A_module_that_is_named_again_and_again_is_counted()
    {
        Assert.Equal("many.pt: more than 40,000 modules", Many(depth: 30, "Sequential", TorchLimits.Default));
        Assert.Equal("many.pt: more than 10,000 layers", Many(depth: 30, "Tanh", TorchLimits.Default));

        // Each Sequential holds the one before it twice.
        static string Many(int depth, string leaf, TorchLimits limits)
        {
            var module = leaf == "Tanh" ? "torch.nn.modules.activation" : "torch.nn.modules.container";
            var pt = Module(new TestPt(), module, leaf, null).Op((byte)'q', 0, (byte)'0');
            for (byte i = 0; i < depth; i++)
                Module(pt, "torch.nn.modules.container", "Sequential", i).Op((byte)'q', (byte)(i + 1), (byte)'0');
            var file = pt.Op((byte)'h', (byte)depth).Save();
            return Assert.Throws<TorchFileException>(() => ModuleReader.Read("many.pt", file, 3, singlePrecision: false, limits)).Message;
        }

        static TestPt Module(TestPt pt, string module, string name, byte? twice)
        {
            pt.Global(module, name).Op((byte)')', 0x81, (byte)'}').Text("_parameters").Op((byte)'}', (byte)'s').Text("_buffers").Op((byte)'}', (byte)'s').Text("_modules").Op((byte)'}');
            if (twice is { } child)
                pt.Text("a").Op((byte)'h', child, (byte)'s').Text("b").Op((byte)'h', child, (byte)'s');
            return pt.Op((byte)'s', (byte)'b');
        }
    }

    [Fact]
    public void The_stack_is_limited()
    {
        var pt = new TestPt();
        for (var i = 0; i < 20_000; i++)
            pt.Op((byte)'N');
        Assert.Contains("grows beyond 10,000 values", Refusal(pt.Save()));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'.' }, "empty stack")]
    [InlineData(new byte[] { (byte)'t' }, "ends a group that never began")]
    [InlineData(new byte[] { (byte)'N', (byte)'(', (byte)'0' }, "empty stack")]
    [InlineData(new byte[] { (byte)'h', 7 }, "recalls value 7, which it never stored")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'R' }, "calls None")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', 0x81 }, "makes an object of None")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'b' }, "gives state to None")]
    [InlineData(new byte[] { (byte)'N', (byte)'Q' }, "refers to something that is not a storage")]
    [InlineData(new byte[] { (byte)'}', (byte)'N', (byte)'N', (byte)'s' }, "a key that is not a string")]
    [InlineData(new byte[] { 0x8a, 255 }, "cut short")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 127 }, "cut short")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 255 }, "cut short")]
    [InlineData(new byte[] { 0x80, 1 }, "pickle protocol 1")]
    [InlineData(new byte[] { 0x80, 6 }, "pickle protocol 6")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', 0x93 }, "names a class by something that is no text")]
    [InlineData(new byte[] { 0x8f, (byte)'(', (byte)'N', 0x90 }, "opcode 0x90")]
    [InlineData(new byte[] { 0x8c, 9, 65 }, "cut short")]
    [InlineData(new byte[] { 0x95, 1, 0 }, "cut short")]
    [InlineData(new byte[] { 0x94 }, "empty stack")]
    [InlineData(new byte[] { (byte)'i' }, "opcode 0x69")]
    [InlineData(new byte[] { 0x93 }, "empty stack")]
    [InlineData(new byte[] { 0x82, 1 }, "opcode 0x82")]
    public void Odd_pickles_are_refused(byte[] opcodes, string message) => Assert.Contains(message, Refusal(new TestPt().Op(opcodes).Save()));

    private static string Refusal(byte[] file, TorchLimits? limits = null) =>
        Assert.Throws<TorchFileException>(() => TorchFile.Read("x.pt", file, limits ?? TorchLimits.Default)).Message;

    private static byte[] Refused(string file) => File.ReadAllBytes(Path.Combine(Case.RefusedFolder, file));

    private static (byte[] Pickle, (string, byte[])[] Storages) Parts(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var parts = zip.Entries.Select(e => (Name: "r/" + e.FullName[(e.FullName.IndexOf('/') + 1)..], Bytes: Read(e))).ToList();
        return (parts.Single(p => p.Name == "r/data.pkl").Bytes, [.. parts.Where(p => p.Name.StartsWith("r/data/", StringComparison.Ordinal))]);

        static byte[] Read(ZipArchiveEntry entry)
        {
            var bytes = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
