namespace ModelManager.Formulas;

/// <summary>The 15-point Kronrod rule and the 7-point Gauss rule inside it, on [-1, 1]; symmetric, so the positive half is listed.</summary>
/// <remarks>R. Piessens et al., QUADPACK (1983), routine QK15.</remarks>
internal static class GaussKronrod
{
    public static ReadOnlySpan<double> Nodes =>
    [
        0.9914553711208126,
        0.9491079123427585,
        0.8648644233597691,
        0.7415311855993945,
        0.5860872354676911,
        0.4058451513773972,
        0.20778495500789848,
        0.0,
    ];

    public static ReadOnlySpan<double> Weights =>
    [
        0.022935322010529224,
        0.06309209262997856,
        0.10479001032225019,
        0.14065325971552592,
        0.1690047266392679,
        0.19035057806478542,
        0.20443294007529889,
        0.20948214108472782,
    ];

    public static ReadOnlySpan<double> GaussWeights =>
    [
        0.0,
        0.1294849661688697,
        0.0,
        0.27970539148927664,
        0.0,
        0.3818300505051189,
        0.0,
        0.4179591836734694,
    ];
}
