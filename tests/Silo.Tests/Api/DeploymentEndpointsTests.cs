using System.Net;
using System.Text.Json;
using ModelManager.Client;

namespace ModelManager.Silo.Tests.Api;

public sealed class DeploymentEndpointsTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public async Task A_deployment_runs_from_put_to_values()
    {
        var detail = await silo.Client.Deploy("full", silo.InjectorYaml, new() { Local = "injector", Simulate = true, Publish = true });
        Assert.Equal(1, detail.Generation);

        await RunningSilo.Until(silo.Client, "full", "Running");
        var readings = await RunningSilo.Until(silo.Client, "full", r => r.Outputs.Count == 6 && r.Outputs.All(o => o.Value is not null && !o.IsInvalid));

        Assert.Equal(16, readings.Inputs.Count);
        Assert.True(readings.Published);
        var sizes = readings.Outputs.ToDictionary(o => o.Name, o => o.Value!.GetValue<double>());
        var combined = Math.Sqrt(Math.Pow(sizes["LUME:MLFLOW:SIGMA_X"], 2) + Math.Pow(sizes["LUME:MLFLOW:SIGMA_Y"], 2));
        Assert.Equal(combined, sizes["LUME:MLFLOW:EXAMPLE:COMBINED"], combined * 1e-12);
        var running = await silo.Client.Get("full");
        Assert.Equal("lume-native", running.Runtime);
        Assert.True(running.Ticks > 0);
        Assert.NotNull(running.LatencyP50);
        Assert.Contains(await silo.Client.List(), d => d.Name == "full");
    }

    [Fact]
    public async Task Errors_of_a_configuration_come_all_at_once_with_their_places()
    {
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy("bad", "deployment: {type: continuous}\ninput_data:\n  get_method: p5p\n", new() { FileName = "bad.yaml" }));

        Assert.Equal((int)HttpStatusCode.UnprocessableEntity, error.StatusCode);
        Assert.Contains(error.Details, line => line.StartsWith("bad.yaml:3:15: ", StringComparison.Ordinal) && line.Contains("p4p", StringComparison.Ordinal));
        await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Get("bad"));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../silo")]
    [InlineData("injector/../../libs")]
    public async Task Models_outside_the_configured_root_are_refused(string local)
    {
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy("outside", silo.InjectorYaml, new() { Local = local, Simulate = true }));

        Assert.Equal((int)HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Contains("is not under a model folder of this silo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_outside_the_root_is_refused_also_where_the_file_names_it()
    {
        var yaml = silo.InjectorYaml.Replace("deployment:", "deployment:\n  model: {path: /etc}", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy("outside-file", yaml, new() { Simulate = true }));

        Assert.Equal((int)HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Contains("is not under a model folder of this silo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd", false)]
    [InlineData("{root}/../simple/simple.yml", false)]
    [InlineData("{root}/shift.csv", true)]
    public async Task Data_files_outside_the_configured_root_are_refused(string path, bool accepted)
    {
        var root = Path.Combine(silo.Examples, "batch");
        var yaml = $$"""
            deployment: {type: continuous}
            modules:
              tape:
                type: interface.file
                pub: rows
                config:
                  path: "{{path.Replace("{root}", root, StringComparison.Ordinal)}}"
                  format: csv
                  variables:
                    x:
                      name: {{(accepted ? "LUME:MLFLOW:TEST_A" : "x")}}
              out:
                type: interface.memory
                sub: rows
                config:
                  variables:
                    x: {name: "FILES:X"}
            """;
        var deploy = () => silo.Client.Deploy("files", yaml, new() { FileName = "files.yaml" });
        if (accepted)
        {
            Assert.Equal(1, (await deploy()).Generation);
            await silo.Client.Delete("files");
            return;
        }
        var error = await Assert.ThrowsAsync<ModelManagerException>(deploy);
        Assert.Equal((int)HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Contains("files.yaml:3:", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not under a data folder of this silo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_can_be_read()
    {
        await silo.Client.Deploy("read-audit", silo.InjectorYaml, new() { Local = "injector", Simulate = true });
        await silo.Client.Publish("read-audit", on: true);

        var entries = await silo.Client.Audit("read-audit");

        Assert.Equal(["SetPublish", "Apply"], entries.Select(entry => entry.Action));
        Assert.All(entries, entry => Assert.True(entry.Accepted && entry.Subject == "read-audit" && entry.Origin.Length > 0));
        Assert.Single(await silo.Client.Audit("read-audit", max: 1));
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Audit(max: 0));
        Assert.Equal((int)HttpStatusCode.BadRequest, error.StatusCode);
        await silo.Client.Delete("read-audit");
    }

    [Fact]
    public async Task A_model_that_is_not_there_fails_the_deployment_and_says_so()
    {
        await silo.Client.Deploy("no-model", silo.InjectorYaml, new() { Local = "injector/make", Simulate = true });

        var detail = await RunningSilo.Until(silo.Client, "no-model", "Failed");

        Assert.Contains("injector/make", detail.Why, StringComparison.Ordinal);
        await silo.Client.Delete("no-model");
    }

    [Fact]
    public async Task Pause_resume_stop_start_and_delete_do_what_they_say()
    {
        await silo.Client.Deploy("life", silo.InjectorYaml, new() { Local = "injector", Simulate = true });
        await RunningSilo.Until(silo.Client, "life", "Running");

        await silo.Client.Pause("life");
        Assert.Equal("Paused", (await silo.Client.Get("life")).Condition);
        await silo.Client.Resume("life");
        Assert.Equal("Running", (await silo.Client.Get("life")).Condition);
        await silo.Client.Stop("life");
        Assert.Equal("Stopped", (await silo.Client.Get("life")).Condition);
        await silo.Client.Start("life");
        var again = await RunningSilo.Until(silo.Client, "life", "Running");
        Assert.Equal(2, again.Epoch);
        await silo.Client.Delete("life");
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Get("life"));
        Assert.Equal((int)HttpStatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Deploying_and_deleting_at_the_same_time_never_fails_inside()
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Host.Url) };
        Task<HttpResponseMessage> Change(int i) => i % 2 == 0
            ? http.PutAsync("api/deployments/busy?local=injector&simulate=true", new StringContent(silo.InjectorYaml))
            : http.DeleteAsync("api/deployments/busy");

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(Change));

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound }));
        await silo.Client.Deploy("busy", silo.InjectorYaml, new() { Local = "injector", Simulate = true });
        await RunningSilo.Until(silo.Client, "busy", "Running");
        await silo.Client.Delete("busy");
    }

    [Fact]
    public async Task A_pv_belongs_to_one_publishing_deployment()
    {
        var yaml = silo.InjectorYaml.Replace("LUME:MLFLOW:", "CLAIM:", StringComparison.Ordinal).Replace("p4p_server", "memory", StringComparison.Ordinal).Replace("get_method: p4p", "get_method: memory", StringComparison.Ordinal);
        await silo.Client.Deploy("first", yaml, new() { Local = "injector", Publish = true });

        var refused = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy("second", yaml, new() { Local = "injector", Publish = true }));
        Assert.Equal((int)HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("CLAIM:SIGMA_X belongs to first", refused.Details);

        await silo.Client.Deploy("second", yaml, new() { Local = "injector", Publish = false });
        await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Publish("second", true));
        await silo.Client.Delete("first");
        await silo.Client.Publish("second", true);
        Assert.True((await silo.Client.Get("second")).Publish);
        await silo.Client.Delete("second");
    }

    [Theory]
    [InlineData("a/b/c")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("../x")]
    public async Task Names_that_cannot_be_are_refused(string name)
    {
        var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy(name, silo.InjectorYaml));

        Assert.Equal((int)HttpStatusCode.BadRequest, error.StatusCode);
    }

    [Fact]
    public async Task The_probes_answer_and_the_api_describes_itself()
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Host.Url) };

        Assert.Equal("live", await http.GetStringAsync("health/live"));
        Assert.Equal("ready", await http.GetStringAsync("health/ready"));
        using var document = JsonDocument.Parse(await http.GetStringAsync("openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths");
        Assert.All(paths.EnumerateObject(), path => Assert.DoesNotContain("dashboard", path.Name, StringComparison.Ordinal));
        foreach (var (path, schema) in new[] { ("", "DeploymentSummary"), ("/{name}", "DeploymentDetail"), ("/{name}/values", "DeploymentReadings"), ("/{name}/ticks", "DeploymentTick") })
            Assert.Contains(
                $"#/components/schemas/{schema}",
                paths.GetProperty("/api/deployments" + path).GetProperty("get").GetProperty("responses").GetProperty("200").GetRawText(),
                StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("dashboard/")).StatusCode);
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("application/x-www-form-urlencoded")]       // what curl --data and Python's urllib say
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task The_body_is_yaml_whatever_its_type_says(string? type)
    {
        using var http = new HttpClient();
        using var body = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(silo.InjectorYaml));
        if (type is not null)
            body.Headers.ContentType = new(type);

        using var answer = await http.PutAsync(new Uri(silo.Host.Url + "/api/deployments/typed?local=injector&simulate=true"), body);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await silo.Client.Delete("typed");
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    public async Task Requests_from_elsewhere_are_refused(string header, string value, HttpStatusCode expected)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, silo.Host.Url + "/api/deployments");
        request.Headers.TryAddWithoutValidation(header, value);

        Assert.Equal(expected, (await http.SendAsync(request)).StatusCode);
    }
}
