namespace ModelManager.Grains;

/// <summary>Who asks for a change, from where, and under which request: every control call carries one, data calls do not.</summary>
/// <param name="Principal">The user, or the part of the system that acts on its own (<c>system:sweep</c>).</param>
/// <param name="Origin">The address or program the call came from.</param>
[GenerateSerializer, Immutable, Alias("mm.CallContext")]
public sealed record CallContext([property: Id(0)] string Principal, [property: Id(1)] string Origin, [property: Id(2)] string RequestId)
{
    private const string Key = "mm.call";

    /// <summary>The context of the call in hand; null outside one.</summary>
    public static CallContext? Current => RequestContext.Get(Key) as CallContext;

    public static CallContext System(string part) => new($"system:{part}", "silo", Guid.NewGuid().ToString("N"));

    /// <summary>Calls made until the result is disposed carry this context.</summary>
    public IDisposable Use()
    {
        var before = RequestContext.Get(Key);
        RequestContext.Set(Key, this);
        return new Restore(before);
    }

    private sealed class Restore(object? before) : IDisposable
    {
        public void Dispose()
        {
            if (before is null)
                RequestContext.Remove(Key);
            else
                RequestContext.Set(Key, before);
        }
    }
}

/// <summary>Marks a grain method that changes something: the call filter refuses it without a <see cref="CallContext"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ControlCallAttribute : Attribute;
