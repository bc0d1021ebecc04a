using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Tests.Hosting;

public sealed class FileRootsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mm-roots-");

    [Fact]
    public void Without_roots_no_file_is_opened_and_the_way_out_is_told() =>
        Assert.Contains("start it with --files DIR", new FileRoots([]).Refuses(Spec(Path.Combine(_folder.FullName, "a.csv"))), StringComparison.Ordinal);

    [Fact]
    public void A_file_under_a_root_need_not_exist() => Assert.Null(new FileRoots([_folder.FullName]).Refuses(Spec(Path.Combine(_folder.FullName, "new.csv"))));

    [Fact]
    public void A_link_that_leads_out_of_the_root_is_followed_and_refused()
    {
        var root = _folder.CreateSubdirectory("root");
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "link"), _folder.CreateSubdirectory("elsewhere").FullName);

        Assert.Contains("is not under a data folder", new FileRoots([root.FullName]).Refuses(Spec(Path.Combine(root.FullName, "link", "a.csv"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_the_same_beginning_is_another_folder() =>
        Assert.NotNull(new FileRoots([Path.Combine(_folder.FullName, "data")]).Refuses(Spec(Path.Combine(_folder.FullName, "data2", "a.csv"))));

    [Fact]
    public void An_access_security_file_is_a_file_too()
    {
        static DeploymentSpec Guarded(string path) => new()
        {
            Name = "d",
            Modules =
            [
                new InterfaceModule("server", "interface.p4p_server", [], "rows", new SourceMark("a.yaml", 3, 5), []) { Settings = ImmutableDictionary<string, string>.Empty.Add("access_security", path) },
            ],
        };

        Assert.Contains("/etc/passwd", new FileRoots([_folder.FullName]).Refuses(Guarded("/etc/passwd")), StringComparison.Ordinal);
        Assert.Null(new FileRoots([_folder.FullName]).Refuses(Guarded(Path.Combine(_folder.FullName, "site.acf"))));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static DeploymentSpec Spec(string path) => new()
    {
        Name = "d",
        Modules =
        [
            new InterfaceModule("tape", "interface.file", [], "rows", new SourceMark("a.yaml", 3, 5), []) { Settings = ImmutableDictionary<string, string>.Empty.Add("path", path) },
        ],
    };
}
