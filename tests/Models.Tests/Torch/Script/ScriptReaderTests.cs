using System.IO.Compression;
using System.Text;
using ModelManager.Models.Dense;
using ModelManager.Models.Torch;

namespace ModelManager.Models.Tests.Torch.Script;

/// <summary>What of TorchScript is followed, and what is refused with its name and line. The numbers are compared with torch's in LumeModelLoaderTests (the cases script_*).</summary>
public class ScriptReaderTests
{
    // x = (1, 10); w x + b = (26, 49).
    [Theory]
    [InlineData("return torch.linear(x, self.w, self.b)", 26, 49)]
    [InlineData("w = self.w\nreturn torch.linear(x, w)", 21, 43)]
    [InlineData("return torch.addmm(self.b, x, torch.t(self.w))", 26, 49)]
    [InlineData("return torch.add(torch.matmul(x, torch.transpose(self.w, 0, 1)), self.b)", 26, 49)]
    [InlineData("return torch.mm(x, self.w)", 31, 42)]
    [InlineData("return torch.mul(x, 3)", 3, 30)]
    [InlineData("return torch.sub(torch.mul(x, self.b), self.b, alpha=2)", -5, 48)]
    [InlineData("return torch.add(self.b, x)", 6, 16)]
    [InlineData("return torch.rsub(x, 1)", 0, -9)]
    [InlineData("return torch.rsub(x, self.b, 2)", 3, -14)]
    [InlineData("return torch.sub(self.b, x)", 4, -4)]
    [InlineData("return torch.div(torch.neg(x), 4)", -0.25, -2.5)]
    [InlineData("return torch.mul(x, torch.mul(self.b, 2.))", 10, 120)]
    [InlineData("return torch.elu(torch.neg(torch.neg(x)), 1.)", 1, 10)]
    [InlineData("a, b = x, self.b\nreturn torch.add(a, b)", 6, 16)]
    [InlineData("a, b, = (self.b, x)\nreturn torch.add(b, a)", 6, 16)]
    [InlineData("y : Tensor = torch.contiguous(x)\nreturn annotate(Tensor, y)", 1, 10)]
    [InlineData("if torch.__isnot__(self.b, None):\n  y = torch.add(x, self.b)\nelse:\n  y = x\nreturn y", 6, 16)]
    [InlineData("if self.training:\n  for i in range(3):\n    x = torch.nonsense(x, ^!)\nelse:\n  pass\nreturn x", 1, 10)]
    [InlineData("if torch.eq(torch.len(torch.size(x)), 2):\n  return torch.view(x, [-1, 2])\nreturn torch.neg(x)", 1, 10)]
    [InlineData("return torch.mul(x, self.k)", 7, 70)]
    [InlineData("y = torch.add_(x, self.b)\nz = torch.mul_(y, 2)\nreturn torch.neg(z)", -12, -32)]
    [InlineData("return torch.softplus(x, 1, -100)", 1, 10)]
    [InlineData("return torch.div(x, torch.add(torch.abs(x), 1))", 0.5, 10.0 / 11)]
    [InlineData("return torch.relu(torch.linear(x, getattr(self, \"w\"), None))", 21, 43)]
    // As torch 1.6 to 1.8 wrote it: every default spelled out, Linear as a function with branches.
    [InlineData("return torch.addmm(self.b, x, torch.t(self.w), beta=1, alpha=1)", 26, 49)]
    [InlineData("if torch.eq(torch.dim(x), 2):\n  _1 = torch.__isnot__(self.b, None)\nelse:\n  _1 = False\nif _1:\n  bias = ops.prim.unchecked_unwrap_optional(self.b)\n  ret = torch.addmm(bias, x, torch.t(self.w), beta=1, alpha=1)\nelse:\n  ret = uninitialized(Tensor)\nreturn ret", 26, 49)]
    [InlineData("output = torch.matmul(x, torch.t(self.w))\nreturn torch.add_(output, unchecked_cast(Tensor, self.b), alpha=1)", 26, 49)]
    [InlineData("return torch.elu(x, 1., 1, 1)", 1, 10)]
    [InlineData("return torch.div(x, torch.add(torch.abs(x), 1, 1))", 0.5, 10.0 / 11)]
    public void Follows_a_chain_of_known_operations(string forward, double first, double second)
    {
        var output = Run(TestScript.Of(forward));
        Case.AssertClose(first, output[0], 1e-15, forward);
        Case.AssertClose(second, output[1], 1e-15, forward);
    }

