namespace ModelManager.Formulas;

/// <summary>The members of SymPy's registry <c>S</c> that are numbers: <c>S.Half</c>, <c>S.Pi</c>, ...</summary>
internal static class SingletonNames
{
    /// <summary>The name under which the constant is known to the binder, or null.</summary>
    public static string? Find(string member) => member switch
    {
        "Half" => "S.Half",
        "Zero" => "S.Zero",
        "One" => "S.One",
        "NegativeOne" => "S.NegativeOne",
        "Pi" => "pi",
        "Exp1" => "E",
        "ImaginaryUnit" => "I",
        "Infinity" => "oo",
        "NegativeInfinity" => "S.NegativeInfinity",
        "ComplexInfinity" => "zoo",
        "NaN" => "nan",
        "GoldenRatio" or "EulerGamma" or "Catalan" or "TribonacciConstant" => member,
        "true" => "True",
        "false" => "False",
        _ => null,
    };
}
