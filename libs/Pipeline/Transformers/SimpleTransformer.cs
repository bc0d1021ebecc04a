using System.Collections.Immutable;
using ModelManager.Formulas;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>One formula per output (upstream.md B1, mended): the set is applied whole, only formulas whose symbols changed are evaluated, constants once; a formula that fails makes its own output INVALID and no other.</summary>
/// <remarks>Nothing is emitted before every declared symbol has arrived, used or not. Scalars are evaluated without allocation.</remarks>
public sealed class SimpleTransformer : ITransformer
{
    private enum Form : byte { Missing, Scalar, Array, Refused }

    private readonly SimpleFormula[] _formulas;
    private readonly double[] _scalars;
    private readonly FormulaValue[] _operands;
    private readonly Form[] _forms;

    public SimpleTransformer(ImmutableArray<string> symbols, ImmutableArray<Formula> formulas)
    {
        Inputs = symbols;
        Outputs = [.. formulas.Select(f => f.Variable)];
        _formulas = [.. formulas.Select(f => new SimpleFormula(f))];
        _scalars = new double[symbols.Length];
        _operands = new FormulaValue[symbols.Length];
        _forms = new Form[symbols.Length];
    }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Outputs { get; }

    public int DirectInput(int output) => _formulas[output].Formula.DirectSymbol;

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        var scalarsOnly = ReadChanged(input);
        for (var i = 0; i < _formulas.Length; i++)
        {
            var formula = _formulas[i];
            if (!output.Wants(i))
                continue;
            if (formula.Used.Length == 0)
            {
                if (!output.HasArrived(i))
                    formula.Evaluate(i, _scalars, output);
            }
            else if (input.HaveChanged(formula.Used))
            {
                if (formula.Direct >= 0)
                    PassOn(i, formula, input, output);
                else if (scalarsOnly)
                    formula.Evaluate(i, _scalars, output);
                else
                    Compute(i, formula, input, output);
            }
        }
    }

    // Arrays are widened once per change, not once per formula.
    private bool ReadChanged(in TransformInput input)
    {
        var scalarsOnly = true;
        for (var i = 0; i < _scalars.Length; i++)
        {
            if (input.HasChanged(i))
            {
                var value = input[i].Value;
                if (value.Kind.IsNumericScalar())
                {
                    _scalars[i] = value.AsDouble();
                    _forms[i] = Form.Scalar;
                }
                else
                    ReadOther(i, value);
            }
            scalarsOnly &= _forms[i] == Form.Scalar;
        }
        return scalarsOnly;
    }

    private void ReadOther(int i, in PvValue value)
    {
        _scalars[i] = double.NaN;
        _forms[i] = value.IsNone ? Form.Missing : FormulaOperand.Refusal(value) is null ? Form.Array : Form.Refused;
        _operands[i] = _forms[i] == Form.Array ? FormulaOperand.Of(value) : default;
    }

    private void PassOn(int i, SimpleFormula formula, in TransformInput input, in TransformOutput output)
    {
        var symbol = formula.Direct;
        ref readonly var sample = ref input[symbol];
        switch (_forms[symbol])
        {
            case Form.Missing:
                output.FailAs(i, symbol, formula.Used);
                break;
            case Form.Refused when sample.Value.Kind != PvKind.Image:
                Refuse(i, symbol, formula, input, output);
                break;
            case Form.Scalar:
                output.PassThrough(i, symbol, PvValue.Double(_scalars[symbol]), formula.As(PvKind.Float64, sample.Meta));
                break;
            case Form.Array when sample.Value.Kind != PvKind.Image:
                var doubles = FormulaOperand.ToPvValue(_operands[symbol]);
                output.PassThrough(i, symbol, doubles, formula.As(doubles.Kind, sample.Meta));
                break;
            default:
                output.PassThrough(i, symbol);          // an image keeps its pixels and codec
                break;
        }
    }

    private void Compute(int i, SimpleFormula formula, in TransformInput input, in TransformOutput output)
    {
        var scalarsOnly = true;
        foreach (var symbol in formula.Used)
        {
            switch (_forms[symbol])
            {
                case Form.Missing:
                    output.FailAs(i, symbol, formula.Used);
                    return;
                case Form.Refused:
                    Refuse(i, symbol, formula, input, output);
                    return;
                case Form.Array:
                    scalarsOnly = false;
                    break;
                default:
                    _operands[symbol] = _scalars[symbol];
                    break;
            }
        }
        if (scalarsOnly)
            formula.Evaluate(i, _scalars, output);
        else
            formula.Evaluate(i, _operands, output);
    }

    private void Refuse(int i, int symbol, SimpleFormula formula, in TransformInput input, in TransformOutput output) =>
        output.Fail(i, AlarmStatus.Calc, $"Formula '{formula.Formula.Text}' for '{formula.Formula.Variable}': {Inputs[symbol]} {FormulaOperand.Refusal(input[symbol].Value)}, a number is needed", formula.Used);
}