    [Fact]
    public void Follows_methods_functions_and_defaults()
    {
        var output = Run(TestScript.Of("f = __torch__.twice\nreturn (self).shift(f(x, ), )",
            "def twice(x: Tensor,\n    by: float=2.) -> Tensor:\n  return torch.mul(x, by)\n", "__parameters__ = [\"w\", \"b\", ]\nw : Tensor\ndef shift(self: __torch__.M, x: Tensor) -> Tensor:\n  return torch.add(x, self.b)"));
        Assert.Equal([7, 26], output);
    }

    [Theory]
    [InlineData("y = torch.neg(x)\nreturn torch.conv1d(y, self.w, None, [1])", "TorchScript code/__torch__.py line 5 (M.forward): torch.conv1d, called like this, is not an operation that is run here")]
    [InlineData("return ops.quantized.linear(x, self.w, 1., 0)", "line 4 (M.forward): ops.quantized.linear is not an operation that is run here")]
    [InlineData("return torch.add(torch.linear(x, self.w), x)", "torch.add of two results of the input (a residual or gated connection)")]
    [InlineData("return torch.mul(x, torch.sigmoid(torch.neg(x)))", "torch.mul of two results of the input")]
    [InlineData("return torch.div(x, torch.add(torch.abs(x), 2))", "torch.div of two results of the input")]
    [InlineData("return torch.abs(x)", "torch.abs, which is not a layer that is run here")]
    [InlineData("return torch.dropout(x, 0.1, True)", "torch.dropout is active: it was traced in training mode")]
    [InlineData("return torch.batch_norm(x, None, None, None, None, False, 0.1, 1e-05, True)", "uses the statistics of the rows it gets")]
    [InlineData("return torch.batch_norm(x, None, None, self.b, self.b, True, 0.1, 1e-05, True)", "uses the statistics of the rows it gets")]
    [InlineData("return torch.layer_norm(x, [3])", "torch.layer_norm over [3], and 2 columns arrive at it")]
    [InlineData("return torch.flatten(x)", "torch.flatten, called like this, is not an operation")]
    [InlineData("return torch.elu(x, 1., 1.05)", "torch.elu, called like this")]
    [InlineData("return torch.gelu(x, approximate=\"fast\")", "torch.gelu has approximate='fast'")]
    [InlineData("return torch.relu(x, 1, 2)", "torch.relu is called with an argument that is not known of it")]
    [InlineData("return torch.linear(x, self.b)", "a linear step with a weight of shape [2], and 2 columns arrive at it")]
    [InlineData("return torch.linear(x, self.w, self.w)", "a tensor of shape [2, 2] meets 2 columns")]
    [InlineData("return torch.linear(x, x)", "torch.linear has a weight that depends on the input")]
    [InlineData("return torch.to(x, 6)", "torch.to, called like this")]
    [InlineData("return torch.view(x, [2, 1])", "torch.view, called like this")]
    [InlineData("if torch.gt(x, 0):\n  y = x\nelse:\n  y = torch.neg(x)\nreturn y", "torch.gt, called like this")]
    [InlineData("if x:\n  pass\nelse:\n  pass\nreturn x", "a branch on something that depends on the rows")]
    [InlineData("for i in range(3):\n  x = torch.neg(x)\nreturn x", "'for i in range(3):' is not a statement that is run here")]
    [InlineData("self.k = 8\nreturn x", "'self.k = 8' is not a statement that is run here")]
    [InlineData("return x[0]", "an element of the rows: picking columns or rows is not run here")]
    [InlineData("y = torch.relu_(x)\nreturn torch.neg(x)", "uses rows that another operation changed in place")]
    [InlineData("y = torch.relu_(x)\nreturn x", "gives rows which another operation changed in place")]
    [InlineData("y = torch.add_(x, 1)\nreturn torch.mul(x, y)", "uses rows that another operation changed in place")]
    [InlineData("y = torch.add_(self.b, 1)\nreturn torch.mul(x, y)", "torch.add_ is called with a tensor of shape [2] where the rows are expected")]
    [InlineData("return (x, x)", "whose forward gives a list of 2, not rows of outputs")]
    [InlineData("return self.b", "whose forward gives a tensor of shape [2], not rows of outputs")]
    [InlineData("pass", "whose forward gives None")]
    [InlineData("return (self).other(x, )", "class M has no method other")]
    [InlineData("return self.none", "M has no attribute 'none'")]
    [InlineData("return __torch__.gone(x, )", "without the code of its function gone")]
    [InlineData("return CONSTANTS.c0", "'CONSTANTS.c0' is not known")]
    [InlineData("ops.prim.RaiseException(torch.format(\"no {}\", 1), \"builtins.ValueError\")\nreturn x", "the model raises an error here: 'no {}'")]
    [InlineData("return os.system(x)", "'os' is not defined")]
    [InlineData("return getattr(self.w, \"data\")", "attribute 'data' of a tensor of shape [2, 2]")]
    [InlineData("return (self).forward(x, )", "TorchScript whose calls are nested more than 600 deep")]
    public void Refuses_everything_else_with_class_line_and_cause(string forward, string message) => Assert.Contains(message, Refusal(TestScript.Of(forward)));

