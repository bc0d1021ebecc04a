namespace ModelManager.Formulas;

/// <summary>Relations and connectives over 1.0 and 0.0. A NaN is unequal to everything and in no order.</summary>
internal static class Logic
{
    public static double Eq(double x, double y, ref FaultFlags flags) => x == y ? 1 : 0;
    public static double Ne(double x, double y, ref FaultFlags flags) => x != y ? 1 : 0;
    public static double Lt(double x, double y, ref FaultFlags flags) => x < y ? 1 : 0;
    public static double Le(double x, double y, ref FaultFlags flags) => x <= y ? 1 : 0;
    public static double Gt(double x, double y, ref FaultFlags flags) => x > y ? 1 : 0;
    public static double Ge(double x, double y, ref FaultFlags flags) => x >= y ? 1 : 0;
    public static double Same(double x, ref FaultFlags flags) => x != 0 ? 1 : 0;
    public static double Not(double x, ref FaultFlags flags) => x != 0 ? 0 : 1;
    public static double And(double x, double y, ref FaultFlags flags) => x != 0 && y != 0 ? 1 : 0;
    public static double Or(double x, double y, ref FaultFlags flags) => x != 0 || y != 0 ? 1 : 0;
    public static double Xor(double x, double y, ref FaultFlags flags) => x != 0 != (y != 0) ? 1 : 0;
    public static double Implies(double x, double y, ref FaultFlags flags) => x == 0 || y != 0 ? 1 : 0;
    public static double Equivalent(double x, double y, ref FaultFlags flags) => x != 0 == (y != 0) ? 1 : 0;

    /// <summary>The second where the first holds, else the third.</summary>
    public static double Choose(double condition, double yes, double no, ref FaultFlags flags) => condition != 0 ? yes : no;
}
