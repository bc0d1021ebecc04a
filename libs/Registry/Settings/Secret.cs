namespace ModelManager.Registry;

/// <summary>A password, key or token. It prints as <c>***</c>; only the code that sends it calls <see cref="Reveal"/>.</summary>
public sealed class Secret(string value)
{
    /// <summary>The text itself, for the one header or SDK call that needs it.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";

    /// <summary>A secret of this text, or none for an absent or empty one: MLflow reads empty variables as unset.</summary>
    public static Secret? From(string? value) => string.IsNullOrEmpty(value) ? null : new Secret(value);
}