    [Theory]
    [InlineData("__forward_hooks__ = [\"double\", ]", "class M has hooks: code that was attached to it")]
    [InlineData("__forward_pre_hooks__ = [\"double\", ]", "class M has hooks")]
    [InlineData("def __setstate__(self: __torch__.M, state: Tensor) -> NoneType:\n  return None", "unpacks its weights by code of its own")]
    public void Refuses_classes_that_run_more_than_forward(string member, string message) => Assert.Contains(message, Refusal(TestScript.Of("return x", members: member)));

    [Theory]
    [InlineData("class M(Module):\n  def forward(self, x, y):\n    return x\n", "forward takes 2 inputs; one tensor of rows is given to it")]
    [InlineData("class N(Module):\n  def forward(self, x):\n    return x\n", "without the code of its class M")]
    [InlineData("class M(Module):\n  def forward(self, x):\n    return x\n  def forward(self, x):\n    return x\n", "code/__torch__.py: line 4: method forward is defined twice")]
    [InlineData("class M(Module):\n  def forward(self, x\n", "code/__torch__.py: line 2: 'def forward(self, x' is not understood")]
    [InlineData("class M(Module):\n  def forward(self, x):\n    return \"\n", "line 3: a text that does not end")]
    [InlineData("class M(Module):\n  def forward(self, x):\n    return x)\n", "line 3: ')' closes nothing")]
    [InlineData("class M(Module):\n  def forward(self, x):\n    y = x\n      z = x\n    if y:\n        z = x\n      q = x\n", "line 7: an indentation that fits no block")]
    public void Refuses_files_that_torch_does_not_write(string code, string message) => Assert.Contains(message, Refusal(TestScript.File(code)));

    // Each function calls the one before it twice: 2^40 steps if nobody counted.
    [Fact]
    public void Work_is_bounded_by_steps()
    {
        var code = new StringBuilder("def f0(x: Tensor) -> Tensor:\n  return x\n");
        for (var i = 1; i <= 40; i++)
            code.Append($"def f{i}(x: Tensor) -> Tensor:\n  return __torch__.f{i - 1}(__torch__.f{i - 1}(x, ), )\n");
        Assert.Contains("of more than 200,000 steps", Refusal(TestScript.Of("return __torch__.f40(x, )", code.ToString())));
    }

    [Fact]
    public void Memory_is_bounded_by_weights_and_layers()
    {
        var many = TestScript.Of(string.Concat(Enumerable.Repeat("x = torch.linear(x, self.w)\n", 30)) + "return x");
        Assert.Contains("more than 20 layers", Refusal(many, TorchLimits.Default with { Layers = 20 }));
        Assert.Contains("more than 100 weights together", Refusal(many, TorchLimits.Default with { Elements = 100 }));
    }

    [Fact]
    public void Nested_expressions_and_blocks_are_bounded()
    {
        Assert.Contains("is not a statement that is run here", Refusal(TestScript.Of($"return {new string('(', 100_000)}x{new string(')', 100_000)}")));
        Assert.Contains("is not a statement that is run here", Refusal(TestScript.Of($"return {string.Concat(Enumerable.Repeat("- ", 100_000))}1")));
        var blocks = string.Concat(Enumerable.Range(0, 60).Select(i => $"{new string(' ', i)}if True:\n"));
        Assert.Contains("blocks nested more than 40 deep", Refusal(TestScript.Of(blocks + new string(' ', 60) + "pass")));
    }

