using ModelManager.Fuzz.ChannelAccess;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>A bounded run of every fuzz target. The environment variable FUZZ_EXECUTIONS makes it long.</summary>
public class FuzzTests
{
    private delegate void Target(ReadOnlySpan<byte> data);

    private static readonly int Executions = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_EXECUTIONS"), out var set) ? set : 20_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var set) ? set : 1;

    public static TheoryData<string> Targets() => ["message", "dbr", "server", "client", "search", "acf"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Any_bytes_are_taken_or_refused(string name)
    {
        (Target Run, IReadOnlyList<byte[]> Seeds) target = name switch
        {
            "message" => (CaMessageTarget.Run, [.. CaSeeds.Requests, .. CaSeeds.Replies]),
            "dbr" => (DbrTarget.Run, [.. CaSeeds.Replies.Where(r => r.Length > 20).Select(r => (byte[])[(byte)(r[5] % 45), 1, 0, 0, .. r[16..]])]),
            "server" => (ServerCircuitTarget.Run, [.. Enumerable.Range(0, 4).SelectMany(state => CaSeeds.Requests.Select(r => (byte[])[(byte)state, .. r]))]),
            "client" => (ClientCircuitTarget.Run, CaSeeds.Replies),
            "search" => (SearchTarget.Run, CaSeeds.Datagrams),
            _ => (AccessFileTarget.Run, AccessFileTarget.Seeds),
        };
        foreach (var seed in target.Seeds)
            target.Run(seed);
        var mutator = new CaMutator(Seed);
        for (var i = 0; i < Executions; i++)
        {
            var data = mutator.Next(target.Seeds);
            try
            {
                target.Run(data);
            }
            catch (Exception problem)
            {
                Assert.Fail($"{name}, execution {i}: {Convert.ToHexString(data)}\n{problem}");
            }
        }
    }
}
