using System.Text;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Access security files: any text is a file or a list of errors with places; what is accepted can decide.</summary>
public static class AccessFileTarget
{
    public static IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "UAG(ops) {alice,\"bob smith\"} HAG(room) {console1} ASG(DEFAULT) { RULE(1,READ) RULE(0,WRITE,TRAPWRITE) { UAG(ops) HAG(room) } }",
            "ASG(M) { INPA(X:MODE) INPL(Y) RULE(1,WRITE) { CALC(\"A=1 && (L>2 ? MAX(A,2) : !B) # 0x1F\") } }",
            "# comment\nASG($(NAME=A)) { RULE(1,${RIGHT=READ}) }\n",
            "A+B*C>=2||!D&&ABS(-3)^2%5<<1",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static void Run(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        try
        {
            var policy = new AccessPolicy(AccessFileParser.Parse(text, "fuzz.acf"));
            foreach (var group in policy.File.SecurityGroups.Keys)
                _ = policy.Decide(new("PV", group, 0, "alice", "console1")).Reason;
        }
        catch (AccessFileException problem) when (problem.Errors.All(e => e.Line >= 1 && e.Column >= 1))
        {
            // every error has its place
        }
        try
        {
            _ = CalcExpression.Parse(text).Evaluate([1, 2, 3]);
        }
        catch (CalcSyntaxException problem) when (problem.Offset >= 0 && problem.Offset <= text.Length)
        {
            // refused, with its place
        }
    }
}
