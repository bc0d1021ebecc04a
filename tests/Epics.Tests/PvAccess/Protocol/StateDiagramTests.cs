using System.Text;
using ModelManager.Epics.PvAccess;
using ModelManager.Testing;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>The diagrams in the documentation are those of the tables. UPDATE_DOCS=1 writes them anew.</summary>
public class StateDiagramTests
{
    private static readonly string Page = Path.Combine(SharedData.RepositoryRoot, "docs", "pvaccess-states.md");

    [Fact]
    public void The_page_shows_the_tables()
    {
        var text = Build();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(Page, text);
        Assert.Equal(text, File.ReadAllText(Page));
    }

    private static string Build()
    {
        var text = new StringBuilder("# States of pvAccess\n\nGenerated from `OperationRules` and `ConnectionRules` (libs/Epics); a test keeps this page and the tables together. Both sides obey them.\n");
        foreach (var (title, kind) in ((string, OperationKind)[])[("GET, PUT, PUT_GET, PROCESS, RPC", OperationKind.Get), ("MONITOR", OperationKind.Monitor), ("GET_FIELD", OperationKind.GetField)])
        {
            text.Append($"\n## {title}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {(kind == OperationKind.GetField ? OperationState.Busy : OperationState.Initializing)}\n");
            foreach (var rule in OperationRules.All.Where(rule => rule.Kind == kind))
                text.Append($"    {rule.From} --> {(rule.To == OperationState.Done ? "[*]" : rule.To.ToString())}: {rule.Trigger}\n");
            text.Append("```\n");
        }
        foreach (var (title, rules) in new[] { ("What a server accepts", ConnectionRules.FromClient), ("What a client accepts", ConnectionRules.FromServer) })
        {
            text.Append($"\n## {title}\n\n| state | messages |\n|---|---|\n");
            foreach (var state in rules.GroupBy(rule => rule.State))
                text.Append($"| {state.Key} | {string.Join(", ", state.Select(rule => rule.Command).Distinct())} |\n");
        }
        return text.ToString();
    }
}
