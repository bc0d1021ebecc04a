using System.Net;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Serving;

public class ServedPvsTests
{
    [Theory]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("192.0.2.17", false, "--access-security")]
    [InlineData("192.0.2.17", true, null)]
    public async Task Without_access_security_commands_come_from_this_machine_only(string from, bool hasFile, string? refusal)
    {
        var face = new HeldFace();
        var policy = hasFile ? new AccessPolicy(AccessFileParser.Parse("ASG(DEFAULT) { RULE(1, WRITE) }", "open.acf")) : null;
        await using var served = new ServedPvs("test", [face], new EpicsServices(), policy);
        var carried = 0;
        served.Host([new(new(Modules.Variables("CMD").Single() with { Default = PvValue.String("") }), PvRole.Command, HasDefault: true, Command: _ => { carried++; return new((string?)null); })]);

        var answer = await face.OnPut!(new(PvValue.String("pause"), null, default, new("u", "h", "pva", IPAddress.Parse(from))));

        Assert.Equal(refusal is null ? 1 : 0, carried);
        if (refusal is null)
            Assert.Null(answer);
        else
            Assert.Contains(refusal, answer);
    }

    private sealed class HeldFace : IServedFace
    {
        public PutHandler? OnPut { get; private set; }

        public string Protocol => "test";
        public IPEndPoint EndPoint => new(IPAddress.Loopback, 1);
        public int Clients => 0;
        public int Names => 1;

        public IServedName Serve(ServedVariable variable, in PvSample initial, PvRole role, PutHandler onPut)
        {
            OnPut = onPut;
            return new Name();
        }

        public ValueTask DisposeAsync() => default;

        private sealed class Name : IServedName
        {
            public void Post(in PvSample sample)
            {
            }

            public void Dispose()
            {
            }
        }
    }
}
