using System.CommandLine;
using ModelManager.Client;

namespace ModelManager.Silo.CommandLine;

/// <summary>The options of commands that talk to a running silo.</summary>
internal sealed class ServerOptions
{
    public Option<Uri> Server { get; } = new("--server")
    {
        Description = $"Where the silo answers (default {ModelManagerClient.DefaultServer.ToString().TrimEnd('/')})",
        HelpName = "URL",
        DefaultValueFactory = _ => ModelManagerClient.DefaultServer,
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : Invalid(result, $"'{result.Tokens[0].Value}' is not a server address; write it like {ModelManagerClient.DefaultServer}"),
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    public ModelManagerClient Client(ParseResult parsed) => new(parsed.GetValue(Server));

    private static Uri? Invalid(System.CommandLine.Parsing.ArgumentResult result, string why)
    {
        result.AddError(why);
        return null;
    }
}
