namespace ModelManager.Formulas;

internal static partial class FunctionTable
{
    private static IEnumerable<FunctionDefinition> Specials()
    {
        yield return F1("erf", ErrorFunctions.Erf);
        yield return F1("erfc", ErrorFunctions.Erfc);
        yield return F1("erfi", ErrorFunctions.Erfi);
        yield return F1("erfinv", ErrorFunctions.ErfInv);
        yield return F1("erfcinv", ErrorFunctions.ErfcInv);
        yield return F2("erf2", ErrorFunctions.Erf2);
        yield return new("LambertW", 1, 2) { Real1 = ErrorFunctions.LambertW, Real2 = ErrorFunctions.LambertW };
        yield return F1("gamma", GammaFamily.Gamma);
        yield return F1("loggamma", GammaFamily.LogGamma);
        yield return F1("digamma", GammaFamily.Digamma);
        yield return F1("trigamma", GammaFamily.Trigamma);
        yield return F2("polygamma", GammaFamily.Polygamma);
        yield return F2("beta", GammaFamily.Beta);
        yield return F1("zeta", ZetaFunction.Zeta);
        yield return F2("besselj", BesselFunctions.J);
        yield return F2("bessely", BesselFunctions.Y);
        yield return F2("besseli", BesselFunctions.I);
        yield return F2("besselk", BesselFunctions.K);
        yield return F2("jn", BesselFunctions.SphericalJ);
        yield return F2("yn", BesselFunctions.SphericalY);
        yield return F2("legendre", OrthogonalPolynomials.Legendre);
        yield return F2("chebyshevt", OrthogonalPolynomials.ChebyshevT);
        yield return F2("chebyshevu", OrthogonalPolynomials.ChebyshevU);
        yield return F2("hermite", OrthogonalPolynomials.Hermite);
        yield return F2("laguerre", OrthogonalPolynomials.Laguerre);
        yield return new("gegenbauer", 3, 3) { Real3 = OrthogonalPolynomials.Gegenbauer };
    }

    private static IEnumerable<FunctionDefinition> Combinatorics()
    {
        yield return F1("factorial", GammaFamily.Factorial);
        yield return F1("factorial2", GammaFamily.Factorial2);
        yield return F2("binomial", GammaFamily.Binomial);
        yield return F2("rf", GammaFamily.Rising);
        yield return F2("ff", GammaFamily.Falling);
        yield return F1("catalan", GammaFamily.Catalan);
        yield return F1("fibonacci", NumberTheory.Fibonacci);
        yield return F1("lucas", NumberTheory.Lucas);
        yield return new("harmonic", 1, 2) { Real1 = NumberTheory.Harmonic, Real2 = NumberTheory.Harmonic };
        yield return F1("bernoulli", NumberTheory.Bernoulli);
        yield return F1("prime", NumberTheory.Prime);
        yield return new("isprime", 1, 1) { Real1 = NumberTheory.IsPrime, IsBoolean = true };
        yield return new("gcd", 2, 2) { Real2 = NumberTheory.Gcd };
        yield return new("lcm", 2, 2) { Real2 = NumberTheory.Lcm };
    }

    // Not SymPy: names that upstream's lambdify finds in numpy by accident, and which configurations therefore use.
    private static IEnumerable<FunctionDefinition> NumpyElementwise()
    {
        yield return F1("log10", Elementary.Log10);
        yield return F1("log2", Elementary.Log2);
        yield return F1("log1p", Elementary.Log1P);
        yield return F1("expm1", Elementary.ExpM1);
        yield return F1("exp2", Elementary.Exp2);
        yield return F2("hypot", Elementary.Hypot);
        yield return F1("square", Arithmetic.Square);
        yield return F1("reciprocal", Arithmetic.Inverse);
        yield return F1("trunc", Rounding.Truncate);
        yield return F1("rint", Rounding.Rint);
        yield return new("round", 1, 2) { Real1 = Rounding.Rint, Real2 = Rounding.Round };
        yield return new("around", 1, 2) { Real1 = Rounding.Rint, Real2 = Rounding.Round };
        yield return F2("fmod", Rounding.FMod);
        yield return F2("copysign", Rounding.CopySign);
        yield return new("clip", 3, 3) { Real3 = Rounding.Clip };
        yield return new("where", 3, 3) { Real3 = Logic.Choose };
        yield return F1("float", Elementary.Identity);
    }

    private static IEnumerable<FunctionDefinition> NumpyReductions()
    {
        yield return Reducing("mean", Elementary.Identity, Reductions.Mean);
        yield return Reducing("average", Elementary.Identity, Reductions.Mean);
        yield return Reducing("median", Elementary.Identity, Reductions.Median);
        yield return Reducing("std", Rounding.Zero, Reductions.Std);
        yield return Reducing("nanmean", Elementary.Identity, Reductions.NanMean);
        yield return Reducing("nansum", Elementary.Identity, Reductions.NanSum);
        yield return Reducing("nanmax", Elementary.Identity, Reductions.NanMax);
        yield return Reducing("nanmin", Elementary.Identity, Reductions.NanMin);
        yield return Reducing("amax", Elementary.Identity, Reductions.Max);
        yield return Reducing("amin", Elementary.Identity, Reductions.Min);
        yield return Reducing("ptp", Rounding.Zero, Reductions.Range);
        yield return Reducing("argmax", Rounding.Zero, Reductions.ArgMax);
        yield return Reducing("argmin", Rounding.Zero, Reductions.ArgMin);
        yield return Reducing("cumsum", Elementary.Identity, Reductions.CumSum);
        yield return Reducing("cumprod", Elementary.Identity, Reductions.CumProd);
        yield return Reducing("norm", Rounding.Abs, Reductions.Norm);
        yield return new("dot", 2, 2) { Real2 = Times, Reduce = Reductions.Dot };
        yield return new("trapz", 1, 2) { Real1 = Rounding.Zero, Real2 = Zero, Reduce = Reductions.Trapezoid };
    }

    private static double Times(double x, double y, ref FaultFlags flags) => x * y;

    private static double Zero(double x, double y, ref FaultFlags flags) => 0;

    private static FunctionDefinition Reducing(string name, Real1 scalar, Reduction reduce) => new(name, 1, 1) { Real1 = scalar, Reduce = reduce };
}
