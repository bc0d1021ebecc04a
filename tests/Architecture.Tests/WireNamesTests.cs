using System.Reflection;
using ModelManager.Grains;
using Orleans.CodeGeneration;

namespace ModelManager.Architecture.Tests;

/// <summary>What silos of two versions say to each other has names of its own from the first commit, so that a class can be renamed and a member added.</summary>
public class WireNamesTests
{
    private static readonly Type[] Ours = [.. typeof(IDeploymentGrain).Assembly.GetExportedTypes().Where(type => type.Namespace?.StartsWith("ModelManager", StringComparison.Ordinal) == true && !type.IsNested)];

    public static TheoryData<Type> Interfaces => [.. Ours.Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    public static TheoryData<Type> WireTypes => [.. Ours.Where(IsData)];

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void A_grain_interface_and_its_methods_have_wire_names_and_a_version(Type grain)
    {
        Assert.NotNull(grain.GetCustomAttribute<AliasAttribute>());
        Assert.NotNull(grain.GetCustomAttribute<VersionAttribute>());
        Assert.Empty(grain.GetMethods().Where(method => method.GetCustomAttribute<AliasAttribute>() is null).Select(method => method.Name));
    }

    [Theory]
    [MemberData(nameof(WireTypes))]
    public void A_wire_type_has_a_wire_name_and_every_member_a_number(Type type)
    {
        Assert.NotNull(type.GetCustomAttribute<GenerateSerializerAttribute>());
        Assert.StartsWith("mm.", type.GetCustomAttribute<AliasAttribute>()?.Alias, StringComparison.Ordinal);
        const BindingFlags own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var settable = type.IsEnum ? [] : type.GetProperties(own).Where(property => property.SetMethod is not null).Cast<MemberInfo>().Concat(type.GetFields(own)).ToArray();
        Assert.Empty(settable.Where(member => member.GetCustomAttribute<IdAttribute>() is null).Select(member => member.Name));
        var ids = settable.Select(member => member.GetCustomAttribute<IdAttribute>()!.Id).ToArray();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void No_two_things_have_the_same_wire_name()
    {
        var names = Ours.Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias).Where(name => name is not null).ToArray();
        Assert.Equal(names.Distinct(), names);
    }

    // Constants, attributes and converters do not travel.
    private static bool IsData(Type type) =>
        !type.IsInterface && !(type.IsAbstract && type.IsSealed) && !typeof(Attribute).IsAssignableFrom(type) && !type.Name.EndsWith("Converter", StringComparison.Ordinal) && !type.Name.EndsWith("Copier", StringComparison.Ordinal);
}
