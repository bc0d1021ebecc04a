using System.Collections.Frozen;

namespace ModelManager.Formulas;

/// <summary>Names that reach for the host, and names that have a meaning in SymPy but no number.</summary>
/// <remarks>Nothing here could run anyway - the parser knows only listed functions - but the message should say which of the two it was.</remarks>
internal static class ForbiddenNames
{
    private static readonly FrozenSet<string> Host = """
        import lambda exec eval compile open getattr setattr delattr hasattr globals locals vars dir input print breakpoint help exit quit
        type object super memoryview lambdify parse_expr sympify preview yield await async def class for while with return from global nonlocal
        del raise try except finally assert pass break continue as callable isinstance issubclass iter next map filter zip reversed sorted
        repr format bytes bytearray str id hash property staticmethod classmethod init_session init_printing autowrap ufuncify source
        interactive pycode ccode codegen test doctest
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Symbolic = """
        solve solveset dsolve linsolve nonlinsolve nsolve rsolve pdsolve roots real_roots nroots series fourier_series limit Limit O Order Poly poly Function Lambda
        Wild Dummy symbols var FiniteSet Interval Union Intersection Complement ProductSet ImageSet ConditionSet Range Matrix MatrixSymbol ImmutableMatrix
        SparseMatrix Array zeros ones eye diag det Tuple Dict List AccumBounds AccumulationBounds minimum maximum stationary_points singularities plot plot3d
        latex pretty pprint pretty_print sstr srepr mathml dotprint field ring trace tr cse residue laplace_transform fourier_transform inverse_laplace_transform
        mellin_transform WildFunction UnevaluatedExpr Subs Rel Equality Contains Set Sequence SeqFormula content primitive degree LC LM LT resultant discriminant
        groebner reduced quo rem pquo prem interpolate rational_interpolate apart_list continuous_domain function_range factor_list factorint primefactors divisors
        range list tuple dict set frozenset slice enumerate Q ask refine Predicate Quaternion Point Line Circle Polygon
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Attributes = """
        real imag args func free_symbols name atoms T H shape size dtype flat base keys values items mro gi_frame cr_frame f_globals tb_frame
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool IsHost(string name) => Host.Contains(name) || name.StartsWith("__", StringComparison.Ordinal);

    public static bool IsSymbolic(string name) => Symbolic.Contains(name);

    /// <summary>Names after a '.' that are Python attributes rather than EPICS fields (which are upper case).</summary>
    public static bool IsAttribute(string name) => Attributes.Contains(name) || name.StartsWith("is_", StringComparison.Ordinal) || name.Contains("__", StringComparison.Ordinal);
}
