using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Local;

/// <summary>Folders as 2.17 and 3.6 write them; the meta.yaml texts are those recorded from real stores, with their paths moved.</summary>
public sealed class FileStoreRegistryTests : IDisposable
{
    private const string Experiment = "703837540798084528";
    private const string Run = "1dac93247ee643d598fc14cdbe7c4821";
    private const string ModelId = "m-ae8bae5e93494785944afb7179791efa";
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Root => Path.Combine(_folder.Path, "mlruns");

    private string Uri => "file://" + Root;

    private FileStoreRegistry Store(bool v3)
    {
        _folder.File("mlruns/0/meta.yaml", "experiment_id: '0'\n");
        _folder.File("mlruns/models/my_model/meta.yaml", "aliases:\n  champion: '1'\ncreation_timestamp: 1795451978379\ndeployment_job_id: null\ndescription: null\nlast_updated_timestamp: 1795451978708\nname: my_model\n");
        _folder.File("mlruns/models/my_model/aliases/champion", "1");
        _folder.File("mlruns/models/my_model/tags/deployment_type", "prod");
        var place = v3 ? $"{Uri}/{Experiment}/models/{ModelId}/artifacts" : $"{Uri}/{Experiment}/{Run}/artifacts/my_model";
        foreach (var version in (int[])[1, 10])
            _folder.File($"mlruns/models/my_model/version-{version}/meta.yaml",
                $"aliases: []\ncreation_timestamp: 1795451978382\ncurrent_stage: None\ndescription: null\nlast_updated_timestamp: 1795451978382\n{(v3 ? $"model_id: {ModelId}\n" : "")}name: my_model\nrun_id: {Run}\nrun_link: null\nsource: {(v3 ? "models:/" + ModelId : place)}\nstatus: READY\nstatus_message: null\nstorage_location: {place}\nuser_id: null\nversion: {version}\n");
        _folder.File("mlruns/models/my_model/version-1/tags/validated", "yes");
        _folder.File($"mlruns/{Experiment}/meta.yaml", $"experiment_id: '{Experiment}'\n");
        _folder.File($"mlruns/{Experiment}/{Run}/meta.yaml", $"artifact_uri: {Uri}/{Experiment}/{Run}/artifacts\nentry_point_name: ''\nexperiment_id: '{Experiment}'\nlifecycle_stage: active\nrun_id: {Run}\nrun_uuid: {Run}\ntags: []\n");
        _folder.File($"mlruns/{Experiment}/{Run}/artifacts/my_model/pv_mappings.yaml", "deployment:\n  type: continuous\n");
        if (v3)
            _folder.File($"mlruns/{Experiment}/models/{ModelId}/meta.yaml", $"artifact_location: {place}\nexperiment_id: '{Experiment}'\nmodel_id: {ModelId}\nmodel_type: null\nname: my_model\nsource_run_id: {Run}\nstatus: 2\n");
        _folder.File(v3 ? $"mlruns/{Experiment}/models/{ModelId}/artifacts/MLmodel" : $"mlruns/{Experiment}/{Run}/artifacts/my_model/MLmodel", "flavors: {}");
        return new FileStoreRegistry(Root);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Reads_models_versions_aliases_and_tags(bool v3)
    {
        var store = Store(v3);
        var model = await store.GetRegisteredModel("my_model", None);
        Assert.Equal(("prod", "1"), (model.Tags["deployment_type"], model.Aliases["champion"]));
        Assert.Equal("10", Assert.Single(model.LatestVersions).Version);
        var version = await store.GetVersionByAlias("my_model", "champion", None);
        Assert.Equal(("1", Run, "READY", "yes"), (version.Version, version.RunId, version.Status, version.Tags["validated"]));
        Assert.Equal(["champion"], version.Aliases);
        Assert.Equal(v3 ? ModelId : null, version.ModelId);
        Assert.Equal(["10", "1"], (await store.SearchVersions("my_model", None)).Select(v => v.Version));
        Assert.Equal($"{Uri}/{Experiment}/{Run}/artifacts", (await store.FindRun(Run, None))!.ArtifactUri);
        Assert.Equal(v3, await store.FindLoggedModel(ModelId, None) is not null);
        Assert.Equal(v3 ? 1 : 0, (await store.SearchLoggedModels(Experiment, "my_model", None)).Count);
        Assert.Equal(["my_model"], (await store.SearchRegisteredModels(new(TagKey: "deployment_type", TagValue: "prod"), None)).Select(m => m.Name));
        Assert.Empty(await store.SearchRegisteredModels(new(TagKey: "deployment_type", TagValue: "continuous"), None));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_comes_out_of_it_with_its_configuration(bool v3)
    {
        using var stores = new ArtifactStores(new RegistrySettings(), null, TimeProvider.System, Root);
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(_folder.Path, "cache")), TimeProvider.System);
        var source = new RegistryModelSource(Store(v3), stores, cache, TimeProvider.System);
        using var model = await source.Acquire("my_model", VersionSelector.Parse("champion"), None);
        Assert.Equal("flavors: {}", Text.Read(model.Folder, "MLmodel"));
        Assert.Equal("deployment:\n  type: continuous\n", await File.ReadAllTextAsync(model.ConfigurationFile!, None));
        Assert.Equal("1", model.Version.Version);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    public async Task Names_that_are_not_there_or_no_names_are_not_found(string name)
    {
        var store = Store(true);
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => store.GetRegisteredModel(name, None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => store.GetVersion("my_model", name, None));
        Assert.Null(await store.FindRun(name, None));
        Assert.Null(await store.FindLoggedModel(name, None));
    }

    [Fact]
    public async Task A_missing_alias_names_those_there_are() =>
        Assert.Contains("it has champion", (await Assert.ThrowsAsync<RegistryNotFoundException>(() => Store(true).GetVersionByAlias("my_model", "zz", None))).Message);

    [Fact]
    public async Task It_is_never_written()
    {
        var store = Store(true);
        await Assert.ThrowsAsync<ReadOnlyRegistryException>(() => store.SetModelTag("my_model", "a", "b", None));
        await Assert.ThrowsAsync<ReadOnlyRegistryException>(() => store.DeleteVersionTag("my_model", "1", "a", None));
    }

    [Fact]
    public async Task A_broken_meta_yaml_is_named_with_its_place()
    {
        var store = Store(true);
        var path = _folder.File("mlruns/models/my_model/meta.yaml", "name: my_model\nx: [1,\n");
        Assert.StartsWith($"{path}:", (await Assert.ThrowsAsync<RegistryAnswerException>(() => store.GetRegisteredModel("my_model", None))).Message);
    }

    [Fact]
    public async Task A_version_that_points_out_of_the_folder_is_refused()
    {
        var store = Store(true);
        _folder.File("mlruns/models/my_model/version-11/meta.yaml", "name: my_model\nsource: file:///etc\nstatus: READY\nstorage_location: file:///etc\nversion: 11\n");
        using var stores = new ArtifactStores(new RegistrySettings(), null, TimeProvider.System, Root);
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(_folder.Path, "cache")), TimeProvider.System);
        var source = new RegistryModelSource(store, stores, cache, TimeProvider.System);
        Assert.Contains("'/etc' is refused", (await Assert.ThrowsAsync<ArtifactRefusedException>(() => source.Acquire("my_model", VersionSelector.Parse("11"), None))).Message);
    }
}
