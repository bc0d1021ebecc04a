using System.Collections.Immutable;

namespace ModelManager.Configuration;

/// <summary>What the reader must know of an interface type to check a module of it.</summary>
/// <param name="Name">The subtype: <c>interface.NAME</c>, or a legacy <c>get_method</c>/<c>put_method</c>.</param>
/// <param name="Settings">Keys of <c>config</c> besides <c>variables</c>.</param>
public sealed record KnownInterface(string Name, ImmutableArray<string> Settings)
{
    /// <summary>Any other key is taken as a setting too, of the module and of its variables: the interface checks them itself (plug-ins, the simulator).</summary>
    public bool OpenSettings { get; init; }

    /// <summary>The values of <c>proto</c> that it accepts; empty = it speaks neither and the key says nothing.</summary>
    public ImmutableArray<string> Protocols { get; init; } = [];

    /// <summary>It hosts its PVs, so an image needs a size before the first value.</summary>
    public bool Serves { get; init; }

    /// <summary>Its variables are PVs of the control system, where a name exists once.</summary>
    public bool IsControlSystem => !Protocols.IsEmpty;
}
