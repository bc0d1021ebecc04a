using static ModelManager.Models.Onnx.Tests.OnnxCase;

namespace ModelManager.Models.Onnx.Tests;

public class OnnxFileTests
{
    [Fact]
    public void Operators_operator_sets_and_external_files_are_read_without_loading()
    {
        var file = OnnxFile.Read("m", File.ReadAllBytes(PathOf("unknown_domain")));
        Assert.Equal(["magnets.Quench"], file.Operators);
        Assert.Equal(13, file.OperatorSets["ai.onnx"]);
        Assert.Equal(1, file.OperatorSets["magnets"]);
        Assert.Equal(7, file.IrVersion);
        Assert.Equal(["../escape.data"], OnnxFile.Read("m", File.ReadAllBytes(PathOf("external_parent"))).ExternalFiles);
    }

    [Fact]
    public void Any_bytes_give_a_model_or_a_refusal()
    {
        var original = File.ReadAllBytes(PathOf("external"));
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = original.ToArray();
            for (var change = 0; change < 3; change++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Assert.True(OnnxFile.Read("m", bytes).IrVersion != 0);
            }
            catch (ModelException refused)
            {
                Assert.StartsWith("m: not an ONNX model", refused.Message);
            }
        }
    }
}