    [Fact]
    public void A_list_that_holds_itself_is_refused()
    {
        var pt = new TestPt().Global("__torch__", "M").Op((byte)')', 0x81, (byte)'}').Text("w").Op((byte)']', (byte)'q', 0, (byte)'h', 0, (byte)'a', (byte)'s').Op((byte)'b')
            .Entry("root/constants.pkl", [0x80, 2, (byte)')', (byte)'.'])
            .Entry("root/code/__torch__.py", "class M(Module):\n  def forward(self, x):\n    return torch.mul(x, self.w)\n"u8.ToArray());
        Assert.Contains("nested more than 600 deep", Refusal(pt.Save()));
    }

    [Fact]
    public void Code_is_bounded() =>
        Assert.Contains("of more than 4,194,304 bytes of code", Refusal(TestScript.File("#" + new string('x', 5 << 20)), TorchLimits.Default));

    [Fact]
    public void A_file_cut_short_at_any_byte_is_refused()
    {
        var whole = TestScript.Of("return torch.linear(x, self.w, self.b)");
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<TorchFileException>(() => Read(whole[..length]));
        Assert.NotEmpty(Read(whole));
    }

    [Theory]
    [InlineData("data.pkl")]
    [InlineData("constants.pkl")]
    [InlineData("code/__torch__.py")]
    public void An_entry_cut_short_or_changed_at_any_byte_loads_or_is_refused_and_nothing_else(string entry)
    {
        var entries = Entries(File.ReadAllBytes(Path.Combine(Case.Folder, "script_chain_traced", "m_model.jit")));
        var at = entries.FindIndex(e => e.Name.EndsWith("/" + entry, StringComparison.Ordinal) || (entry.EndsWith(".py", StringComparison.Ordinal) && e.Name.Contains("/code/__torch__/___", StringComparison.Ordinal)));
        var whole = entries[at].Bytes;
        var random = new Random(5);
        var refused = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= (byte)random.Next(1, 256);
            foreach (var bytes in new[] { whole[..i], changed })
                try
                {
                    Read(TestPt.Zip(entries.Select((e, j) => (e.Name, j == at ? bytes : e.Bytes))), 3);
                }
                catch (TorchFileException)
                {
                    refused++;
                }
        }
        Assert.InRange(refused, whole.Length / 2, 2 * whole.Length);
    }

    [Fact]
    public void A_pickle_in_it_that_runs_a_command_is_refused()
    {
        var command = new TestPt().Global("posix", "system").Op((byte)'(').Text("touch model-manager-was-here").Op((byte)'t', (byte)'R')
            .Entry("root/constants.pkl", [0x80, 2, (byte)')', (byte)'.']).Save();
        Assert.Contains("calling posix.system is not allowed", Refusal(command));
        var own = new TestPt().Global("builtins", "object").Op((byte)')', 0x81).Entry("root/constants.pkl", [0x80, 2, (byte)')', (byte)'.']).Save();
        Assert.Contains("class builtins.object is not one that can be run here", Refusal(own));
        Assert.False(File.Exists("model-manager-was-here"));
    }

    private static double[] Run(byte[] file)
    {
        var evaluator = DenseEvaluator.Create(Network.Of("m", 2, Read(file)), singlePrecision: false);
        var outputs = new double[2];
        evaluator.Run([1, 10], outputs, 1);
        return outputs;
    }

    private static List<Layer> Read(byte[] file, int width = 2, TorchLimits? limits = null) => ModuleReader.Read("m.jit", file, width, singlePrecision: false, limits ?? TorchLimits.Default);

    private static string Refusal(byte[] file, TorchLimits? limits = null)
    {
        var message = Assert.Throws<TorchFileException>(() => Read(file, limits: limits)).Message;
        Assert.StartsWith("m.jit: ", message);
        return message;
    }

    private static List<(string Name, byte[] Bytes)> Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return [.. zip.Entries.Select(e =>
        {
            using var stream = e.Open();
            var bytes = new byte[e.Length];
            stream.ReadExactly(bytes);
            return (e.FullName, bytes);
        })];
    }
}
