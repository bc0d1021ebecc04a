using System.Collections.Frozen;

namespace ModelManager.Formulas;

/// <summary>Every function a formula may call. What is not here cannot be called: there is no other way to code.</summary>
internal static partial class FunctionTable
{
    private static readonly FrozenDictionary<string, FunctionDefinition> ByName =
        Elementaries().Concat(Roundings()).Concat(Logicals()).Concat(Specials()).Concat(Combinatorics()).Concat(NumpyElementwise()).Concat(NumpyReductions())
            .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    // Names the binder handles itself: constructors, calculus and what passes its argument through.
    private static readonly FrozenSet<string> Bound = """
        Piecewise ITE Sum Product summation product diff Derivative integrate Integral Rational Integer Float S N Symbol Add Mul sum sqrt Pow pow
        simplify expand factor together cancel apart nsimplify trigsimp powsimp radsimp ratsimp logcombine expand_log expand_trig powdenest collect
        factor_terms nfloat log ln round real_root sympify_ KroneckerDelta Mod
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys.Concat(Bound);

    public static FunctionDefinition? Find(string name) => ByName.GetValueOrDefault(Canonical(name));

    public static FunctionDefinition Get(string name) => ByName[name];

    /// <summary>The name means a function when '(' follows, even where a symbol of that name is declared.</summary>
    public static bool IsKnownName(string name) => Bound.Contains(name) || ByName.ContainsKey(Canonical(name)) || ForbiddenNames.IsSymbolic(name);

    // Python's and numpy's spellings of SymPy's functions.
    private static string Canonical(string name) => name switch
    {
        "ln" => "log",
        "abs" or "absolute" or "fabs" => "Abs",
        "max" => "Max",
        "min" => "Min",
        "arcsin" => "asin",
        "arccos" => "acos",
        "arctan" => "atan",
        "arctan2" => "atan2",
        "arcsinh" => "asinh",
        "arccosh" => "acosh",
        "arctanh" => "atanh",
        "deg2rad" or "radians" => "rad",
        "rad2deg" or "degrees" => "deg",
        "ceil" => "ceiling",
        "fix" or "int" => "trunc",
        "conj" => "conjugate",
        "angle" => "arg",
        "Equality" => "Eq",
        "Unequality" => "Ne",
        "StrictLessThan" => "Lt",
        "StrictGreaterThan" => "Gt",
        "LessThan" => "Le",
        "GreaterThan" => "Ge",
        "logical_and" => "And",
        "logical_or" => "Or",
        "logical_not" => "Not",
        "logical_xor" => "Xor",
        "less" => "Lt",
        "less_equal" => "Le",
        "greater" => "Gt",
        "greater_equal" => "Ge",
        "equal" => "Eq",
        "not_equal" => "Ne",
        "power" => "Pow",
        "heaviside" => "Heaviside",
        "RisingFactorial" => "rf",
        "FallingFactorial" => "ff",
        "igcd" => "gcd",
        "ilcm" => "lcm",
        "max_" => "Max",
        _ => name,
    };

    private static IEnumerable<FunctionDefinition> Elementaries()
    {
        yield return F1("exp", Elementary.Exp, ComplexElementary.Exp);
        yield return new("log", 1, 2) { Real1 = Elementary.Log, Real2 = Elementary.Log, Complex1 = ComplexElementary.Log, Complex2 = ComplexElementary.Log };
        yield return F1("sin", Elementary.Sin, ComplexElementary.Sin);
        yield return F1("cos", Elementary.Cos, ComplexElementary.Cos);
        yield return F1("tan", Elementary.Tan, ComplexElementary.Tan);
        yield return F1("cot", Elementary.Cot, ComplexElementary.Cot);
        yield return F1("sec", Elementary.Sec, ComplexElementary.Sec);
        yield return F1("csc", Elementary.Csc, ComplexElementary.Csc);
        yield return F1("asin", Elementary.Asin, ComplexElementary.Asin);
        yield return F1("acos", Elementary.Acos, ComplexElementary.Acos);
        yield return F1("atan", Elementary.Atan, ComplexElementary.Atan);
        yield return F1("acot", Elementary.Acot, ComplexElementary.Acot);
        yield return F1("asec", Elementary.Asec, ComplexElementary.Asec);
        yield return F1("acsc", Elementary.Acsc, ComplexElementary.Acsc);
        yield return F1("sinh", Elementary.Sinh, ComplexElementary.Sinh);
        yield return F1("cosh", Elementary.Cosh, ComplexElementary.Cosh);
        yield return F1("tanh", Elementary.Tanh, ComplexElementary.Tanh);
        yield return F1("coth", Elementary.Coth, ComplexElementary.Coth);
        yield return F1("sech", Elementary.Sech, ComplexElementary.Sech);
        yield return F1("csch", Elementary.Csch, ComplexElementary.Csch);
        yield return F1("asinh", Elementary.Asinh, ComplexElementary.Asinh);
        yield return F1("acosh", Elementary.Acosh, ComplexElementary.Acosh);
        yield return F1("atanh", Elementary.Atanh, ComplexElementary.Atanh);
        yield return F1("acoth", Elementary.Acoth, ComplexElementary.Acoth);
        yield return F1("asech", Elementary.Asech, ComplexElementary.Asech);
        yield return F1("acsch", Elementary.Acsch, ComplexElementary.Acsch);
        yield return new("atan2", 2, 2) { Real2 = Elementary.Atan2 };
        yield return F1("cbrt", Elementary.Cbrt, ComplexElementary.Cbrt);
        yield return new("root", 2, 2) { Real2 = Elementary.Root, Complex2 = ComplexElementary.Root };
        yield return new("real_root", 2, 2) { Real2 = Elementary.RealRoot };
        yield return F1("sinc", Elementary.Sinc, ComplexElementary.Sinc);
        yield return F1("rad", Elementary.Radians, ComplexElementary.Radians);
        yield return F1("deg", Elementary.Degrees, ComplexElementary.Degrees);
        yield return F1("re", Elementary.Identity, ComplexElementary.Re);
        yield return F1("im", Rounding.Zero, ComplexElementary.Im);
        yield return F1("conjugate", Elementary.Identity, ComplexElementary.Conjugate);
        yield return F1("arg", Rounding.Arg, ComplexElementary.Arg);
    }

    private static IEnumerable<FunctionDefinition> Roundings()
    {
        yield return F1("Abs", Rounding.Abs, ComplexElementary.Abs);
        yield return F1("sign", Rounding.Sign, ComplexElementary.Sign);
        yield return F1("floor", Rounding.Floor, ComplexElementary.Floor);
        yield return F1("ceiling", Rounding.Ceiling, ComplexElementary.Ceiling);
        yield return F1("frac", Rounding.Frac, ComplexElementary.Frac);
        yield return new("Max", 1, int.MaxValue) { Real1 = Elementary.Identity, Real2 = Rounding.Max, Folds = true, NeedsOrder = true };
        yield return new("Min", 1, int.MaxValue) { Real1 = Elementary.Identity, Real2 = Rounding.Min, Folds = true, NeedsOrder = true };
        yield return new("Mod", 2, 2) { Real2 = Arithmetic.Mod, Complex2 = ComplexElementary.Mod };
        yield return new("floordiv", 2, 2) { Real2 = Arithmetic.FloorDivide, Complex2 = ComplexElementary.FloorDivide };
        yield return new("Mod~", 2, 2) { Real2 = Arithmetic.ModOfComputed, Complex2 = ComplexElementary.Mod };
        yield return new("floordiv~", 2, 2) { Real2 = Arithmetic.FloorDivideComputed, Complex2 = ComplexElementary.FloorDivide };
        yield return new("Heaviside", 1, 2) { Real1 = Rounding.Heaviside, Real2 = Rounding.Heaviside, NeedsOrder = true };
        yield return F1("DiracDelta", Rounding.DiracDelta);
        yield return F2("KroneckerDelta", Rounding.Kronecker);
    }

    private static IEnumerable<FunctionDefinition> Logicals()
    {
        yield return new("Eq", 2, 2) { Real2 = Logic.Eq, IsBoolean = true };
        yield return new("Ne", 2, 2) { Real2 = Logic.Ne, IsBoolean = true };
        yield return new("Lt", 2, 2) { Real2 = Logic.Lt, IsBoolean = true, NeedsOrder = true };
        yield return new("Le", 2, 2) { Real2 = Logic.Le, IsBoolean = true, NeedsOrder = true };
        yield return new("Gt", 2, 2) { Real2 = Logic.Gt, IsBoolean = true, NeedsOrder = true };
        yield return new("Ge", 2, 2) { Real2 = Logic.Ge, IsBoolean = true, NeedsOrder = true };
        yield return new("Not", 1, 1) { Real1 = Logic.Not, IsBoolean = true, TakesBooleans = true };
        yield return new("And", 0, int.MaxValue) { Real1 = Logic.Same, Real2 = Logic.And, Folds = true, IsBoolean = true, TakesBooleans = true };
        yield return new("Or", 0, int.MaxValue) { Real1 = Logic.Same, Real2 = Logic.Or, Folds = true, IsBoolean = true, TakesBooleans = true };
        yield return new("Xor", 0, int.MaxValue) { Real1 = Logic.Same, Real2 = Logic.Xor, Folds = true, IsBoolean = true, TakesBooleans = true };
        yield return new("Nand", 1, int.MaxValue) { Real1 = Logic.Not, Real2 = Logic.And, Folds = true, Negated = true, IsBoolean = true, TakesBooleans = true };
        yield return new("Nor", 1, int.MaxValue) { Real1 = Logic.Not, Real2 = Logic.Or, Folds = true, Negated = true, IsBoolean = true, TakesBooleans = true };
        yield return new("Implies", 2, 2) { Real2 = Logic.Implies, IsBoolean = true, TakesBooleans = true };
        yield return new("Equivalent", 2, 2) { Real2 = Logic.Equivalent, IsBoolean = true, TakesBooleans = true };
    }

    private static FunctionDefinition F1(string name, Real1 real, Complex1? complex = null) => new(name, 1, 1) { Real1 = real, Complex1 = complex };

    private static FunctionDefinition F2(string name, Real2 real) => new(name, 2, 2) { Real2 = real };
}
