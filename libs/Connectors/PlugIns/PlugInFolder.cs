using System.Collections.Immutable;
using System.Reflection;

namespace ModelManager.Connectors.PlugIns;

/// <summary>A plug-in that is loaded: its folder's name and its assembly.</summary>
public sealed record PlugIn(string Name, Assembly Assembly);

/// <summary>A plug-in, or a type in one, that cannot be used; the others can.</summary>
/// <param name="File">The assembly or folder.</param>
public sealed record PlugInError(string File, string Cause)
{
    public override string ToString() => $"{File}: {Cause}";
}

/// <summary>
/// The plug-ins of a folder: each in a subfolder of its own as <c>{name}/{name}.dll</c> with what it depends on beside it (<c>dotnet publish</c>, or a build with <c>EnableDynamicLoading</c>),
/// each in a load context of its own.
/// </summary>
/// <remarks>A plug-in is code and runs with the rights of this process: the folder belongs to who may install software.</remarks>
public sealed class PlugInFolder
{
    private readonly List<PlugInError> _errors = [];

    private PlugInFolder(string path)
    {
        Path = path;
        if (!Directory.Exists(path))
        {
            _errors.Add(new(path, "the plug-in folder does not exist"));
            PlugIns = [];
            return;
        }
        PlugIns = [.. Directory.GetDirectories(path).Order(StringComparer.Ordinal).Select(Open).OfType<PlugIn>()];
    }

    public string Path { get; }

    public ImmutableArray<PlugIn> PlugIns { get; }

    /// <summary>What could not be loaded or made so far, <see cref="FindAll"/> included.</summary>
    public IReadOnlyList<PlugInError> Errors => _errors;

    /// <summary>Loads what is there. Nothing is thrown for a broken plug-in: see <see cref="Errors"/>.</summary>
    public static PlugInFolder Load(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>A new object of every public class that implements the contract and has a public constructor without parameters.</summary>
    public ImmutableArray<T> FindAll<T>() where T : class
    {
        var found = ImmutableArray.CreateBuilder<T>();
        foreach (var plugIn in PlugIns)
            foreach (var type in plugIn.Assembly.GetExportedTypes().Where(t => t is { IsClass: true, IsAbstract: false } && typeof(T).IsAssignableFrom(t)))
                if (Make<T>(plugIn, type) is { } made)
                    found.Add(made);
        return found.ToImmutable();
    }

    private PlugIn? Open(string folder)
    {
        var name = System.IO.Path.GetFileName(folder);
        var file = System.IO.Path.Combine(folder, name + ".dll");
        if (!File.Exists(file))
        {
            _errors.Add(new(folder, $"there is no {name}.dll in it; a plug-in's folder has the name of its assembly"));
            return null;
        }
        try
        {
            var assembly = new PlugInContext(file).LoadFromAssemblyPath(file);
            // Missing dependencies and contracts of another version show here, not in the middle of a run.
            assembly.GetExportedTypes();
            return new(name, assembly);
        }
        catch (BadImageFormatException)
        {
            _errors.Add(new(file, "this is no .NET assembly for this platform"));
        }
        catch (Exception error) when (error is IOException or TypeLoadException or ReflectionTypeLoadException or MissingMemberException or UnauthorizedAccessException)
        {
            _errors.Add(new(file, $"{error.Message} Is it built for this version of Model Manager, with its dependencies beside it?"));
        }
        return null;
    }

    private T? Make<T>(PlugIn plugIn, Type type) where T : class
    {
        if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
        {
            _errors.Add(new(plugIn.Assembly.Location, $"{type.FullName} implements {typeof(T).Name} but has no public constructor without parameters"));
            return null;
        }
        try
        {
            return (T)constructor.Invoke(null);
        }
        catch (TargetInvocationException error)
        {
            _errors.Add(new(plugIn.Assembly.Location, $"{type.FullName} cannot be made: {error.InnerException?.Message}"));
            return null;
        }
    }
}
