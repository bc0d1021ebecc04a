using System.Text;
using System.Text.RegularExpressions;

namespace ModelManager.Models.Torch.Script;

/// <summary>The classes and functions of a TorchScript file, each of its <c>code/*.py</c> read when it is first named.</summary>
internal sealed partial class ScriptCode(TorchArchive archive)
{
    private const int MaxText = 4 << 20;

    private readonly Dictionary<string, ScriptSource> _sources = new(StringComparer.Ordinal);
    private long _text;

    /// <exception cref="TorchFileException">It is not there, or its file is not what torch writes.</exception>
    public ScriptClass Class(PickleGlobal type) => Source(type.Module).Classes.TryGetValue(type.Name, out var found) ? found
        : throw new TorchFileException(archive.File, $"TorchScript without the code of its class {Plain(type.ToString())}");

    public ScriptFunction Function(string qualified)
    {
        var dot = qualified.LastIndexOf('.');
        return dot > 0 && Source(qualified[..dot]).Functions.TryGetValue(qualified[(dot + 1)..], out var found) ? found
            : throw new TorchFileException(archive.File, $"TorchScript without the code of its function {Plain(qualified)}");
    }

    /// <summary>The name a class had in Python: <c>__torch__.torch.nn.modules.linear.___torch_mangle_5.Linear</c> is torch.nn.modules.linear.Linear.</summary>
    public static string Plain(string qualified) => Mangled().Replace(qualified, "").Replace("__torch__.", "", StringComparison.Ordinal);

    private ScriptSource Source(string module)
    {
        if (_sources.TryGetValue(module, out var known))
            return known;
        var file = $"code/{module.Replace('.', '/')}.py";
        if (archive.Code(file) is not { } bytes)
            return _sources[module] = new(new Dictionary<string, ScriptClass>(), new Dictionary<string, ScriptFunction>());
        _text += bytes.Length;
        if (_text > MaxText)
            throw new TorchFileException(archive.File, $"TorchScript of more than {MaxText:N0} bytes of code");
        try
        {
            return _sources[module] = ScriptParser.Read(file, Encoding.UTF8.GetString(bytes.Span));
        }
        catch (TorchFileException broken)
        {
            throw new TorchFileException(archive.File, $"TorchScript {broken.Message}", broken);
        }
    }

    [GeneratedRegex(@"___torch_mangle_\d+\.")]
    private static partial Regex Mangled();
}
