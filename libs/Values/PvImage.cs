namespace ModelManager.Values;

/// <summary>An NTNDArray: pixels in C order, shape (rows = y, columns = x[, colour]), its codec and unique id.</summary>
/// <param name="Pixels">A one-dimensional array of a numeric element type (<c>byte[]</c> ... <c>double[]</c>); never changed once here.</param>
/// <param name="Shape">Slowest axis first: a 640x480 camera is (480, 640). EPICS dimension[0] is the last of these.</param>
/// <param name="Codec">Empty when <paramref name="Pixels"/> is uncompressed.</param>
public sealed record PvImage(Array Pixels, System.Collections.Immutable.ImmutableArray<int> Shape, string Codec = "", int UniqueId = 0)
{
    public int Rows => Shape.Length > 0 ? Shape[0] : 0;
    public int Columns => Shape.Length > 1 ? Shape[1] : 0;
}
