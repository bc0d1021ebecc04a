using System.Text;

namespace ModelManager.Models.Tests.Torch.Script;

/// <summary>TorchScript files made of a class text: module M with a weight w [2, 2] = 1 2 3 4 and a bias b [2] = 5 6.</summary>
internal static class TestScript
{
    /// <param name="forward">The body of <c>forward(self, x)</c>, without indentation.</param>
    /// <param name="rest">What stands in the file besides.</param>
    public static byte[] Of(string forward, string rest = "", string members = "") => File(
        $"class M(Module):\n{Indented(members, 2)}  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n{Indented(forward, 4)}{rest}");

    public static byte[] File(string code)
    {
        var pt = new TestPt().Global("__torch__", "M").Op((byte)')', 0x81, (byte)'}')
            .Text("training").Op(0x88, (byte)'s')
            .Text("w").Tensor(4, Doubles(1, 2, 3, 4), 0, [2, 2], [2, 1]).Op((byte)'s')
            .Text("b").Tensor("1", 2, Doubles(5, 6), 0, [2], [1]).Op((byte)'s')
            .Text("k").Long(7).Op((byte)'s')
            .Text("self").Op((byte)'N', (byte)'s')
            .Op((byte)'b');
        return pt.Entry("root/constants.pkl", [0x80, 2, (byte)')', (byte)'.']).Entry("root/code/__torch__.py", Encoding.UTF8.GetBytes(code)).Save();
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static string Indented(string text, int by) => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new string(' ', by) + line + "\n"));
}
