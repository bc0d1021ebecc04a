namespace ModelManager.Configuration.Spec;

/// <summary>Where in a configuration file something stands; lines and columns count from 1.</summary>
public readonly record struct SourceMark(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
