namespace ModelManager.Grains;

/// <summary>The text of a configuration file and what to call it in messages.</summary>
[GenerateSerializer, Immutable, Alias("mm.SpecSource")]
public sealed record SpecSource([property: Id(0)] string Text, [property: Id(1)] string FileName);

/// <summary>A registered model by name and version, or a local one by path (and factory class for Python).</summary>
[GenerateSerializer, Immutable, Alias("mm.ModelChoice")]
public sealed record ModelChoice([property: Id(0)] string? Name, [property: Id(1)] string? Version, [property: Id(2)] string? Path, [property: Id(3)] string? Factory)
{
    public override string ToString() => Path is not null ? Path : $"{Name}/{Version}";
}

/// <summary>What <c>deploy</c> and the API's PUT ask for. What is null is taken from the file.</summary>
/// <param name="Model">Wins over the file.</param>
/// <param name="Publish">Wins over the file; off by default.</param>
/// <param name="Simulate">Replaces every interface by the simulator with the same PV names; nothing is claimed.</param>
/// <param name="SourceFromModel">The text came with the registered model: another version brings its own.</param>
[GenerateSerializer, Immutable, Alias("mm.DeployRequest")]
public sealed record DeployRequest(
    [property: Id(0)] SpecSource Source, [property: Id(1)] ModelChoice? Model = null, [property: Id(2)] bool? Publish = null, [property: Id(3)] bool Simulate = false, [property: Id(4)] bool Strict = false,
    [property: Id(5)] bool SourceFromModel = false);

/// <summary>One accepted specification of a deployment.</summary>
[GenerateSerializer, Immutable, Alias("mm.Generation")]
public sealed record Generation(
    [property: Id(0)] int Number, [property: Id(1)] string Sha256, [property: Id(2)] DateTimeOffset When, [property: Id(3)] string Who, [property: Id(4)] ModelChoice? Model);
