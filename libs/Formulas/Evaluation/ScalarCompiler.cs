using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A compiled formula: reads inputs from <paramref name="values"/> on, leaves flags, returns the IEEE value.</summary>
internal delegate double ScalarBody(ref double values, ref FaultFlags flags);

/// <summary>Compiles a tree to IL, so that evaluating it neither walks nor allocates.</summary>
internal static class ScalarCompiler
{
    // Beyond these the JIT's own recursion and time are not worth it; such a formula is walked.
    private const int MaxDepth = 150;
    private const int MaxSize = 2000;

    /// <summary>The compiled body, or null when the tree must be walked.</summary>
    public static ScalarBody? TryCompile(Node node)
    {
        if (node.HasLoop || node.HasBound || node.HasImaginary || node.Depth > MaxDepth || node.Size > MaxSize || !IsEmittable(node))
            return null;
        var method = new DynamicMethod("formula", typeof(double), [typeof(double).MakeByRefType(), typeof(FaultFlags).MakeByRefType()], typeof(Formula).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        node.Emit(il);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ScalarBody>();
    }

    private static bool IsEmittable(Node node)
    {
        if (node is CallNode { Function.IsEmittable: false })
            return false;
        foreach (var child in node.Children)
            if (!IsEmittable(child))
                return false;
        return true;
    }
}
