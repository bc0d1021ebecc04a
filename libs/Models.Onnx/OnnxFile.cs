using System.Text;

namespace ModelManager.Models.Onnx;

/// <summary>What an ONNX file needs, read without loading it: operator sets, operators, files of external data.</summary>
/// <param name="Operators">Types of the nodes, with their domain where it is not ONNX's own.</param>
/// <param name="ExternalFiles">Locations as the file names them, relative to it; not checked.</param>
/// <remarks>Field numbers of onnx.proto3 (github.com/onnx/onnx, IR version 10).</remarks>
internal sealed record OnnxFile(long IrVersion, IReadOnlyDictionary<string, long> OperatorSets, IReadOnlyCollection<string> Operators, IReadOnlyCollection<string> ExternalFiles)
{
    private const int MaxGraphs = 10_000;

    private enum Part : byte { Graph, Node, Attribute, Tensor, SparseTensor, Function }

    /// <exception cref="ModelException">It is not an ONNX model.</exception>
    public static OnnxFile Read(string name, byte[] bytes)
    {
        try
        {
            return Walk(bytes);
        }
        catch (FormatException broken)
        {
            throw new ModelException($"{name}: not an ONNX model, or cut off ({broken.Message})", broken);
        }
    }

    private static OnnxFile Walk(byte[] bytes)
    {
        var sets = new Dictionary<string, long>(StringComparer.Ordinal);
        var operators = new SortedSet<string>(StringComparer.Ordinal);
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var ir = 0L;
        var graphs = 0;
        // Own stack: nesting of graphs in a file cannot overflow the thread's.
        var open = new Stack<(Part Part, int Start, int Length)>();
        var model = new ProtobufReader(bytes);
        while (model.Next())
            switch (model.Field)
            {
                case 1: ir = (long)model.Number; break;
                case 7: Push(Part.Graph, model.Bytes); break;
                case 8: ReadOperatorSet(model.Bytes, sets); break;
                case 25: Push(Part.Function, model.Bytes); break;
                default: break;
            }
        if (ir == 0 || graphs == 0)
            throw new FormatException("it has no graph");
        while (open.TryPop(out var part))
        {
            var message = new ProtobufReader(bytes.AsSpan(part.Start, part.Length));
            var (type, domain) = ("", "");
            while (message.Next())
                switch (part.Part, message.Field)
                {
                    case (Part.Graph, 1): Push(Part.Node, message.Bytes); break;
                    case (Part.Graph, 5): Push(Part.Tensor, message.Bytes); break;
                    case (Part.Graph, 15): Push(Part.SparseTensor, message.Bytes); break;
                    case (Part.Function, 7): Push(Part.Node, message.Bytes); break;
                    case (Part.Node, 4): type = Text(message.Bytes); break;
                    case (Part.Node, 5): Push(Part.Attribute, message.Bytes); break;
                    case (Part.Node, 7): domain = Text(message.Bytes); break;
                    case (Part.Attribute, 5 or 10): Push(Part.Tensor, message.Bytes); break;
                    case (Part.Attribute, 6 or 11): Push(Part.Graph, message.Bytes); break;
                    case (Part.Attribute, 22 or 23): Push(Part.SparseTensor, message.Bytes); break;
                    case (Part.SparseTensor, 1 or 2): Push(Part.Tensor, message.Bytes); break;
                    case (Part.Tensor, 13): ReadExternal(message.Bytes, files); break;
                    default: break;
                }
            if (type.Length > 0)
                operators.Add(domain.Length is 0 || domain == "ai.onnx" ? type : $"{domain}.{type}");
        }
        return new(ir, sets, operators, files);

        void Push(Part part, ReadOnlySpan<byte> content)
        {
            if (part == Part.Graph && ++graphs > MaxGraphs)
                throw new FormatException($"more than {MaxGraphs:N0} graphs in each other");
            if (!content.IsEmpty)
                open.Push((part, OffsetIn(bytes, content), content.Length));
        }
    }

    private static int OffsetIn(byte[] whole, ReadOnlySpan<byte> part)
    {
        whole.AsSpan().Overlaps(part, out var offset);
        return offset;
    }

    private static void ReadOperatorSet(ReadOnlySpan<byte> bytes, Dictionary<string, long> sets)
    {
        var (domain, version) = ("", 0L);
        var message = new ProtobufReader(bytes);
        while (message.Next())
            if (message.Field == 1)
                domain = Text(message.Bytes);
            else if (message.Field == 2)
                version = (long)message.Number;
        sets[domain.Length == 0 ? "ai.onnx" : domain] = version;
    }

    private static void ReadExternal(ReadOnlySpan<byte> bytes, SortedSet<string> files)
    {
        var (key, value) = ("", "");
        var message = new ProtobufReader(bytes);
        while (message.Next())
            if (message.Field == 1)
                key = Text(message.Bytes);
            else if (message.Field == 2)
                value = Text(message.Bytes);
        if (key == "location")
            files.Add(value);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
