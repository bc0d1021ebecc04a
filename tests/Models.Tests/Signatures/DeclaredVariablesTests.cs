using ModelManager.Models.Signatures;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Signatures;

public class DeclaredVariablesTests
{
    [Fact]
    public void A_signature_of_columns_gives_names_and_kinds()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MLmodel", """
            signature:
              inputs: '[{"type": "double", "name": "x1", "required": true}, {"type": "long", "name": "n"}, {"type": "boolean"}]'
              outputs: '[{"type": "tensor", "name": "y_img", "tensor-spec": {"dtype": "float32", "shape": [-1, 480, 640]}}]'
            """);
        var declared = DeclaredVariables.In(folder.Path);
        Assert.Equal([("x1", PvKind.Float64), ("n", PvKind.Int64), ("input_2", PvKind.Boolean)], declared.Inputs.Select(i => (i.Name, i.Kind)));
        Assert.Equal(("y_img", PvKind.Image), (declared.Outputs[0].Name, declared.Outputs[0].Kind));
        Assert.Equal([480, 640], declared.Outputs[0].Shape);
        Assert.Equal("MLmodel", declared.Source);
    }

    [Fact]
    public void One_unnamed_tensor_is_as_many_columns_as_it_has()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MLmodel", """signature: {inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]', outputs: null}""");
        Assert.Equal(["input_0", "input_1", "input_2"], DeclaredVariables.In(folder.Path).Inputs.Select(i => i.Name));
    }

    [Fact]
    public void A_yaml_of_variables_wins_over_the_signature()
    {
        using var folder = new TemporaryFolder();
        folder.Write("MLmodel", """signature: {inputs: '[{"type": "double", "name": "other"}]'}""");
        folder.Write("variables.yml", """
            input_variables:
              a: {variable_class: ScalarVariable, default_value: 2.5, value_range: [0, .inf], unit: mm}
              label: {type: string, default_value: beam}
            output_variables:
              - {name: img, type: image, shape: [4, 5]}
              - y
            """);
        var declared = DeclaredVariables.In(folder.Path);
        Assert.Equal([new("a", PvKind.Float64, "mm", PvValue.Double(2.5), new ModelRange(0, double.PositiveInfinity)), new("label", PvKind.String, "", PvValue.String("beam"))], declared.Inputs.ToArray());
        Assert.Equal(["img", "y"], declared.Outputs.Select(o => o.Name));
    }

    [Theory]
    [InlineData("input_variables: {a: {type: quaternion}}\noutput_variables: [y]", "v.yml:1:22", "quaternion")]
    [InlineData("input_variables: {a: {value_range: [2, 1]}}\noutput_variables: [y]", "v.yml:1:36", "value_range")]
    [InlineData("input_variables: {a: 5}\noutput_variables: [y]", "v.yml:1:22", "expected a mapping")]
    public void A_broken_file_is_told_with_its_place(string text, string where, string what)
    {
        using var folder = new TemporaryFolder();
        folder.Write("v.yml", text);
        var error = Assert.Throws<ModelException>(() => DeclaredVariables.In(folder.Path)).Message;
        Assert.StartsWith(where, error);
        Assert.Contains(what, error);
    }

    [Fact]
    public void Nothing_is_declared_where_there_is_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("other.yml", "a: [broken");
        Assert.Same(DeclaredVariables.None, DeclaredVariables.In(folder.Path));
    }
}
