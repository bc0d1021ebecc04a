using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Artifacts;

public sealed class FileArtifactStoreTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Root => Path.Combine(_folder.Path, "root");

    [Fact]
    public async Task Lists_and_reads()
    {
        _folder.File("root/m/MLmodel", "flavors");
        _folder.File("root/m/data/x.bin", "");
        var store = FileArtifactStore.Open(Path.Combine(Root, "m"), [Root]);
        var files = await store.List("", recurse: true, None).OrderBy(file => file.Path).ToListAsync(None);
        Assert.Equal([("MLmodel", 7L), ("data/x.bin", 0L)], files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(file => (file.Path, file.Size!.Value)));
        Assert.Equal(["MLmodel"], await store.List("", recurse: false, None).Select(file => file.Path).ToListAsync(None));
        Assert.Empty(await store.List("nope", recurse: true, None).ToListAsync(None));
        using var reader = new StreamReader(await store.Open(files.Single(f => f.Path == "MLmodel"), 3, None));
        Assert.Equal("vors", await reader.ReadToEndAsync(None));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("/")]
    [InlineData("ROOT-beside")]
    [InlineData("ROOT/../elsewhere")]
    public void Folders_outside_the_roots_are_refused(string folder)
    {
        Directory.CreateDirectory(Root);
        var wrong = Assert.Throws<ArtifactRefusedException>(() => FileArtifactStore.Open(folder.Replace("ROOT", Root), [Root]));
        Assert.Contains("MODEL_MANAGER_ARTIFACT_ROOT", wrong.Message);
        Assert.Throws<ArtifactRefusedException>(() => FileArtifactStore.Open(Root, []));
    }

    [Fact]
    public async Task Links_are_not_followed()
    {
        _folder.File("secret/passwd", "x");
        Directory.CreateDirectory(Path.Combine(Root, "m"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "way-out"), Path.Combine(_folder.Path, "secret"));
        Assert.Throws<ArtifactRefusedException>(() => FileArtifactStore.Open(Path.Combine(Root, "way-out"), [Root]));

        File.CreateSymbolicLink(Path.Combine(Root, "m", "model.bin"), Path.Combine(_folder.Path, "secret", "passwd"));
        var store = FileArtifactStore.Open(Path.Combine(Root, "m"), [Root]);
        var wrong = await Assert.ThrowsAsync<ArtifactRefusedException>(async () => await store.List("", true, None).ToListAsync(None));
        Assert.Contains("model.bin' is refused: it is a symbolic link", wrong.Message);
    }

    [Fact]
    public async Task A_file_that_changed_since_the_listing_is_not_read()
    {
        var path = _folder.File("root/m", "one");
        var store = FileArtifactStore.Open(Root, [Root]);
        var file = Assert.Single(await store.List("", true, None).ToListAsync(None));
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        await Assert.ThrowsAsync<ArtifactChangedException>(() => store.Open(file, 0, None));
        File.Delete(path);
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => store.Open(file, 0, None));
    }
}
