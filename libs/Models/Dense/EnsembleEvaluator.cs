namespace ModelManager.Models.Dense;

/// <summary>Mean and standard deviation over members, per output: columns are mean of the first, deviation of the first, mean of the second, ...</summary>
/// <remarks>lume-model <c>NNEnsemble</c>: Normal(mean, sqrt(var)) with torch's unbiased variance (divided by members - 1).</remarks>
internal sealed class EnsembleEvaluator : IEvaluator
{
    private readonly Member[] _members;
    private readonly Pool<double[]> _scalars;

    /// <param name="members">Each with, per input of its own, the column of the ensemble's, and per output of the ensemble the column of its own.</param>
    public EnsembleEvaluator(int inputs, int outputs, Member[] members)
    {
        Inputs = inputs;
        Outputs = 2 * outputs;
        _members = members;
        _scalars = new(() => new double[Need(1)]);
    }

    internal sealed record Member(IEvaluator Evaluator, int[] InputColumns, int[] OutputColumns);

    public int Inputs { get; }
    public int Outputs { get; }

    public void Run(ReadOnlySpan<double> inputs, Span<double> outputs, int rows)
    {
        var scratch = rows == 1 ? _scalars.Take() : new double[Need(rows)];
        var rest = scratch.AsSpan();
        foreach (var member in _members)
        {
            var given = Cut(ref rest, rows * member.InputColumns.Length);
            var result = Cut(ref rest, rows * member.Evaluator.Outputs);
            for (var row = 0; row < rows; row++)
                for (var i = 0; i < member.InputColumns.Length; i++)
                    given[row * member.InputColumns.Length + i] = inputs[row * Inputs + member.InputColumns[i]];
            member.Evaluator.Run(given, result, rows);
        }
        for (var row = 0; row < rows; row++)
            for (var output = 0; output < Outputs / 2; output++)
                (outputs[row * Outputs + 2 * output], outputs[row * Outputs + 2 * output + 1]) = Statistics(scratch, rows, row, output);
        if (rows == 1)
            _scalars.Give(scratch);
    }

    private (double Mean, double Deviation) Statistics(double[] scratch, int rows, int row, int output)
    {
        double sum = 0, squares = 0;
        foreach (var value in new Values(this, scratch, rows, row, output))
            sum += value;
        var mean = sum / _members.Length;
        foreach (var value in new Values(this, scratch, rows, row, output))
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / (_members.Length - 1)));
    }

    private int Need(int rows) => rows * _members.Sum(m => m.InputColumns.Length + m.Evaluator.Outputs);

    private static Span<double> Cut(ref Span<double> rest, int length)
    {
        var cut = rest[..length];
        rest = rest[length..];
        return cut;
    }

    /// <summary>One output of one row, member after member.</summary>
    private ref struct Values(EnsembleEvaluator ensemble, double[] scratch, int rows, int row, int output)
    {
        private int _member = -1, _offset;

        public readonly Values GetEnumerator() => this;
        public double Current { get; private set; }

        public bool MoveNext()
        {
            if (++_member == ensemble._members.Length)
                return false;
            var member = ensemble._members[_member];
            _offset += rows * member.InputColumns.Length;
            Current = scratch[_offset + row * member.Evaluator.Outputs + member.OutputColumns[output]];
            _offset += rows * member.Evaluator.Outputs;
            return true;
        }
    }
}
